import pickle
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from crop_sets import CLASSES, SIZE, table_of, write_dataset
from deepfake_attribution.core import images, paths, stored_pictures
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader, digest
from deepfake_attribution.model.augmentation import degrade
from deepfake_attribution.train.epoch_order import EpochOrder, Pick
from deepfake_attribution.train.loading import Crops, load, make_loader
from deepfake_attribution.train.self_blending import self_blend
from recipes import AUGMENT, TRAIN

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
    np.testing.assert_array_equal(
        crops[Pick(3, mirrored=True)][0].numpy(), crops[3][0].numpy()[:, :, ::-1]
    )


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
    picks = [Pick(row, row % 3 == 0) for row in range(len(crops) - 1, -1, -1)]
    batches = list(make_loader(crops, picks, 5, workers))
    assert [len(labels) for _, labels in batches] == [5] * 14 + [2]
    images, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    assert images.dtype == torch.uint8 and images.is_contiguous() and labels.dtype == torch.int64
    for pick, image, label in zip(picks, images, labels, strict=True):
        assert crops[pick][0].equal(image) and crops[pick][1] == label


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_batches_that_are_kept_stay_as_they_were(table: pd.DataFrame, workers: int) -> None:
    """More of them than there are places, and for the last two a part of the batch."""
    picks = [Pick(row) for row in range(40)]
    loader = make_loader(Crops(table, FACES, SIZE), picks, 2, workers)
    kept, copies = [], []
    for number, (batch, _) in enumerate(loader):
        kept.append(batch if number < 18 else batch[1, 0])
        copies.append(kept[-1].clone())
    list(loader)  # the same processes write again
    assert all(one.equal(copy) for one, copy in zip(kept, copies, strict=True))


def test_epochs_are_the_same_for_any_number_of_processes(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    orders = [EpochOrder(table, crops.labels, TRAIN, 7, seed=3) for _ in range(3)]
    loaders = [make_loader(crops, order, 7, workers) for workers, order in enumerate(orders)]
    for epoch in range(3):
        for order in orders:
            order.set_epoch(epoch)
        for batches in zip(*loaders, strict=True):
            first, *others = batches
            for other in others:
                assert other[0].equal(first[0]) and other[1].equal(first[1])


def test_an_epoch_that_was_left_halfway_begins_anew(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE)
    picks = [Pick(row) for row in range(60)]
    loader = make_loader(crops, picks, 3, 2)
    next(iter(loader))
    images = torch.cat([batch for batch, _ in loader])
    assert images.equal(torch.stack([crops[pick][0] for pick in picks]))


@pytest.mark.slow
def test_spawned_processes_load_the_same(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    picks = [Pick(row, row % 2 == 0) for row in range(20)]
    spawned = load(crops, 4, 1, batch_size=4, sampler=picks, multiprocessing_context="spawn")
    for ours, theirs in zip(make_loader(crops, picks, 4, 0), spawned, strict=True):
        assert ours[0].equal(theirs[0]) and ours[1].equal(theirs[1])


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Note what is hashed in this process."""
    contents: list[bytes] = []

    def note(content: bytes) -> str:
        contents.append(content)
        return digest(content)

    monkeypatch.setattr(stored_pictures, "digest", note)
    return contents


def test_each_crop_is_held_to_its_hash_once(table: pd.DataFrame, hashed: list[bytes]) -> None:
    crops = Crops(table, FACES, SIZE)
    for row in (*range(10), *range(10), *range(5, 15)):
        crops[row]
    assert len(hashed) == 15
    Crops(table, FACES, SIZE)[0]
    assert len(hashed) == 16


def test_what_loading_processes_held_to_its_hash_is_held(
    table: pd.DataFrame, hashed: list[bytes]
) -> None:
    crops = Crops(table, FACES, SIZE)
    list(make_loader(crops, [Pick(row) for row in range(20)], 5, 2))
    shards = set(table["shard"])
    for shard in shards:  # opened here for the first time
        crops[int(np.flatnonzero(table["shard"] == shard)[-1])]
    hashed.clear()
    for row in range(20):
        crops[row]
    assert hashed == []


def test_crop_of_a_shard_that_was_replaced_is_held_to_its_hash_again(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE)
    for row in range(len(crops)):
        crops[row]
    row = int(np.flatnonzero(table["shard"].str.startswith("one/"))[-1])
    write_dataset("one", seed=9)
    crops[row]  # what is open stays what it was
    crops.reader.files.close()
    with pytest.raises(UserError, match=r"^data/faces/one/shard-00000\.tar: .*crop@one"):
        for row in range(len(crops)):
            crops[row]


def test_place_of_a_batch_that_cannot_be_read_is_free_again(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE)
    shard = FACES / "one" / "shard-00000.tar"
    shard.write_bytes(bytes(shard.stat().st_size))
    loader = make_loader(crops, [Pick(row) for row in range(len(crops))], 4, 1)
    with pytest.raises(UserError, match=r"data/faces/one/shard-00000\.tar: "):
        list(loader)
    assert loader.dataset.places.take(0) is not None


def test_dataset_can_be_handed_to_another_process(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, CLASSES)
    first = crops[0][0]  # opens a shard
    assert pickle.loads(pickle.dumps(crops))[0][0].equal(first)


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


def test_degraded_crop_is_what_its_number_draws(table: pd.DataFrame) -> None:
    settings = AUGMENT.model_copy(update={"chance": 0.7})
    crops = Crops(table, FACES, SIZE, CLASSES, settings)
    image, label = crops[Pick(4, degraded=7)]
    expected = degrade(stored(table.iloc[4]), 7, settings)
    np.testing.assert_array_equal(image.numpy().transpose(1, 2, 0), expected)
    assert not image.equal(crops[4][0]) and label == crops[4][1]


def test_crop_blended_with_itself_is_of_the_added_class(table: pd.DataFrame) -> None:
    crops = Crops(table, FACES, SIZE, [*CLASSES, "self_blended"], blended=3)
    real = int(np.flatnonzero(table["attack"] == "real")[0])
    image, label = crops[Pick(real, mirrored=True, blended=5)]
    points = np.reshape(table["points"].iloc[real], (6, 2))
    expected = self_blend(stored(table.iloc[real]), points, 5)[:, ::-1]
    np.testing.assert_array_equal(image.numpy().transpose(1, 2, 0), expected)
    assert label == 3 and crops[real][1] == 0
