"""One face crop out of a shard, held to what its index says, in the size that a network takes."""

import cv2
import numpy as np

from deepfake_attribution import images
from deepfake_attribution.errors import UserError
from deepfake_attribution.shards import ShardReader, digest


def read_crop(reader: ShardReader, shard: str, offset: int, length: int, hash: str) -> np.ndarray:
    """Return the crop at ``offset`` of ``shard``, (H, W, 3) uint8 RGB.

    Args:
        reader: of the folder that ``shard`` is relative to.
        shard, offset, length, hash: from the index of the crops.

    Raises:
        UserError: the shard is not there or does not hold this crop.
        PermissionError: the shard may not be read.
    """
    try:
        content = reader.read(shard, offset, length)
        if digest(content) == hash:
            return images.decode(content)
        problem = "the bytes there are others"
    except PermissionError:
        raise
    except (OSError, ValueError) as error:
        problem = str(error)
    path = reader.folder / shard
    raise UserError(
        f"{path}: at byte {offset} is no longer the crop that was indexed ({problem}): it was "
        f"damaged or made again; `dvc repro --force --single-item crop@{path.parent.name}` makes "
        "it anew, and `dvc repro` what follows from it"
    )


def scaled(image: np.ndarray, size: int) -> np.ndarray:
    """Return a square ``image``, (H, H, 3), as (size, size, 3); itself where it has this size."""
    if image.shape[0] == size:
        return image
    way = cv2.INTER_AREA if image.shape[0] > size else cv2.INTER_CUBIC
    return cv2.resize(image, (size, size), interpolation=way)
