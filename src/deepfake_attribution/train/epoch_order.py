"""Which crops an epoch uses, in which order, and how each is changed."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np
import pandas as pd
from torch.utils.data import Sampler

from deepfake_attribution.model.settings import SEEDS
from deepfake_attribution.train.settings import Train


class Pick(NamedTuple):
    """A crop to load.

    Attributes:
        row: of the table.
        mirrored: left to right.
        degraded: seed of its degradations (`augmentation`); 0: none.
        blended: seed of its blending with itself (`self_blending`), which makes it a fake; 0: none.
    """

    row: int
    mirrored: bool = False
    degraded: int = 0
    blended: int = 0


class EpochOrder(Sampler[Pick]):
    """A new order, and new changes to the crops, for each epoch; the same ones after a restart.

    Args:
        table: a row per crop: ``attack``, ``video``, ``dataset``, ``source`` and ``slot``.
        labels: (N,) int64 classes of the crops, 0 is real.
        settings: the section ``train``: what an epoch holds.
        batch_size: crops per step, of all processes together.
        seed: of the order.
        degrade: draw degradations.
        share: number of this process, and of all processes: each gets its part of each batch.
    """

    def __init__(
        self,
        table: pd.DataFrame,
        labels: np.ndarray,
        settings: Train,
        batch_size: int,
        seed: int,
        degrade: bool = False,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        self.labels = labels
        self.settings = settings
        self.batch_size = batch_size
        self.seed = seed
        self.degrade = degrade
        self.share = share
        self.reals = np.flatnonzero(labels == 0)
        self.partners = _partners(table, labels) if settings.sampling == "paired" else {}
        self.epoch = 0
        self.done = 0  # crops of this epoch that an earlier run has used, of all processes

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch, from 0; Lightning calls this before each."""
        if epoch != self.epoch:
            self.epoch, self.done = epoch, 0

    def go_on(self, epoch: int, done: int) -> None:
        """Leave out the first ``done`` crops of ``epoch``, and only of this one."""
        self.epoch, self.done = epoch, done

    def __len__(self) -> int:
        """Return the length of a whole epoch here, also for a resumed one."""
        return self._length() // self.share[1]

    def __iter__(self) -> Iterator[Pick]:
        random = np.random.default_rng([self.seed, self.epoch])
        if self.settings.sampling == "shuffled":
            rows, blended = self._shuffled(random)
        else:
            rows, blended = self._balanced(random)
        mirrored = (random.random(len(rows)) < 0.5) & self.settings.flip
        degraded = random.integers(1, SEEDS, len(rows)) * self.degrade
        how = random.integers(1, SEEDS, len(rows)) * blended
        columns = (rows, mirrored, degraded, how)
        picks = zip(*(column[: self._length()].tolist() for column in columns), strict=True)
        for place, values in islice(enumerate(picks), self.done, None):
            if self._mine(place):
                yield Pick(*values)

    def _length(self) -> int:
        """Return how many crops an epoch has.

        With several processes, crops beyond the last whole batch are left out: all processes need
        the same number of steps.
        """
        crops = len(self.labels) + (len(self.reals) if self.settings.self_blended else 0)
        if self.settings.sampling == "shuffled" and self.share[1] == 1:
            return crops
        return max(crops // self.batch_size, 1) * self.batch_size

    def _mine(self, place: int) -> bool:
        number, count = self.share
        part = self.batch_size // count
        return place % self.batch_size // part == number

    def _shuffled(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and whether each is to be blended, (E,): every crop once."""
        rows = np.arange(len(self.labels))
        blended = np.zeros(len(rows), dtype=bool)
        if self.settings.self_blended:
            rows = np.concatenate([rows, self.reals])
            blended = np.concatenate([blended, np.ones(len(self.reals), dtype=bool)])
        order = random.permutation(len(rows))
        return rows[order], blended[order]

    def _balanced(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return rows and whether each is to be blended, (E,): real, fake, real, fake, ...

        So each process of several has both in its part of a batch. The attacks take turns, in a
        new order each time; the crops of a class come again only when all have been shown.
        """
        length = self._length()
        attacks = list(range(1, int(self.labels.max()) + 1))
        pools = [np.flatnonzero(self.labels == attack) for attack in attacks]
        if self.settings.self_blended:
            pools.append(self.reals)
        fakes = length // 2
        turns = _endless(random, len(pools), fakes)
        rows = np.empty(length, dtype=np.int64)
        blended = np.zeros(length, dtype=bool)
        chosen = np.empty(fakes, dtype=np.int64)
        for number, pool in enumerate(pools):
            places = np.flatnonzero(turns == number)
            chosen[places] = pool[_endless(random, len(pool), len(places))]
        rows[1::2] = chosen
        blended[1::2] = self.settings.self_blended & (turns == len(pools) - 1)
        reals = self.reals[_endless(random, len(self.reals), length - fakes)]
        for place, row in enumerate(chosen.tolist()) if self.partners else ():
            if blended[2 * place + 1]:
                reals[place] = row
            elif partners := self.partners.get(row):
                reals[place] = partners[random.integers(len(partners))]
        rows[0::2] = reals
        return rows, blended


def _endless(random: np.random.Generator, count: int, length: int) -> np.ndarray:
    """Return (length,) int64 numbers below ``count``: one permutation after the other."""
    rounds = -(-length // count)
    order = [random.permutation(count) for _ in range(rounds)]
    return np.concatenate(order)[:length] if order else np.empty(0, dtype=np.int64)


def _partners(table: pd.DataFrame, labels: np.ndarray) -> dict[int, list[int]]:
    """Return for each fake crop the real crops of its source: those of the same slot, or all.

    ``source`` is a path in the fake's own dataset, or the key of another dataset's video.
    """
    plain = table.reset_index(drop=True)
    reals = plain[labels == 0]
    fakes = plain[labels != 0]
    own = {key: rows.index for key, rows in reals.groupby(["dataset", "source"], sort=False)}
    keyed = {key: rows.index for key, rows in reals.groupby("video", sort=False)}
    slots = plain["slot"].to_numpy()
    found = {}
    columns = zip(fakes.index, fakes["dataset"], fakes["source"], strict=True)
    for row, dataset, source in columns:
        candidates = own.get((dataset, source), keyed.get(source))
        if source and candidates is not None:
            same = [one for one in candidates if slots[one] == slots[row]]
            found[row] = same or list(candidates)
    return found
