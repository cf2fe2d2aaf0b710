"""The nearest crops of other videos, in the space of the embeddings (not on the map)."""

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
ROWS = 500  # compared with all others at a time: 40 MB for 20,000 points


def nearest(
    vectors: NDArray[np.floating], videos: NDArray[np.object_], count: int
) -> NDArray[np.int32]:
    """Return for each crop the nearest crop of each of the ``count`` nearest other videos.

    The frames of a video resemble each other most: without this rule all neighbours would be of the
    same video. Distances are Euclidean; between directions (vectors of unit length) they have the
    same order as angles.

    Args:
        vectors: (N, D).
        videos: (N,), the key of each crop's video.
        count: K.

    Returns:
        (N, K) numbers of rows, the nearest first; `NOBODY` if there are fewer other videos.
    """
    order = np.argsort(videos, kind="stable")
    _, starts, own = np.unique(videos[order], return_index=True, return_inverse=True)
    points = (vectors - vectors.mean(axis=0)).astype(np.float32)[order]
    lengths = np.einsum("nd,nd->n", points, points)
    members = _members(starts, len(points))
    kept = min(count, len(starts) - 1)
    found = np.full((len(points), count), NOBODY, np.int32)
    for first in range(0, len(points), ROWS):
        block = slice(first, min(first + ROWS, len(points)))
        # |a - b|^2 without |a|^2, which is the same for all b
        away = lengths - 2 * (points[block] @ points.T)  # (B, N)
        by_video = np.minimum.reduceat(away, starts, axis=1)  # (B, V)
        rows = np.arange(len(away))
        by_video[rows, own[block]] = np.inf
        chosen = np.argsort(by_video, axis=1, kind="stable")[:, :kept]
        for place in range(kept):
            candidates = members[chosen[:, place]]  # (B, L)
            best = np.argmin(away[rows[:, None], candidates], axis=1)
            found[block, place] = order[candidates[rows, best]]
    back = np.empty_like(found)
    back[order] = found
    return back


def _members(starts: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return the rows of each video, (V, L); a shorter video repeats its last row."""
    ends = np.append(starts[1:], count)
    steps = np.arange((ends - starts).max())
    return np.minimum(starts[:, None] + steps, ends[:, None] - 1)
