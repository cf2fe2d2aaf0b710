"""Independent random streams, named by what they are for."""

import hashlib

import numpy as np


def generator(*names: str | int) -> np.random.Generator:
    """Return a generator that depends on ``names`` alone, the same on every host.

    ``generator(seed, "phone", "person", 3)`` and ``generator(seed, "phone", "person", 4)`` share
    nothing, and adding a stream changes no other one.
    """
    text = "\0".join(f"{type(name).__name__}:{name}" for name in names)
    key = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(key, "big")))
