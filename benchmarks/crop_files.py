"""Rendered face crops in shards, as the pipeline writes them: made once, in ``benchmarks/.files/``.

People are drawn, filmed and encoded as H.264; each frame is cut at the face and written as JPEG
4:4:4 of quality 95. At 224 pixels a crop takes about 15 kB, like those of FaceForensics++.
"""

import os
import shutil
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import av
import cv2
import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.shards import ShardReader, ShardWriter
from deepfake_attribution.faces.cropping import crop
from deepfake_attribution.render.camera import draw_camera, film
from deepfake_attribution.render.database import footage_of
from deepfake_attribution.render.encode import write_video
from deepfake_attribution.render.seeding import generator
from deepfake_attribution.render.settings import RenderedDatabase

FILES = Path(__file__).with_name(".files")
PROFILE_FOLDER = Path(__file__).parents[1] / "profiles"
PROFILES = {name: profile(name, PROFILE_FOLDER) for name in ("paper", "demo")}
SIZES = [settings["crop"]["size"] for settings in PROFILES.values()]  # pixels per side
MARGIN = 0.3
QUALITY = 95
FRAMES = 50  # of each person
CLIP = RenderedDatabase.model_validate(
    {
        **{"identities": {"train": 3, "val": 0, "test": 0}, "clips": 1, "attacks": []},
        **{"frames": FRAMES, "fps": 25, "width": 640, "height": 480},
        **{"camera": "phone", "crf": 23, "strength": [0.0, 1.0]},
    }
)


def make(count: int) -> Path:
    """Return a folder with ``count`` crops or a few more in each of `SIZES`, drawn if need be."""
    people = -(-count // FRAMES)
    whole = FILES / f"crops-{people * FRAMES}"
    if not whole.exists():
        seconds = 3 * people // (os.cpu_count() or 1)
        print(f"drawing {people * FRAMES} crops, once: some {seconds} s", flush=True)
        unfinished = whole.with_name(f".{whole.name}.tmp")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        clips = Parallel(n_jobs=-1)(delayed(_clip)(person, unfinished) for person in range(people))
        for size, parts in zip(SIZES, zip(*clips, strict=True), strict=True):
            _write(list(chain(*parts)), unfinished / str(size))
        unfinished.replace(whole)
    return whole


def table(faces: Path, size: int) -> pd.DataFrame:
    """Return what `loading.Crops` asks for, one row per crop of ``size``."""
    rows = tables.read(paths.index(faces / str(size)))
    return rows.assign(shard=f"{size}/" + rows["shard"])


def contents(faces: Path, rows: pd.DataFrame) -> list[bytes]:
    """Return the JPEGs of ``rows``, what `table` returns."""
    reader = ShardReader(faces)
    where = zip(rows["shard"], rows["offset"], rows["length"], strict=True)
    return [reader.read(shard, int(offset), int(length)) for shard, offset, length in where]


def _clip(person: int, folder: Path) -> list[list[bytes]]:
    """Return for each size the crops of one person, encoded."""
    cv2.setNumThreads(1)  # the processes fill the cores already
    footage = footage_of("benchmark", CLIP, 1, person, 0)
    random = generator(1, "benchmark", "camera", person)
    filmed = film(footage.frames, draw_camera(CLIP.camera, random), random)
    path = folder / f"{person}.mp4"
    write_video(filmed, path, CLIP.fps, CLIP.crf)
    with av.open(path) as video:
        frames = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
    path.unlink()
    faces = list(zip(frames, footage.boxes, strict=True))
    return [[_encoded(frame, box, size) for frame, box in faces] for size in SIZES]


def _encoded(frame: np.ndarray, box: np.ndarray, size: int) -> bytes:
    return images.encode(crop(frame, box, MARGIN, size), "jpeg", QUALITY)


def _write(contents: Sequence[bytes], folder: Path) -> None:
    with ShardWriter(folder) as writer:
        members = [writer.add(f"{n:05d}.jpg", content) for n, content in enumerate(contents)]
    tables.write(pd.DataFrame([vars(member) for member in members]), paths.index(folder))
