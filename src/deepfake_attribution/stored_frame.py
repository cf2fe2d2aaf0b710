"""One extracted frame out of a shard, held to what its index says."""

import numpy as np

from deepfake_attribution import images
from deepfake_attribution.errors import UserError
from deepfake_attribution.shards import ShardReader, digest


def read_frame(reader: ShardReader, shard: str, offset: int, length: int, hash: str) -> np.ndarray:
    """Return the frame at ``offset`` of ``shard``, (H, W, 3) uint8 RGB.

    Args:
        reader: of the dataset's folder of frames.
        shard, offset, length, hash: from its index.

    Raises:
        UserError: the shard is there but does not hold this frame, or the shard alone is missing.
        OSError: it may not be read, or the whole folder is gone.
    """
    try:
        content = reader.read(shard, offset, length)
        if digest(content) == hash:
            return images.decode(content)
        problem = "the bytes there are others"
    except PermissionError:
        raise
    except (OSError, ValueError) as error:
        if not reader.folder.is_dir():
            raise
        problem = str(error)
    raise UserError(
        f"{reader.folder / shard}: at byte {offset} is no longer the frame that was indexed "
        f"({problem}): it was damaged or made again; `dvc repro --force --single-item "
        f"extract@{reader.folder.name}` makes it anew, and `dvc repro` what follows from it"
    )
