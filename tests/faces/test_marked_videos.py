"""From a video with two people and its masks to crops, with the real detector."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from test_several_people import ALL, SHOWN, SIDE, portraits

from block_kinds import spread
from deepfake_attribution.core import tables
from deepfake_attribution.faces.face_crops import crop_faces
from deepfake_attribution.frames.extraction import extract
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.render.encode import write_video
from finder import FINDER

EXTRACT = Extract(frames=SHOWN, format="png", quality=95, max_failed=0.0, max_seconds=600.0)
CATALOG = pa.schema([(name, pa.string()) for name in ("video", "path", "mask")])


def test_a_mask_on_either_side_chooses_the_person(weights_folder: Path, tmp_path: Path) -> None:
    both = [np.hstack([portraits(0)[slot], portraits(1)[slot]]) for slot in range(SHOWN)]
    write_video(both, tmp_path / "both.mp4", 5, 20)
    masks = []
    for side in (0, 1):
        mask = np.zeros((SIDE, 2 * SIDE, 3), np.uint8)
        left = side * SIDE + SIDE // 3
        mask[SIDE // 3 : 2 * SIDE // 3, left : left + SIDE // 3] = 255
        masks.append(f"mask{side}.mp4")
        write_video([mask] * SHOWN, tmp_path / masks[-1], 5, 20)
    rows = [{"video": mask or "none", "path": "both.mp4", "mask": mask} for mask in (*masks, "")]
    tables.write_rows(rows, tmp_path / "d.parquet", CATALOG)
    compute, frames = spread(1), tmp_path / "frames"
    extract(tmp_path / "d.parquet", tmp_path, EXTRACT, compute, tmp_path / "w", frames)
    for subject in ("marked", "track"):
        crop = ALL.model_copy(update={"subject": subject})
        where = weights_folder, crop, FINDER, compute
        crop_faces(frames, *where, tmp_path / "w", tmp_path / subject)
    marked, track = (
        tables.read_rows(tmp_path / subject / "index.parquet") for subject in ("marked", "track")
    )
    sides = [row["region"][0] + row["region"][2] / 2 > SIDE for row in marked]
    assert sides[: 2 * SHOWN] == [False] * SHOWN + [True] * SHOWN
    assert [row["rule"] for row in marked] == ["mask"] * 2 * SHOWN + ["on_track"] * SHOWN
    # without masks it is as `track`, which takes the same person in all three
    assert marked[2 * SHOWN :] == [
        row | {"shard": own["shard"], "offset": own["offset"]}
        for row, own in zip(track[2 * SHOWN :], marked[2 * SHOWN :], strict=True)
    ]
    assert {row["rule"] for row in track} == {"on_track"}
