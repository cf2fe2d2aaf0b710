"""What the outputs of a head mean, and as probabilities where it scores by itself."""

from collections.abc import Sequence

import numpy as np

from deepfake_attribution.core.outputs import CLASSES, ONE_LOGIT


def outputs_of(output: str, classes: Sequence[str], embedding: int) -> int:
    """Return the length of what a head gives."""
    lengths: dict[str, int] = {ONE_LOGIT: 1, CLASSES: len(classes)}
    return lengths.get(output, embedding)


def probabilities(output: str, outputs: np.ndarray) -> np.ndarray:
    """Return (B, C) float32 probabilities of a self-scoring head's outputs; column 0 is P(real).

    ``output`` is what the head gives. One logit gives two columns, real and fake.
    """
    values = outputs.astype(np.float32)
    if output == ONE_LOGIT:
        real = np.exp(-np.logaddexp(np.float32(0), -values))  # the sigmoid, without overflow
        return np.concatenate([real, 1 - real], axis=1)
    assert output == CLASSES
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
