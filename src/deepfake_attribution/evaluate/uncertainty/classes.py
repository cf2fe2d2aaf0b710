"""Accuracy and macro F1 of many draws at once, from counts per group."""

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.evaluate.uncertainty.draws import Weights

Names = NDArray[np.object_]


def resample_classes(
    true: Names, predicted: Names, groups: NDArray[np.intp], weights: Weights
) -> dict[str, NDArray[np.float64]]:
    """Return ``accuracy`` and ``macro_f1`` (`attribution.macro_f1`), in percent, for each draw.

    Args:
        true: (N,) classes.
        predicted: (N,) predicted classes.
        groups: (N,) column of ``weights``.
        weights: (D, G), see `draws.draw`.

    Returns:
        (D,) each; macro F1 is over the classes in a draw; NaN in draws without a row.
    """
    size = weights.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0: the draw lacks the class
        rows = weights @ np.bincount(groups, minlength=size)
        right = weights @ np.bincount(groups[true == predicted], minlength=size)
        total, present = np.zeros(len(weights)), np.zeros(len(weights))
        for name in sorted(set(true)):
            own = weights @ np.bincount(groups[true == name], minlength=size)
            given = weights @ np.bincount(groups[predicted == name], minlength=size)
            hit = (true == name) & (predicted == name)
            both = weights @ np.bincount(groups[hit], minlength=size)
            total += np.where(own > 0, 2 * both / (own + given), 0)
            present += own > 0
        return {"accuracy": 100 * right / rows, "macro_f1": 100 * total / present}
