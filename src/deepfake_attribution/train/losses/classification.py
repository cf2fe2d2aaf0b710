"""Losses of the two classifying heads: real against fake, and which class."""

import torch
import torch.nn.functional as F
from torch import Tensor

from deepfake_attribution.train.settings import CrossEntropy


def binary_cross_entropy(logits: Tensor, real: Tensor, settings: CrossEntropy) -> Tensor:
    """Return the mean binary cross-entropy of one logit per sample; its target 1 is **real**.

    With smoothing e the targets are 1 - e / 2 and e / 2: the share e spread over both classes, as
    `cross_entropy` spreads it over C.

    Args:
        logits: (B,) or (B, 1) float; their sigmoid is P(real).
        real: (B,) bool or number, 1 where the sample is real.
        settings: label smoothing.

    Returns:
        Scalar, float32 (float64 for float64 logits), under autocast too.
    """
    if logits.ndim == 2:
        logits = logits.squeeze(1)
    logits = _at_least_float32(logits)
    smoothing = settings.label_smoothing
    target = real.to(logits.dtype) * (1 - smoothing) + smoothing / 2
    return F.binary_cross_entropy_with_logits(logits, target)


def cross_entropy(logits: Tensor, labels: Tensor, settings: CrossEntropy) -> Tensor:
    """Return the mean cross-entropy over classes.

    Args:
        logits: (B, C) float.
        labels: (B,) int64.
        settings: label smoothing e; targets are 1 - e + e / C and e / C.

    Returns:
        Scalar, float32 (float64 for float64 logits), under autocast too.
    """
    return F.cross_entropy(
        _at_least_float32(logits), labels, label_smoothing=settings.label_smoothing
    )


def _at_least_float32(logits: Tensor) -> Tensor:
    return logits.to(torch.promote_types(logits.dtype, torch.float32))
