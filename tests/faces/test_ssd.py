import numpy as np
import pytest

from deepfake_attribution.faces import ssd
from deepfake_attribution.faces.face import Face


def reference_anchors(strides: list[int], side: int, single: bool) -> np.ndarray:
    """The official calculator, plainly: layers of one stride share a map."""
    anchors = []
    layer = 0
    while layer < len(strides):
        last = layer
        while last < len(strides) and strides[last] == strides[layer]:
            last += 1
        count = (last - layer) * (1 if single else 2)
        cells = -(-side // strides[layer])
        for y in range(cells):
            for x in range(cells):
                anchors += [((x + 0.5) / cells, (y + 0.5) / cells)] * count
        layer = last
    return np.array(anchors)


@pytest.mark.parametrize(
    ("model", "strides", "side", "single", "count"),
    [
        ("short_range", [8, 16, 16, 16], 128, False, 896),
        ("full_range", [4], 192, True, 2304),
    ],
)
def test_anchors_are_those_of_the_official_calculator(
    model: str, strides: list[int], side: int, single: bool, count: int
) -> None:
    found = ssd.anchors(model)
    assert len(found) == count
    np.testing.assert_allclose(found, reference_anchors(strides, side, single), atol=1e-12)


def test_decoding_adds_the_anchor_to_centre_and_landmarks() -> None:
    raw = np.zeros((1, 16), dtype=np.float32)
    raw[0, :6] = [10, -20, 40, 60, 5, 15]
    boxes, landmarks = ssd.decode(raw, np.array([[0.5, 0.25]]), 100)
    np.testing.assert_allclose(boxes, [[0.4, -0.25, 0.8, 0.35]], atol=1e-6)
    np.testing.assert_allclose(landmarks[0, 0], [0.55, 0.4], atol=1e-6)
    np.testing.assert_allclose(landmarks[0, 1:], [[0.5, 0.25]] * 5, atol=1e-6)


def test_probabilities_of_extreme_logits_are_finite() -> None:
    logits = np.array([-1e30, -1.0, 0.0, 1e30], dtype=np.float32)
    np.testing.assert_allclose(
        ssd.probabilities(logits), [np.exp(-100), 1 / (1 + np.e), 0.5, 1.0], rtol=1e-6
    )


def face(box: list[float], score: float) -> Face:
    corners = np.array(box, dtype=np.float32)
    return Face(corners, np.tile(corners[:2], (6, 1)), score)


def test_suppression_averages_overlapping_faces_by_score() -> None:
    faces = [face([2, 0, 12, 10], 0.2), face([0, 0, 10, 10], 0.6), face([50, 0, 60, 10], 0.4)]
    best, other = ssd.suppress(faces, 0.3)
    np.testing.assert_allclose(best.box, [0.5, 0, 10.5, 10])
    np.testing.assert_allclose(best.landmarks, [[0.5, 0]] * 6)
    assert best.score == 0.6
    np.testing.assert_allclose(other.box, [50, 0, 60, 10])


def test_suppression_keeps_faces_that_overlap_less_than_the_limit() -> None:
    faces = [face([0, 0, 10, 10], 0.6), face([8, 0, 18, 10], 0.9)]  # 1/9 in common
    assert [one.score for one in ssd.suppress(faces, 0.3)] == [0.9, 0.6]


def test_suppression_of_nothing_is_nothing() -> None:
    assert ssd.suppress([], 0.3) == []
