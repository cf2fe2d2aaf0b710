from functools import partial

import numpy as np
import openTSNE
import pytest
from sklearn.neighbors import NearestNeighbors

from deepfake_attribution.figures import tsne


def clusters(angular: bool) -> tuple[np.ndarray, np.ndarray]:
    """Two clusters of 40: far apart, or of two directions with lengths that cover each other."""
    random = np.random.default_rng(3)
    labels = np.repeat([0, 1], 40)
    centres = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])[labels]
    if angular:
        lengths = random.uniform(0.1, 50, size=(80, 1))
        return lengths * (centres + 0.05 * random.standard_normal((80, 3))), labels
    return 10 * centres + random.standard_normal((80, 3)), labels


@pytest.mark.parametrize("angular", [True, False])
def test_two_far_clusters_stay_apart(angular: bool) -> None:
    vectors, labels = clusters(angular)
    places = tsne.coordinates(vectors, 10, angular, seed=1)
    nearest = NearestNeighbors(n_neighbors=6).fit(places).kneighbors(return_distance=False)
    assert places.shape == (80, 2) and np.isfinite(places).all()
    assert (labels[nearest] == labels[:, None]).mean() == 1


def test_same_input_gives_the_same_bits() -> None:
    vectors, _ = clusters(angular=True)
    one, two = (tsne.coordinates(vectors, 10, True, seed=1) for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_angle_alone_counts_where_embeddings_are_compared_by_it() -> None:
    vectors, _ = clusters(angular=True)
    scaled = vectors * np.where(np.arange(80) % 2, 2.0, 0.5)[:, None]  # exact in binary
    places = [tsne.coordinates(each, 10, True, seed=1) for each in (vectors, scaled)]
    assert np.allclose(*places)


def test_perplexity_gives_way_to_few_points() -> None:
    assert tsne.perplexity_for(1000, 30) == 30
    assert tsne.perplexity_for(61, 30) == 20
    vectors, _ = clusters(angular=False)
    few = tsne.coordinates(vectors[:10], tsne.perplexity_for(10, 30), False, seed=1)
    assert few.shape == (10, 2) and np.isfinite(few).all()


def test_too_few_or_equal_points_have_a_reason_instead_of_a_map() -> None:
    assert tsne.why_none(np.ones((9, 3))) == "9 crops are too few for a map: it needs 10"
    assert "one and the same embedding" in tsne.why_none(np.ones((12, 3)))
    assert "one and the same" in tsne.why_none(tsne.directions(np.outer(range(1, 13), [1.0, 2])))
    assert tsne.why_none(np.eye(12)) == ""
    assert "0 crops" in tsne.why_none(np.empty((0, 1)))


def test_directions_have_unit_length_and_zero_stays() -> None:
    lengths = np.linalg.norm(tsne.directions(np.array([[3.0, 4], [0, 0]])), axis=1)
    assert lengths.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("angular", [True, False])
@pytest.mark.parametrize("count", [80, 400])
def test_long_embeddings_that_differ_in_few_directions_lose_nothing(
    count: int, angular: bool
) -> None:
    """Rank 30 in 300 numbers: 50 components keep every distance, or every angle."""
    random = np.random.default_rng(5)
    vectors = random.standard_normal((count, 30)) @ random.standard_normal((30, 300))
    if angular:
        vectors = tsne.directions(vectors)
    else:
        vectors += 3  # the mean is no difference
    short = tsne.shortened(vectors, angular)
    assert short.shape == (count, tsne.COMPONENTS)
    if angular:
        assert np.allclose(short @ short.T, vectors @ vectors.T)
    else:
        assert np.allclose(short.mean(axis=0), 0)
        distances = [np.linalg.norm(v[:, None] - v[None], axis=2) for v in (short, vectors)]
        assert np.allclose(*distances)


def test_short_embeddings_are_laid_out_as_they_are() -> None:
    vectors = np.random.default_rng(5).standard_normal((20, tsne.LONG))
    assert tsne.shortened(vectors, True) is vectors and tsne.components(vectors) is None
    assert tsne.components(np.ones((20, tsne.LONG + 1))) == 50


@pytest.mark.slow
def test_many_long_embeddings_are_laid_out_to_the_same_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Above 10,000 points the forces are interpolated: another way through openTSNE.

    A sixth of the steps: each is a sum that would show another order.
    """
    fewer = partial(openTSNE.TSNE, early_exaggeration_iter=50, n_iter=75)
    monkeypatch.setattr(openTSNE, "TSNE", fewer)
    random = np.random.default_rng(3)
    labels = random.integers(4, size=10_500)
    centres = random.standard_normal((4, 120))
    vectors = centres[labels] + 0.3 * random.standard_normal((10_500, 120))
    one, two = (tsne.coordinates(vectors, 30, False, seed=1) for _ in range(2))
    assert one.tobytes() == two.tobytes()
    nearest = NearestNeighbors(n_neighbors=6).fit(one).kneighbors(return_distance=False)
    assert (labels[nearest] == labels[:, None]).mean() > 0.99
