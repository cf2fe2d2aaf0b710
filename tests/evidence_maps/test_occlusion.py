import numpy as np
import pytest

from deepfake_attribution.evidence_maps.occlusion import (
    COVERED,
    blurred,
    covered,
    draw_map,
    spread,
    squares,
)
from deepfake_attribution.evidence_maps.truth import for_fake, inside

SIZE = 48


def speckled(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (3, SIZE, SIZE), np.uint8)


def detail(images: np.ndarray, part: tuple[slice, slice]) -> np.ndarray:
    """A network that answers by the fine detail of one place: smooth there is real."""
    seen = images[:, 0][:, part[0], part[1]].astype(np.float64)
    return 1 - seen.std(axis=(1, 2)) / 255


PLACE = np.s_[4:16, 28:40]
WHERE = np.zeros((SIZE, SIZE), bool)
WHERE[PLACE] = True


def test_map_speaks_for_fake_where_the_network_looks() -> None:
    found = draw_map(speckled(), lambda images: np.stack([detail(images, PLACE)] * 2))
    assert found.maps.shape == (2, SIZE, SIZE) and found.whole.shape == (2,)
    assert np.array_equal(found.maps[0], found.maps[1])
    one = found.maps[0]
    assert one.min() < 0 and one.max() <= 1e-12
    assert inside(for_fake(one), WHERE) > 4 * WHERE.mean()
    assert one[30:, :16].max() == pytest.approx(0, abs=1e-12)  # far away nothing changes


def test_map_speaks_for_real_where_covering_lowers_the_score() -> None:
    found = draw_map(speckled(), lambda images: 1 - detail(images, PLACE)[None])
    assert found.maps.max() > 0 and found.maps.min() >= -1e-12


def test_equal_scores_give_a_map_of_zeros() -> None:
    found = draw_map(speckled(), lambda images: np.full((1, len(images)), 0.5))
    assert not found.maps.any()


def test_same_crop_gives_same_bytes() -> None:
    maps = [draw_map(speckled(), lambda images: detail(images, PLACE)[None]).maps for _ in "ab"]
    assert maps[0].tobytes() == maps[1].tobytes()


@pytest.mark.parametrize("size", [4, 20, 96, 224, 299])
def test_squares_cover_every_pixel(size: int) -> None:
    where = squares(size)
    assert len(where.corners) == 25 and where.side == max(1, round(COVERED * size))
    assert where.corners.min() == 0 and where.corners.max() == size - where.side
    assert np.allclose(spread(np.ones(25), where), 1)


def test_spread_is_the_mean_of_the_squares_above_a_pixel() -> None:
    where = squares(8, 4)  # sides of 2 at 0, 2, 4 and 6: each pixel is in one square
    values = np.arange(16.0)
    found = spread(values, where)
    assert found.shape == (8, 8)
    assert np.array_equal(found[::2, ::2], values.reshape(4, 4))


def test_covered_copies_differ_inside_their_square_only() -> None:
    image, where = speckled(), squares(SIZE)
    cover = blurred(image)
    copies = covered(image, cover, where)
    for copy, (top, left) in zip(copies, where.corners, strict=True):
        part = np.s_[:, top : top + where.side, left : left + where.side]
        assert np.array_equal(copy[part], cover[part])
        copy[part] = image[part]
        assert np.array_equal(copy, image)


def test_blur_keeps_the_brightness_and_takes_the_detail() -> None:
    image = speckled()
    cover = blurred(image)
    assert abs(cover.mean() - image.mean()) < 3 and cover.std() < image.std() / 4
