import json

import numpy as np
import pytest

from deepfake_attribution.evidence_maps import face_map
from deepfake_attribution.evidence_maps.face_map import CELLS, make, restored, telling

SIZE = 64
FACE = np.array([[0.35, 0.4], [0.65, 0.4], [0.5, 0.55], [0.5, 0.7], [0.1, 0.45], [0.9, 0.45]])
MOUTH = np.s_[40:49, 25:39]


def speckled() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, SIZE, SIZE), np.uint8)


def looks_at_the_mouth(images: np.ndarray) -> np.ndarray:
    """Fine detail of the mouth is fake."""
    seen = images[:, 0][:, MOUTH[0], MOUTH[1]].astype(np.float64)
    return 1 - seen.std(axis=(1, 2))[None] / 100


def test_sentence_names_the_region_that_the_network_looks_at() -> None:
    made = make(speckled(), looks_at_the_mouth, FACE, "fake")
    assert made.says.startswith("The mouth speaks most for fake: ") and made.reason == ""
    assert made.regions["mouth"]["fake"] > 2 * made.regions["mouth"]["area"]
    assert all(own["real"] == 0 for own in made.regions.values())
    assert len(made.cells) == CELLS and {len(row) for row in made.cells} == {CELLS}
    values = np.array(made.cells)
    assert values.max() <= 0 and values[:6].max() == pytest.approx(0, abs=1e-9)


def test_side_that_nothing_speaks_for() -> None:
    made = make(speckled(), looks_at_the_mouth, FACE, "real")
    assert made.says == "No part of this face speaks for real."
    assert "for fake" in make(speckled(), looks_at_the_mouth, FACE, None).says


def test_equal_scores_say_that_nothing_stands_out() -> None:
    made = make(speckled(), lambda images: np.full((1, len(images)), 0.3), FACE, "fake")
    assert made.says.startswith("No part stands out: ")
    assert not np.array(made.cells).any()


def test_face_without_points_has_a_map_and_a_reason() -> None:
    made = make(speckled(), looks_at_the_mouth, np.full((6, 2), np.nan), "fake")
    assert made.reason == face_map.NO_POINTS and not made.regions
    assert made.reason[1:] in made.says and np.array(made.cells).min() < 0


@pytest.mark.parametrize("size", [4, 12, 20])
def test_tiny_crops_have_maps(size: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (3, size, size), np.uint8)
    made = make(image, lambda images: images.mean(axis=(1, 2, 3))[None] / 255, FACE, "fake")
    assert np.isfinite(made.cells).all() and made.says


def test_map_survives_json_with_the_same_bytes() -> None:
    texts = [
        json.dumps(make(speckled(), looks_at_the_mouth, FACE, "fake").plain(), allow_nan=False)
        for _ in "ab"
    ]
    assert texts[0] == texts[1]
    assert restored(json.loads(texts[0])) == make(speckled(), looks_at_the_mouth, FACE, "fake")
    assert restored(None) is None


def test_most_telling_frame() -> None:
    scores = [0.5, 0.1, 0.9, float("nan")]
    assert telling(scores, "fake") == 1
    assert telling(scores, "real") == 2
    assert telling([0.0, 0.5, 0.9], None) == 1  # nearest to the mean


def test_small_regions_and_shares_near_their_area_do_not_speak_most() -> None:
    values = np.full((4, 4), -1.0)
    names = ("eyes", "nose", "mouth", "skin", "border")

    def said(*shares: float) -> str:
        areas = (0.1, 0.03, 0.07, 0.4, 0.4)
        own = {
            name: {"area": area, "fake": share, "real": 0.0}
            for name, area, share in zip(names, areas, shares, strict=True)
        }
        return face_map.sentence(values, own, "fake")

    assert said(0.3, 0.08, 0.02, 0.5, 0.1) == (
        "The eyes speak most for fake: 30 % of the evidence for fake, on 10 % of the picture."
    )
    assert said(0.1, 0.08, 0.02, 0.5, 0.3) == (
        "No region stands out for fake: the other skin, 40 % of the picture, has 50 % of the "
        "evidence for it."
    )
