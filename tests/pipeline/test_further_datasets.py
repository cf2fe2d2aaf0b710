"""Small trees of the further datasets through the first steps: catalog, frames, faces, superset.

In one process and with a detector that sees a face in every frame: what the stages call.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import further_trees
from deepfake_attribution.catalog import superset
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.faces import face_crops
from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames.extraction import extract
from deepfake_attribution.frames.settings import Extract
from recipes import COMPUTE
from video_files import pictures, write_frames

FRAMES = Extract(frames=2, format="jpeg", quality=90, max_failed=0.0, max_seconds=600)
CROP = Crop(subject="track", turned=False, margin=0.2, size=32, format="jpeg", quality=90)
FINDER = Detector(
    kind="blazeface", model="full_range", threshold=0.5, tiles=False, nms_iou=0.3, weights="w"
)
SPREAD = COMPUTE.model_copy(update={"block_videos": 64})
FEWER: dict[str, dict[str, Any]] = {
    "celeb_df_pp": {"methods": ["SimSwap", "SadTalker"]},
    "dfdm": {"models": ["IAE", "Dfaker"]},
    "fakeavceleb": {"attacks": ["fsgan", "wav2lip"]},
}


class Fake:
    """Sees one face in the middle of every frame."""

    def detect(self, frames: Sequence[np.ndarray]) -> list[list[Face]]:
        box = np.array([20, 12, 44, 36], np.float32)
        return [[Face(box, np.linspace(20, 40, 12, dtype=np.float32).reshape(6, 2), 0.9)]] * len(
            frames
        )


@pytest.mark.parametrize(
    ("names", "learnt"),
    [
        (["celeb_df_pp", "dfdm"], {"real", "SimSwap", "SadTalker", "DFDM-IAE", "DFDM-Dfaker"}),
        (["dfdc"], {"real", "DFDC"}),
        (["dfdc_preview"], {"real", "DFDC-method_A", "DFDC-method_B"}),
        (["fakeavceleb"], {"real", "fsgan", "wav2lip"}),
        (["deepfake_eval_2024"], set()),  # tested on only
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_small_tree_becomes_crops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], learnt: set[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(face_crops, "make_detector", lambda *_: Fake())
    trees = tmp_path / "trees"
    further_trees.build(trees, *names)
    datasets = further_trees.datasets(trees, **FEWER)
    for name in names:
        videos = list_videos(name, datasets).videos
        for number, path in enumerate(videos["path"]):
            codec = {"codec": "libvpx", "options": {}} if path.endswith(".webm") else {}
            frames = pictures(2, seed=100 * len(name) + number)
            write_frames(trees / name / path, frames, **codec)
        tables.write(videos, paths.catalog(name), SCHEMA)
        work, out = tmp_path / "work", paths.frames(name)
        extract(paths.catalog(name), trees / name, FRAMES, SPREAD, work, out)
        face_crops.crop_faces(out, tmp_path, CROP, FINDER, SPREAD, work, paths.faces(name))
        crops = tables.read(paths.index(paths.faces(name)))
        assert set(crops["video"]) == set(videos["video"]) and set(crops["status"]) == {"ok"}
        assert len(crops) == 2 * len(videos)
    if learnt:
        table = superset.build(names)
        assert set(table["attack"]) == learnt and set(table["split"]) == {"train", "val"}
