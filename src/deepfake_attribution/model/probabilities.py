"""What the outputs of a classifying head say, as probabilities."""

from collections.abc import Sequence

import numpy as np

CLASSIFYING = ("binary", "attribution")  # heads that score by themselves


def outputs_of(head: str, classes: Sequence[str], embedding: int) -> int:
    """Return the length of a head's output."""
    return {"binary": 1, "attribution": len(classes)}.get(head, embedding)


def probabilities(head: str, outputs: np.ndarray) -> np.ndarray:
    """Return (B, C) float32 probabilities of a classifying head's outputs; column 0 is P(real).

    Binary gives two columns: real and fake.
    """
    values = outputs.astype(np.float32)
    if head == "binary":
        real = np.exp(-np.logaddexp(np.float32(0), -values))  # the sigmoid, without overflow
        return np.concatenate([real, 1 - real], axis=1)
    assert head == "attribution"
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
