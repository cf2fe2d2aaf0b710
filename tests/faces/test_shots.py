import numpy as np
import pytest

from deepfake_attribution.faces.shots import shots, thumbnail


def scene(seed: int, height: int = 360, width: int = 640) -> np.ndarray:
    """A frame of a few large areas of different brightness."""
    cells = np.random.default_rng(seed).integers(20, 230, (4, 4, 3))
    return np.kron(cells, np.ones((height // 4, width // 4, 1))).astype(np.uint8)


def test_a_shot_lasts_until_the_scene_changes() -> None:
    frames = [scene(0), scene(0), scene(1), scene(1), scene(2), scene(0)]
    assert shots([thumbnail(frame) for frame in frames]) == [0, 0, 1, 1, 2, 3]


def test_light_that_goes_down_and_a_person_who_walks_are_no_cut() -> None:
    dark, walked = scene(0) // 2, scene(0)
    walked[100:200, 100:180] = 30
    frames = [scene(0), dark, scene(0), walked]
    assert shots([thumbnail(frame) for frame in frames]) == [0] * 4


def test_frames_of_other_sizes_compare() -> None:
    frames = [scene(0), scene(0, 1080, 1920), scene(0, 96, 96)]
    assert shots([thumbnail(frame) for frame in frames]) == [0] * 3


def test_thumbnail_is_of_length_one_and_zero_for_one_colour() -> None:
    look = thumbnail(scene(0))
    assert look.shape == (64,)
    assert look.mean() == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(look) == pytest.approx(1)
    assert not thumbnail(np.full((50, 50, 3), 7, np.uint8)).any()


def test_few_frames() -> None:
    assert shots([]) == []
    assert shots([thumbnail(scene(0))]) == [0]
