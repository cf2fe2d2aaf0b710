"""Random draws of groups with replacement, as weights: how often each draw holds each group."""

import zlib

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.int32]


def draw(groups: int, draws: int, seed: int, name: str) -> Weights:
    """Return (1 + draws, groups) weights: first everything once, then the draws.

    In each draw ``groups`` groups are taken with replacement, all with the same chance.

    Args:
        groups: how many there are, at least 1.
        draws: how many to make.
        seed: of the project.
        name: of the database; each has draws of its own, the same for all approaches.
    """
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    drawn = random.multinomial(groups, np.full(groups, 1 / groups), size=draws)
    return np.vstack([np.ones((1, groups)), drawn]).astype(np.int32)
