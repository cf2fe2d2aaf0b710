import numpy as np
import pytest

from deepfake_attribution.evidence_maps import truth
from deepfake_attribution.evidence_maps.occlusion import squares


def test_only_what_speaks_for_fake_counts() -> None:
    assert np.array_equal(truth.for_fake(np.array([[-2.0, 3.0]])), [[2.0, 0.0]])


def test_share_inside_by_hand() -> None:
    mask = np.array([[True, False], [False, False]])
    assert truth.inside(np.array([[1.0, 1.0], [2.0, 0.0]]), mask) == 0.25
    assert np.isnan(truth.inside(np.zeros((2, 2)), mask))


def test_deletion_covers_and_insertion_uncovers_the_lowest_first() -> None:
    image, cover = np.full((3, 10, 10), 200, np.uint8), np.zeros((3, 10, 10), np.uint8)
    order = np.arange(100.0).reshape(10, 10)
    found = truth.changed(image, cover, order)
    steps = len(truth.STEPS)
    assert found.shape == (2 * steps, 3, 10, 10)
    assert not found[0, :, 0].any() and (found[0, :, 1:] == 200).all()  # a tenth is one row
    assert (found[steps, :, 0] == 200).all() and not found[steps, :, 1:].any()


def test_area_by_hand() -> None:
    """A straight line from 0 to 1 has the area 1/2; one that jumps at the first step more."""
    steps = np.array(truth.STEPS)
    zero, one = np.zeros(1), np.ones(1)
    assert truth.area(zero, steps[None], one) == pytest.approx(0.5)
    assert truth.area(zero, np.ones((1, len(steps))), one) == pytest.approx(1 - steps[0] / 2)


def test_areas_of_a_true_map_beat_those_of_a_random_one() -> None:
    """The score is the share of a corner that is covered: a true map starts there."""
    image, cover = np.full((3, 32, 32), 200, np.uint8), np.zeros((3, 32, 32), np.uint8)

    def score(images: np.ndarray) -> np.ndarray:
        return (images[None, :, 0, :10, :10] == 0).mean(axis=(2, 3))

    true = np.zeros((32, 32))
    true[:10, :10] = -1
    other = truth.random_map(squares(32), np.random.default_rng(1))
    whole, bare = score(image[None])[:, 0], score(cover[None])[:, 0]
    deletion, insertion = truth.areas(score(truth.changed(image, cover, true)), whole, bare)
    by_chance = truth.areas(score(truth.changed(image, cover, other)), whole, bare)
    assert deletion > by_chance[0] and insertion < by_chance[1]


def test_random_maps_are_those_of_their_generator() -> None:
    one, same, other = (
        truth.random_map(squares(32), np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one.tobytes() == same.tobytes() != other.tobytes() and one.shape == (32, 32)
