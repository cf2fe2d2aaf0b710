import pickle
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from crop_sets import CLASSES, SIZE, table_of, write_dataset
from deepfake_attribution import images, paths
from deepfake_attribution.errors import UserError
from deepfake_attribution.loading import Crops, EpochOrder, make_loader
from deepfake_attribution.shards import ShardReader

FACES = paths.DATA / "faces"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    monkeypatch.chdir(tmp_path)
    write_dataset("one", seed=1)
    write_dataset("two", seed=2)
    return table_of("two", "one")


def stored(row: pd.Series) -> np.ndarray:
    return images.decode(ShardReader(FACES).read(row["shard"], row["offset"], row["length"]))


def test_every_row_gives_its_crop_and_class(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    assert len(crops) == len(table)
    for row in (0, 1, 20, len(table) - 1):
        image, label = crops[row]
        np.testing.assert_array_equal(image.numpy().transpose(1, 2, 0), stored(table.iloc[row]))
        assert image.numpy().dtype == np.uint8
        assert CLASSES[label] == table["attack"].iloc[row]


def test_mirrored_crop_is_the_mirror_image(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    np.testing.assert_array_equal(crops[3, True][0].numpy(), crops[3, False][0].numpy()[:, :, ::-1])


@pytest.mark.parametrize("size", [16, 64])
def test_crops_are_scaled_without_aliases(table: pd.DataFrame, size: int) -> None:
    image, _ = Crops(table, FACES, size)[0]
    way = cv2.INTER_AREA if size < SIZE else cv2.INTER_CUBIC
    expected = cv2.resize(stored(table.iloc[0]), (size, size), interpolation=way)
    np.testing.assert_array_equal(image.numpy().transpose(1, 2, 0), expected)


def test_without_classes_every_label_is_zero(table: pd.DataFrame) -> None:
    crops = Crops(table.drop(columns="attack"), FACES, SIZE)
    assert {crops[row][1] for row in range(0, len(crops), 5)} == {0}


@pytest.mark.parametrize("workers", [0, 2])
def test_batches_hold_what_single_crops_do(table: pd.DataFrame, workers: int) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    picks = [(row, row % 3 == 0) for row in range(len(crops) - 1, -1, -1)]
    batches = list(make_loader(crops, picks, 5, workers))
    assert [len(labels) for _, labels in batches] == [5] * 14 + [2]
    images, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    assert images.dtype == torch.uint8 and images.is_contiguous() and labels.dtype == torch.int64
    for pick, image, label in zip(picks, images, labels, strict=True):
        assert crops[pick][0].equal(image) and crops[pick][1] == label


def test_batches_that_are_kept_stay_as_they_were(table: pd.DataFrame) -> None:
    loader = make_loader(Crops(table, FACES, SIZE), [(row, False) for row in range(20)], 4, 0)
    kept, copies = [], []
    for batch, _ in loader:
        kept.append(batch)
        copies.append(batch.clone())
    assert all(one.equal(copy) for one, copy in zip(kept, copies, strict=True))


def test_dataset_can_be_handed_to_another_process(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    first = crops[0][0]  # opens a shard
    assert pickle.loads(pickle.dumps(crops))[0][0].equal(first)


def test_epoch_shows_every_row_once_and_epochs_differ() -> None:
    order = EpochOrder(50, seed=3, flip=True)
    first = list(order)
    assert sorted(row for row, _ in first) == list(range(50)) and len(order) == 50
    order.set_epoch(1)
    second = list(order)
    assert [row for row, _ in first] != [row for row, _ in second]
    assert first != list(EpochOrder(50, seed=4, flip=True))


def test_epoch_is_the_same_after_a_restart() -> None:
    one, other = EpochOrder(50, seed=3, flip=True), EpochOrder(50, seed=3, flip=True)
    for epoch in range(3):
        one.set_epoch(epoch)
        list(one)
    other.set_epoch(2)
    assert list(one) == list(other)


def test_epoch_goes_on_behind_what_an_earlier_run_has_used() -> None:
    order, resumed = EpochOrder(50, seed=3, flip=True), EpochOrder(50, seed=3, flip=True)
    order.set_epoch(2)
    resumed.go_on(2, 16)
    resumed.set_epoch(2)  # Lightning says it again
    assert list(resumed) == list(order)[16:]
    assert len(resumed) == 50  # steps are counted on
    for one in (order, resumed):
        one.set_epoch(3)
    assert list(resumed) == list(order)


@pytest.mark.parametrize("damage", ["zeros", "other", "short", "gone"])
def test_crop_that_is_not_the_one_indexed_is_named(table: pd.DataFrame, damage: str) -> None:
    shard = FACES / "one" / "shard-00000.tar"
    content = shard.read_bytes()
    if damage == "zeros":
        shard.write_bytes(bytes(len(content)))
    elif damage == "other":
        write_dataset("one", seed=9)
    elif damage == "short":
        shard.write_bytes(content[:1000])
    else:
        shard.unlink()
    row = int(np.flatnonzero(table["shard"].str.startswith("one/"))[-1])
    with pytest.raises(UserError, match=r"^data/faces/one/shard-00000\.tar: .*crop@one"):
        Crops(table, FACES, SIZE, CLASSES)[row]


def test_mirroring_is_about_half_and_leaves_the_order_alone() -> None:
    flipped, plain = list(EpochOrder(1000, 3, flip=True)), list(EpochOrder(1000, 3, flip=False))
    assert [row for row, _ in flipped] == [row for row, _ in plain]
    assert not any(mirrored for _, mirrored in plain)
    assert 420 < sum(mirrored for _, mirrored in flipped) < 580
