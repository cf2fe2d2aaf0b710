"""What the outputs of a head mean, and as probabilities where it scores by itself."""

import numpy as np

from deepfake_attribution.core.outputs import CLASSES, ONE_LOGIT


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
