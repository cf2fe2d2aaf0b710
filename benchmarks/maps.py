"""A map of many crops, against scikit-learn's t-SNE.

    python benchmarks/maps.py [--points 5000] [--dimensions 64] [--rounds 1] [--perplexity 30]

Drawn embeddings: eight classes, each a cloud that is long in ten directions. Ours is what the stage
``maps`` calls, with one thread; the other is scikit-learn's Barnes-Hut t-SNE with its own
settings, the same perplexity, start and seed, and one thread, on the same vectors (as long as they
are: it does not shorten them). ``maps_<points>_<dimensions>/sklearn`` counts points per second.
How well a map is laid out is said beside: the share of a crop's ten nearest neighbours that are its
neighbours on the map, over 1,000 crops; both must be near each other for the ratio to mean
anything.
"""

import argparse
import hashlib

import numpy as np
from threadpoolctl import threadpool_limits

import measure
from deepfake_attribution.figures import tsne

CLASSES, DIRECTIONS, SEED, LOOKED_AT, NEAR = 8, 10, 1, 1000, 10


def main() -> None:
    """Measure, print and keep."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--points", type=int, default=5_000)
    words.add_argument("--dimensions", type=int, default=64)
    words.add_argument("--rounds", type=int, default=1)
    words.add_argument("--perplexity", type=float, default=30)
    chosen = measure.options(words)
    vectors = embeddings(chosen.points, chosen.dimensions)
    maps: dict[str, list[np.ndarray]] = {"ours": [], "sklearn": []}

    def ours() -> float:
        maps["ours"].append(tsne.coordinates(vectors, chosen.perplexity, False, SEED))
        return chosen.points

    def peer() -> float:
        maps["sklearn"].append(_sklearn(vectors, chosen.perplexity))
        return chosen.points

    found = measure.rates({"ours": ours, "sklearn": peer}, chosen.rounds)
    work = f"maps_{chosen.points}_{chosen.dimensions}"
    results = measure.compared(work, found, "points/s")
    measure.show(results)
    for name, made in maps.items():
        kept = 100 * neighbours_kept(vectors, made[-1])
        same = len({hashlib.sha256(one.tobytes()).hexdigest() for one in made}) == 1
        said = "the same bits" if same else "other bits"
        print(f"{name:8} keeps {kept:.1f} % of {NEAR} neighbours; {len(made)} runs gave {said}")
    measure.keep(results, chosen)


def embeddings(points: int, dimensions: int) -> np.ndarray:
    """Return drawn embeddings, (``points``, ``dimensions``)."""
    random = np.random.default_rng(SEED)
    centres = random.standard_normal((CLASSES, dimensions))
    axes = 0.5 * random.standard_normal((DIRECTIONS, dimensions))
    clouds = random.standard_normal((points, DIRECTIONS)) @ axes
    noise = 0.3 * random.standard_normal((points, dimensions))
    return centres[random.integers(CLASSES, size=points)] + clouds + noise


def neighbours_kept(vectors: np.ndarray, places: np.ndarray) -> float:
    """Return the share of the nearest neighbours, (N, D), that are so on the map, (N, 2)."""
    from sklearn.neighbors import NearestNeighbors

    asked = np.random.default_rng(SEED).permutation(len(vectors))[:LOOKED_AT]
    lists = []
    for table in (vectors, places):
        # the nearest is the crop itself
        model = NearestNeighbors(n_neighbors=NEAR + 1, algorithm="brute").fit(table)
        lists.append(model.kneighbors(table[asked], return_distance=False)[:, 1:])
    shared = [len(set(one) & set(other)) for one, other in zip(*lists, strict=True)]
    return float(np.mean(shared)) / NEAR


def _sklearn(vectors: np.ndarray, perplexity: float) -> np.ndarray:
    from sklearn.manifold import TSNE

    layout = TSNE(perplexity=perplexity, init="pca", random_state=SEED, n_jobs=1)
    with threadpool_limits(1):
        return np.asarray(layout.fit_transform(vectors))


if __name__ == "__main__":
    main()
