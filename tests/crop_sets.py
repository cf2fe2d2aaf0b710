"""Tiny datasets of coloured noise for tests: crops in shards, their catalog and their table."""

import numpy as np
import pandas as pd

from deepfake_attribution.catalog import superset
from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.shards import ShardWriter
from deepfake_attribution.core.video import SCHEMA

CLASSES = ["real", "mouth", "swap"]
COLOURS = {"real": (170, 110, 90), "mouth": (90, 170, 110), "swap": (110, 90, 170)}
SIZE = 32
# Of the detector, in pixels of a frame of which 64 pixels were cut out and halved to 32.
LANDMARKS = [28.0, 28.0, 44.0, 28.0, 36.0, 38.0, 36.0, 46.0, 16.0, 30.0, 56.0, 30.0]


def crop(attack: str, random: np.random.Generator) -> np.ndarray:
    """Return noise around the class's colour, (SIZE, SIZE, 3) uint8."""
    noise = random.normal(COLOURS[attack], 40, (SIZE, SIZE, 3))
    return np.clip(noise, 0, 255).astype(np.uint8)


def write_dataset(
    dataset: str, seed: int = 0, videos: int = 2, slots: int = 3, splits: tuple[str, ...] = ()
) -> None:
    """Write catalog, shards and index of ``dataset`` below the current folder's ``data/``.

    Every class has ``videos`` videos in every split, of ``slots`` crops and a frame without face.
    """
    random = np.random.default_rng(seed)
    rows, index = [], []
    with ShardWriter(paths.faces(dataset)) as writer:
        for split in splits or ("train", "val", "test"):
            for attack in CLASSES:
                for number in range(videos):
                    path = f"{split}/{attack}{number}.mp4"
                    video = f"{dataset}/{attack}/-/{path}"
                    about = {"video": video, "dataset": dataset, "path": path, "attack": attack}
                    about |= {"split": split, "identity": f"{split}{number}", "donor": ""}
                    rows.append(about | {"source": path, "compression": "c23"})
                    for slot in range(slots + 1):
                        row = {"video": video, "slot": slot, "person": 0, "frame": 2 * slot}
                        if slot == slots:
                            index.append(row | {"status": "no_face", "reason": "none"})
                            continue
                        content = images.encode(crop(attack, random), "png", 0)
                        where = writer.add(f"{video}/{slot}.png", content)
                        row |= {"status": "ok", "reason": "", "shard": where.shard}
                        row |= {"offset": where.offset, "length": where.length, "hash": where.hash}
                        row |= {"landmarks": LANDMARKS, "region": [4, 2, 2 * SIZE], "turn": 0}
                        index.append(row)
    tables.write(pd.DataFrame(rows), paths.catalog(dataset), SCHEMA)
    columns = ["video", "slot", "person", "frame", "status", "reason"]
    columns += ["shard", "offset", "length", "hash", "landmarks", "region", "turn"]
    tables.write(pd.DataFrame(index, columns=columns), paths.index(paths.faces(dataset)))


def table_of(*datasets: str) -> pd.DataFrame:
    """Return the superset of written datasets."""
    return superset.build(datasets)
