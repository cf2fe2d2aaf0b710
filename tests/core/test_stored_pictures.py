import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.core import images
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader, ShardWriter
from deepfake_attribution.core.stored_pictures import read_crop, read_frame

PICTURE = np.arange(12 * 8 * 3, dtype=np.uint8).reshape(12, 8, 3)


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, int, int, str]:
    with ShardWriter(tmp_path / "one") as writer:
        member = writer.add("a.png", images.encode(PICTURE, "png", 0))
    return member.shard, member.offset, member.length, member.hash


@pytest.mark.parametrize("read", [read_frame, read_crop])
def test_picture_is_the_one_that_was_stored(tmp_path: Path, place: tuple, read: Callable) -> None:
    np.testing.assert_array_equal(read(ShardReader(tmp_path / "one"), *place), PICTURE)


@pytest.mark.parametrize("read, stage", [(read_frame, "extract@one"), (read_crop, "crop@one")])
def test_other_bytes_are_named_with_the_command_that_helps(
    tmp_path: Path, place: tuple, read: Callable, stage: str
) -> None:
    with pytest.raises(UserError, match=rf"one/shard-00000\.tar: at byte 512 .*{stage}`"):
        read(ShardReader(tmp_path / "one"), *place[:3], "0" * 32)


def test_crop_that_was_held_to_its_hash_before_is_only_decoded(
    tmp_path: Path, place: tuple
) -> None:
    reader = ShardReader(tmp_path / "one")
    np.testing.assert_array_equal(read_crop(reader, *place[:3], None), PICTURE)
    with pytest.raises(UserError, match="neither JPEG nor PNG"):
        read_crop(reader, place[0], 0, 100, None)


def test_folder_of_frames_that_is_gone_is_no_damaged_frame(tmp_path: Path, place: tuple) -> None:
    shutil.rmtree(tmp_path / "one")
    with pytest.raises(FileNotFoundError):
        read_frame(ShardReader(tmp_path / "one"), *place)
    with pytest.raises(UserError, match="crop@one"):
        read_crop(ShardReader(tmp_path), f"one/{place[0]}", *place[1:])
