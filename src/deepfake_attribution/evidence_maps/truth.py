"""Whether a map is true: its share inside the changed pixels, and deletion and insertion.

Deletion covers the crop's pixels in the order in which the map says that they speak for fake,
insertion uncovers them in that order (Petsiuk et al., "RISE", BMVC 2018). If the map is true, the
score rises early in deletion and falls early in insertion. Both are measured as the area below the
curve of the score and are compared with maps of random values.
"""

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.evidence_maps.occlusion import Floats, Image, Squares, spread

STEPS = (0.1, 0.3, 0.6)  # shares of the pixels that are covered or uncovered


def for_fake(maps: Floats) -> Floats:
    """Return how much each pixel speaks for fake: not negative."""
    return np.maximum(-maps, 0)


def inside(weights: Floats, mask: NDArray[np.bool_]) -> float:
    """Return the share of ``weights`` (S, S) inside ``mask`` (S, S); NaN if all weights are 0."""
    total = float(weights.sum())
    return float(weights[mask].sum()) / total if total > 0 else float("nan")


def random_map(where: Squares, generator: np.random.Generator) -> Floats:
    """Return a map, (S, S), as smooth as one of occlusion, of random values."""
    return spread(generator.standard_normal(len(where.corners)), where)


def changed(image: Image, cover: Image, order: Floats) -> Image:
    """Return the crops of deletion, then those of insertion, (2 * len(STEPS), 3, S, S).

    Args:
        image, cover: (3, S, S).
        order: (S, S); the pixels with the lowest values, which speak most for fake, come first.
    """
    rank = np.argsort(np.argsort(order, axis=None, kind="stable"), kind="stable")
    place = (rank.reshape(order.shape) + 0.5) / order.size
    first = [place < step for step in STEPS]
    deleted = [np.where(part, cover, image) for part in first]
    inserted = [np.where(part, image, cover) for part in first]
    return np.stack([*deleted, *inserted])


def area(start: Floats, between: Floats, end: Floats) -> Floats:
    """Return the area below curves of scores, by the trapezoid rule.

    Args:
        start, end: (...,) scores when no pixel, and when every pixel, is changed.
        between: (..., len(STEPS)) scores at `STEPS`.
    """
    curve = np.concatenate([start[..., None], between, end[..., None]], axis=-1)
    return np.asarray(np.trapezoid(curve, [0.0, *STEPS, 1.0], axis=-1))


def areas(scores: Floats, whole: Floats, bare: Floats) -> tuple[Floats, Floats]:
    """Return the areas of deletion and of insertion, each (A,).

    Args:
        scores: (A, 2 * len(STEPS)) of the crops of `changed`.
        whole: (A,) scores of the crop.
        bare: (A,) scores of the crop that is covered everywhere.
    """
    deletion, insertion = scores[:, : len(STEPS)], scores[:, len(STEPS) :]
    return area(whole, deletion, bare), area(bare, insertion, whole)
