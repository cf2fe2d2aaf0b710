"""t-SNE of embeddings (van der Maaten and Hinton, 2008), by openTSNE."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]

FEWEST = 10  # points; with fewer there is nothing to lay out


def why_none(vectors: Vectors) -> str:
    """Return why ``vectors``, (N, D), have no map; empty if they have one."""
    if len(vectors) < FEWEST:
        return f"{len(vectors)} crops are too few for a map: it takes {FEWEST}"
    if np.ptp(vectors, axis=0).max() == 0:
        return f"all {len(vectors)} crops have one and the same embedding"
    return ""


def perplexity_for(points: int, wanted: float) -> float:
    """Return ``wanted``, or the largest perplexity that ``points`` points allow.

    A point is compared with its 3 x perplexity nearest neighbours, and has ``points`` - 1.
    """
    return min(float(wanted), (points - 1) / 3)


def directions(vectors: Vectors) -> Vectors:
    """Return ``vectors``, (N, D), at unit length; zero vectors stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def coordinates(vectors: Vectors, perplexity: float, angular: bool, seed: int) -> Vectors:
    """Return the place of each embedding on the map, (N, 2).

    The start is the first two principal components. One thread: with more, sums are added in
    another order in each run, which 750 steps of descent would make visible. The same input gives
    the same bits.

    Args:
        vectors: (N, D), N at least `FEWEST` and not all equal (see `why_none`).
        perplexity: below N / 3, see `perplexity_for`.
        angular: compare by the angle; else by the Euclidean distance.
        seed: of the jitter that parts equal points at the start.
    """
    from openTSNE import TSNE
    from threadpoolctl import threadpool_limits

    points = directions(vectors) if angular else vectors
    layout = TSNE(
        perplexity=perplexity,
        metric="cosine" if angular else "euclidean",
        initialization="pca",
        neighbors="exact",
        n_jobs=1,
        random_state=seed,
    )
    with threadpool_limits(1):
        return np.asarray(layout.fit(np.ascontiguousarray(points)), dtype=np.float64)
