import numpy as np
import pytest

from deepfake_attribution.evaluate.open_set.distances import Known

RANDOM = np.random.default_rng(5)
KNOWN = RANDOM.normal(size=(80, 6)).astype(np.float32)
ASKED = RANDOM.normal(size=(30, 6)).astype(np.float32)


@pytest.mark.parametrize("k", [1, 3, 80])
def test_angles_are_those_of_the_plain_formula(k: int) -> None:
    unit = [vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in (ASKED, KNOWN)]
    angles = np.degrees(np.arccos(np.clip(unit[0] @ unit[1].T, -1, 1)))
    found = Known.of(KNOWN, angular=True).distances(ASKED, k)
    assert found == pytest.approx(np.sort(angles, axis=1)[:, k - 1], rel=1e-4)


@pytest.mark.parametrize("k", [1, 3, 80])
def test_distances_are_those_of_the_plain_formula(k: int) -> None:
    mean, scale = KNOWN.mean(axis=0), KNOWN.std(axis=0)
    gaps = ((ASKED - mean) / scale)[:, None] - ((KNOWN - mean) / scale)[None]
    lengths = np.sort(np.linalg.norm(gaps, axis=2), axis=1)
    found = Known.of(KNOWN, angular=False).distances(ASKED, k)
    assert found == pytest.approx(lengths[:, k - 1], rel=1e-4)


def test_angles_by_hand() -> None:
    known = Known.of([[1, 0], [0, 2]], angular=True)
    asked = [[3, 0], [1, 1], [-1, 0], [0, 0]]
    assert known.distances(asked, 1) == pytest.approx([0, 45, 90, 90], abs=1e-3)
    assert known.distances(asked, 2) == pytest.approx([90, 45, 180, 90], abs=1e-3)


def test_standardised_by_hand() -> None:
    known = Known.of([[0, 7], [2, 7]], angular=False)  # mean 1, deviation 1; 7 says nothing
    assert known.distances([[4, 7], [1, -50]], 1) == pytest.approx([2, 1])


def test_length_does_not_change_an_angle_nor_units_a_standardised_distance() -> None:
    lengths = RANDOM.uniform(0.1, 9, size=(30, 1))
    angular = Known.of(KNOWN, angular=True)
    before = angular.distances(ASKED, 4)
    assert angular.distances(ASKED * lengths, 4) == pytest.approx(before, rel=1e-4)
    plain = Known.of(KNOWN, angular=False).distances(ASKED, 4)
    units, shift = np.array([1, 10, 0.1, 3, 5, 100]), np.arange(6)
    other = Known.of(KNOWN * units + shift, angular=False)
    assert other.distances(ASKED * units + shift, 4) == pytest.approx(plain, rel=1e-3)


@pytest.mark.parametrize("angular", [True, False])
def test_order_of_the_known_crops_does_not_matter_and_far_ones_add_nothing(angular: bool) -> None:
    found = Known.of(KNOWN, angular).distances(ASKED, 4)
    shuffled = Known.of(KNOWN[RANDOM.permutation(80)], angular).distances(ASKED, 4)
    assert shuffled == pytest.approx(found, rel=1e-5)
    assert (
        np.diff([Known.of(KNOWN, angular).distances(ASKED, k) for k in (1, 2, 9)], axis=0) >= 0
    ).all()


def test_many_are_asked_in_one_go_as_one_by_one() -> None:
    known = Known.of(KNOWN, angular=True)
    one_by_one = [known.distances(row[None], 2)[0] for row in ASKED]
    assert known.distances(ASKED, 2) == pytest.approx(one_by_one, rel=1e-5)
    assert known.distances(ASKED[:0], 2).shape == (0,)


@pytest.mark.parametrize("angular", [True, False])
def test_reasons_for_no_distance(angular: bool) -> None:
    same = Known.of(np.tile([1.0, 2.0], (5, 1)), angular)
    assert same.why_none(3) == "all 5 known crops have one and the same embedding"
    assert "5 known crops are fewer than the 6" in same.why_none(6)
    assert Known.of(KNOWN, angular).why_none(80) == ""


def test_mistakes_are_refused() -> None:
    known = Known.of(KNOWN, angular=True)
    with pytest.raises(ValueError, match="no neighbour 81 among 80"):
        known.distances(ASKED, 81)
    with pytest.raises(ValueError, match="expected 6 dimensions, found 5"):
        known.distances(ASKED[:, :5], 1)
    with pytest.raises(ValueError, match="not finite"):
        known.distances(np.full((1, 6), np.nan), 1)
    with pytest.raises(ValueError, match="no known embedding"):
        Known.of(np.empty((0, 6)), angular=True)
