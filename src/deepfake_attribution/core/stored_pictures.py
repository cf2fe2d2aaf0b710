"""Read one frame or face crop from a shard and verify it against its index."""

from pathlib import Path

import cv2
import numpy as np

from deepfake_attribution.core import images
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import ShardReader, digest


def read_frame(reader: ShardReader, shard: str, offset: int, length: int, hash: str) -> np.ndarray:
    """Return the frame at ``offset`` of ``shard``, (H, W, 3) uint8 RGB.

    Args:
        reader: of the dataset's folder of frames.
        shard, offset, length, hash: from its index.

    Raises:
        UserError: the shard is there but does not hold this frame, or the shard alone is missing.
        OSError: permission is denied, or the whole folder is gone.
    """
    try:
        return _read(reader, shard, offset, length, hash)
    except PermissionError:
        raise
    except (OSError, ValueError) as error:
        if not reader.folder.is_dir():
            raise
        raise _not_there("frame", "extract", reader.folder / shard, offset, error) from None


def read_crop(
    reader: ShardReader,
    shard: str,
    offset: int,
    length: int,
    hash: str | None,
    room: images.Room | None = None,
) -> np.ndarray:
    """Return the crop at ``offset`` of ``shard``, (H, W, 3) uint8 RGB.

    Args:
        reader: of the folder that ``shard`` is relative to.
        shard, offset, length, hash: from the index of the crops; no hash: these bytes were
            verified before.
        room: memory that the crop uses until the next one is read there; None: new memory.

    Raises:
        UserError: the shard is not there or does not hold this crop.
        PermissionError: the user may not read the shard.
    """
    try:
        return _read(reader, shard, offset, length, hash, room)
    except PermissionError:
        raise
    except (OSError, ValueError) as error:
        raise _not_there("crop", "crop", reader.folder / shard, offset, error) from None


def scaled(image: np.ndarray, size: int) -> np.ndarray:
    """Return a square ``image``, (H, H, 3), as (size, size, 3); itself where it has this size."""
    if image.shape[0] == size:
        return image
    way = cv2.INTER_AREA if image.shape[0] > size else cv2.INTER_CUBIC
    return cv2.resize(image, (size, size), interpolation=way)


def _read(
    reader: ShardReader,
    shard: str,
    offset: int,
    length: int,
    hash: str | None,
    room: images.Room | None = None,
) -> np.ndarray:
    content = reader.read(shard, offset, length)
    if hash is not None and digest(content) != hash:
        raise ValueError("the bytes have changed")
    return images.decode(content, room)


def _not_there(what: str, stage: str, path: Path, offset: int, problem: Exception) -> UserError:
    return UserError(
        f"{path}: at byte {offset} the {what} differs from its index ({problem}): the file was "
        f"damaged or replaced: run `dvc repro --force --single-item {stage}@{path.parent.name}`, "
        "then `dvc repro`"
    )
