import numpy as np
import pytest

from deepfake_attribution.evidence_maps.regions import (
    REGIONS,
    areas,
    masks,
    points_in_crop,
    shares,
)

FACE = np.array([[0.35, 0.4], [0.65, 0.4], [0.5, 0.55], [0.5, 0.7], [0.1, 0.45], [0.9, 0.45]])


def region_at(x: float, y: float, points: np.ndarray = FACE) -> str:
    parts = masks(points, 100)
    assert parts is not None
    return next(name for name, part in parts.items() if part[int(y * 100), int(x * 100)])


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [
        (0.35, 0.4, "eyes"),
        (0.65, 0.4, "eyes"),
        (0.5, 0.54, "nose"),
        (0.5, 0.7, "mouth"),
        (0.3, 0.6, "skin"),
        (0.5, 0.2, "skin"),
        (0.02, 0.02, "border"),
        (0.98, 0.98, "border"),
    ],
)
def test_places_of_an_upright_face(x: float, y: float, name: str) -> None:
    assert region_at(x, y) == name


def test_regions_turn_with_the_face() -> None:
    """A face that lies on its side: eyes at the right, mouth at the left."""
    lying = np.stack([1 - FACE[:, 1], FACE[:, 0]], axis=1)
    for x, y in ((0.5, 0.7), (0.35, 0.4), (0.5, 0.54), (0.02, 0.02)):
        assert region_at(1 - y - 0.001, x, lying) == region_at(x, y)


def test_every_pixel_is_in_one_region() -> None:
    parts = masks(FACE, 64)
    assert parts is not None and tuple(parts) == REGIONS
    assert np.array_equal(sum(part.astype(int) for part in parts.values()), np.ones((64, 64)))
    assert sum(areas(parts).values()) == pytest.approx(1)


def test_shares_by_hand() -> None:
    left = np.zeros((2, 2), bool)
    left[:, 0] = True
    parts = {"left": left, "right": ~left}
    assert shares(np.array([[3.0, 1.0], [0.0, 0.0]]), parts) == {"left": 0.75, "right": 0.25}
    assert shares(np.zeros((2, 2)), parts) == {"left": 0.0, "right": 0.0}


@pytest.mark.parametrize("points", [np.full((6, 2), np.nan), np.full((6, 2), 0.5), FACE * 0.01])
def test_points_that_show_no_face(points: np.ndarray) -> None:
    assert masks(points, 32) is None


def test_points_are_shares_of_the_crop() -> None:
    landmarks = [15, 26, 20, 26, *[15, 31] * 4]
    found = points_in_crop(landmarks, [10, 21, 10], 0)
    assert np.allclose(found[:3], [[0.5, 0.5], [1, 0.5], [0.5, 1]])
    turned = points_in_crop(landmarks, [10, 21, 10], 90)  # counter-clockwise: right goes up
    assert np.allclose(turned[1], [0.5, 0])
