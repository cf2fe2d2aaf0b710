"""t-SNE of embeddings (van der Maaten and Hinton, 2008), by openTSNE."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]

FEWEST = 10  # points needed for a map
LONG = 100  # dimensions; longer embeddings are shortened, as the method's authors advise
COMPONENTS = 50


def why_none(vectors: Vectors) -> str:
    """Return why ``vectors``, (N, D), have no map; empty if they have one."""
    if len(vectors) < FEWEST:
        return f"{len(vectors)} crops are too few for a map: it needs {FEWEST}"
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


def components(vectors: Vectors) -> int | None:
    """Return the number of principal components that ``vectors``, (N, D), are shortened to.

    None if they are not shortened.
    """
    return COMPONENTS if vectors.shape[1] > LONG else None


def shortened(vectors: Vectors, angular: bool) -> Vectors:
    """Return ``vectors``, (N, D), or their first `COMPONENTS` principal components, (N, 50).

    The cost of neighbours grows with D, and crops differ in few directions. Vectors that are
    compared by the angle are not centred, so that the components keep angles as well as 50 numbers
    can. The axes come from the (D, D) products of the columns, which needs no copy of the vectors.
    Fewer vectors than columns give the same places by the smaller (N, N) products of the rows.
    """
    kept = components(vectors)
    if kept is None:
        return vectors
    if not angular:
        vectors = vectors - vectors.mean(axis=0)
    if kept <= len(vectors) < vectors.shape[1]:
        squares, places = np.linalg.eigh(vectors @ vectors.T)  # smallest first
        rounding = squares[-1] * len(squares) * np.finfo(np.float64).eps
        lengths = np.sqrt(np.where(squares > rounding, squares, 0))
        return (places * lengths)[:, ::-1][:, :kept]
    _, axes = np.linalg.eigh(vectors.T @ vectors)  # smallest first
    return vectors @ axes[:, ::-1][:, :kept]


def coordinates(vectors: Vectors, perplexity: float, angular: bool, seed: int) -> Vectors:
    """Return the place of each embedding on the map, (N, 2).

    Long embeddings are `shortened`. Neighbours are exact; the start is the first two principal
    components; from 10,000 points on, forces are interpolated on a grid (Linderman et al., 2019),
    whose time grows with N. One thread: with more, each run adds sums in a different order, and 750
    steps of descent would make that visible. The same input gives the same bits.

    Args:
        vectors: (N, D), N at least `FEWEST` and not all equal (see `why_none`).
        perplexity: below N / 3, see `perplexity_for`.
        angular: compare by the angle; else by the Euclidean distance.
        seed: of the jitter that separates equal points at the start.
    """
    from openTSNE import TSNE
    from threadpoolctl import threadpool_limits

    layout = TSNE(
        perplexity=perplexity,
        metric="cosine" if angular else "euclidean",
        initialization="pca",
        neighbors="exact",
        n_jobs=1,
        random_state=seed,
    )
    with threadpool_limits(1):
        points = shortened(directions(vectors) if angular else vectors, angular)
        return np.asarray(layout.fit(np.ascontiguousarray(points)), dtype=np.float64)
