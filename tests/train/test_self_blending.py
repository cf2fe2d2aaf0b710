"""Real faces blended with themselves."""

import numpy as np
import pytest

from deepfake_attribution.train.self_blending import outline, self_blend

SIDE = 96
# eyes, nose, mouth, ears: as shares of the side
POINTS = np.array([[0.38, 0.4], [0.62, 0.4], [0.5, 0.52], [0.5, 0.66], [0.26, 0.44], [0.74, 0.44]])


@pytest.fixture
def image() -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 25, (SIDE, SIDE, 3))
    return np.clip(130 + noise, 0, 255).astype(np.uint8)


def test_same_number_same_fake_and_other_numbers_other_fakes(image: np.ndarray) -> None:
    made = [self_blend(image, POINTS, seed) for seed in range(1, 7)]
    for seed, fake in enumerate(made, start=1):
        np.testing.assert_array_equal(fake, self_blend(image, POINTS, seed))
        assert fake.shape == image.shape and fake.dtype == np.uint8
    assert len({fake.tobytes() for fake in made}) == 6


def test_face_and_surroundings_are_two_views(image: np.ndarray) -> None:
    """A changed face in what was there, or the face that was there in changed surroundings."""
    corners = np.zeros((SIDE, SIDE), dtype=bool)
    corners[:8, :8] = corners[:8, -8:] = corners[-8:, :8] = corners[-8:, -8:] = True
    around = []
    for seed in range(1, 41):
        changed = np.abs(self_blend(image, POINTS, seed).astype(int) - image).mean(axis=2)
        assert changed[45:55, 43:53].mean() > 1  # the face: in other colours, or moved
        around.append(bool(changed[corners].any()))
    assert 10 < sum(around) < 30


def test_outline_holds_the_features_and_not_the_corners() -> None:
    mask = outline(POINTS, SIDE)
    for x, y in POINTS[:4]:
        assert mask[round(y * SIDE), round(x * SIDE)] == 1
    assert mask[0].sum() == mask[-1].sum() == 0 and 0.15 < mask.mean() < 0.6


def test_outline_turns_with_the_face() -> None:
    turned = np.stack([1 - POINTS[:, 1], POINTS[:, 0]], axis=1)  # a quarter, clockwise
    upright, lying = outline(POINTS, SIDE), outline(turned, SIDE)
    assert np.abs(np.rot90(upright, k=-1) - lying).mean() < 0.02


def test_face_without_ears_is_about_as_wide(image: np.ndarray) -> None:
    """MTCNN finds none."""
    points = POINTS.copy()
    points[4:] = np.nan
    seen, guessed = outline(POINTS, SIDE), outline(points, SIDE)
    assert np.abs(seen - guessed).mean() < 0.1
    assert self_blend(image, points, 3).shape == image.shape


def test_points_beyond_the_crop_or_all_in_one_place_are_no_error(image: np.ndarray) -> None:
    for points in (POINTS * 3 - 1, np.full((6, 2), 0.5)):
        assert self_blend(image, points, 3).shape == image.shape
