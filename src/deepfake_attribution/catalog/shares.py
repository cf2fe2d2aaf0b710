"""Draw a share of a set of names, mostly unchanged when names are added or removed."""

from collections.abc import Iterable
from hashlib import sha256


def ranked(names: Iterable[str], seed: int) -> list[str]:
    """Return ``names`` in an order drawn from ``seed``.

    Names are sorted by a hash of each, so adding or removing a name does not reorder the others.
    """
    return sorted(set(names), key=lambda name: sha256(f"{seed}:{name}".encode()).digest())


def carve(names: Iterable[str], share: float, seed: int) -> set[str]:
    """Return ``share`` of ``names``, rounded; at least one and not all, where there are two."""
    order = ranked(names, seed)
    count = round(share * len(order))
    if share > 0 and len(order) > 1:
        count = min(max(count, 1), len(order) - 1)
    return set(order[:count])
