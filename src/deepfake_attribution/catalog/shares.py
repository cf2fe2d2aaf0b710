"""Draw a share of a set of names, mostly unchanged when names are added or removed."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Self

from pydantic import Field, model_validator

from deepfake_attribution.core.params import Strict


class Shares(Strict):
    """Settings of a dataset without official splits.

    Attributes:
        val: share of the clips that becomes the validation split.
        test: share that is tested on; 1.0: all. The rest is trained on.
        seed: decides which ones.
    """

    val: float = Field(ge=0, le=1)
    test: float = Field(ge=0, le=1)
    seed: int = Field(ge=0)

    @model_validator(mode="after")
    def _not_more_than_all(self) -> Self:
        if self.val + self.test > 1:
            raise ValueError("val and test together are more than all videos")
        return self


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


def three_ways(names: Iterable[str], shares: Shares) -> dict[str, str]:
    """Return the split of each name: shares of all, rounded; what is left is trained on."""
    order = ranked(names, shares.seed)
    test = round(shares.test * len(order))
    val = min(round(shares.val * len(order)), len(order) - test)
    parts = ["test"] * test + ["val"] * val + ["train"] * (len(order) - test - val)
    return dict(zip(order, parts, strict=True))
