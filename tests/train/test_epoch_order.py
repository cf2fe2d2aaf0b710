"""Which crops an epoch shows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.train.epoch_order import EpochOrder, Pick
from recipes import TRAIN

REALS, SLOTS = 10, 3


def crops(attacks: tuple[str, ...] = ("mouth", "swap")) -> tuple[pd.DataFrame, np.ndarray]:
    """Return ten real videos of three crops each, and one fake of each kind of every real."""
    rows = []
    for attack in ("real", *attacks):
        for number in range(REALS):
            video = {"video": f"one/{attack}/-/{number}", "dataset": "one", "attack": attack}
            rows += [video | {"source": f"{number}.mp4", "slot": slot} for slot in range(SLOTS)]
    table = pd.DataFrame(rows)
    return table, np.repeat(np.arange(len(attacks) + 1), REALS * SLOTS).astype(np.int64)


def order(batch_size: int = 10, seed: int = 3, degrade: bool = False, **changes: Any) -> EpochOrder:
    settings = TRAIN.model_copy(update=changes)
    return EpochOrder(*crops(), settings, batch_size, seed, degrade)


def rows(picks: list[Pick]) -> list[int]:
    return [pick.row for pick in picks]


def batches(picks: list[Pick], size: int) -> list[list[Pick]]:
    return [picks[start : start + size] for start in range(0, len(picks), size)]


def test_shuffled_epoch_shows_every_row_once_and_epochs_differ() -> None:
    one = order()
    first = list(one)
    assert sorted(rows(first)) == list(range(90)) and len(one) == 90
    one.set_epoch(1)
    assert rows(first) != rows(list(one))
    assert first != list(order(seed=4))


@pytest.mark.parametrize("sampling", ["shuffled", "balanced", "paired"])
def test_epoch_is_the_same_after_a_restart(sampling: str) -> None:
    changes = {"sampling": sampling, "self_blended": True}
    one, other = (order(degrade=True, **changes) for _ in range(2))
    for epoch in range(3):
        one.set_epoch(epoch)
        list(one)
    other.set_epoch(2)
    assert list(one) == list(other)


@pytest.mark.parametrize("sampling", ["shuffled", "balanced"])
def test_epoch_goes_on_behind_what_an_earlier_run_has_used(sampling: str) -> None:
    whole, resumed = order(sampling=sampling), order(sampling=sampling)
    whole.set_epoch(2)
    resumed.go_on(2, 20)
    resumed.set_epoch(2)  # Lightning says it again
    assert list(resumed) == list(whole)[20:]
    assert len(resumed) == 90  # steps are counted on
    for one in (whole, resumed):
        one.set_epoch(3)
    assert list(resumed) == list(whole)


def test_mirroring_and_degrading_leave_the_order_alone() -> None:
    plain = list(order(flip=False))
    changed = list(order(degrade=True))
    assert rows(plain) == rows(changed)
    assert not any(pick.mirrored or pick.degraded for pick in plain)
    assert all(pick.degraded for pick in changed)
    assert len({pick.degraded for pick in changed}) == 90
    assert 25 < sum(pick.mirrored for pick in changed) < 65


@pytest.mark.parametrize("blended", [False, True])
def test_balanced_batches_are_half_real_and_attacks_take_turns(blended: bool) -> None:
    _, labels = crops()
    one = order(12, sampling="balanced", self_blended=blended)
    picks = list(one)
    assert len(picks) == len(one) == (120 if blended else 84)
    classes = 3 if blended else 2
    for batch in batches(picks, 12):
        kinds = [3 if pick.blended else int(labels[pick.row]) for pick in batch]
        assert kinds[0::2] == [0] * 6
        counts = np.bincount(kinds[1::2], minlength=4)[1:]
        assert sorted(counts[counts > 0]) == [6 // classes] * classes
        assert all(labels[pick.row] == 0 for pick in batch if pick.blended)


def test_balanced_epoch_repeats_no_crop_of_a_class_before_all_were_shown() -> None:
    _, labels = crops()
    picks = list(order(10, sampling="balanced"))
    for kind in range(3):
        shown = [pick.row for pick in picks if labels[pick.row] == kind]
        own = np.flatnonzero(labels == kind)
        counts = np.bincount(shown, minlength=90)[own]
        assert counts.max() - counts.min() <= 1


def test_pairs_are_a_fake_and_the_same_place_of_its_source() -> None:
    table, labels = crops()
    for batch in batches(list(order(10, sampling="paired", self_blended=True)), 10):
        for real, fake in zip(batch[0::2], batch[1::2], strict=True):
            one, other = table.iloc[real.row], table.iloc[fake.row]
            assert labels[real.row] == 0 and not real.blended
            assert (one["source"], one["slot"]) == (other["source"], other["slot"])
            assert fake.blended or labels[fake.row] > 0


def test_source_may_be_a_video_of_another_dataset_or_not_be_there() -> None:
    table, labels = crops()
    swaps = table["attack"] == "swap"
    table.loc[swaps, "dataset"] = "two"
    table.loc[swaps, "source"] = "one/real/-/4"
    table.loc[table["attack"] == "mouth", "source"] = ""
    settings = TRAIN.model_copy(update={"sampling": "paired"})
    picks = list(EpochOrder(table, labels, settings, 10, 3))
    for real, fake in zip(picks[0::2], picks[1::2], strict=True):
        assert labels[real.row] == 0
        if labels[fake.row] == 2:
            assert table["video"][real.row] == "one/real/-/4"


def test_shuffled_epoch_shows_each_real_once_more_as_self_blended() -> None:
    picks = list(order(self_blended=True))
    assert sorted(pick.row for pick in picks if pick.blended) == list(range(30))
    assert sorted(pick.row for pick in picks if not pick.blended) == list(range(90))


@pytest.mark.parametrize("sampling", ["shuffled", "balanced", "paired"])
@pytest.mark.parametrize("count", [2, 4])
def test_parts_of_several_processes_are_the_batches_of_one(sampling: str, count: int) -> None:
    size = 8
    whole = batches(list(order(size, sampling=sampling)), size)
    whole = [batch for batch in whole if len(batch) == size]
    parts = []
    for number in range(count):
        one = order(size, sampling=sampling)
        one.share = (number, count)
        picks = list(one)
        assert len(picks) == len(one) == len(whole) * size // count
        parts.append(batches(picks, size // count))
    dealt = [[pick for part in step for pick in part] for step in zip(*parts, strict=True)]
    assert dealt == whole


def test_each_process_s_part_of_a_balanced_batch_is_balanced() -> None:
    _, labels = crops()
    one = order(8, sampling="balanced")
    one.share = (1, 2)
    for batch in batches(list(one), 4):
        assert [bool(labels[pick.row]) for pick in batch] == [False, True, False, True]
