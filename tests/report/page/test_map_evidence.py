"""The sheet of evidence maps of one approach."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps.files import DRAWN_SIDE
from deepfake_attribution.report.page import map_evidence

VIDEOS = pd.Series(["a/1", "a/2", "a/3"])


def row(approach: str, video: str, grey: int) -> dict[str, Any]:
    face = np.full((DRAWN_SIDE, DRAWN_SIDE, 3), grey, np.uint8)
    picture = images.encode(face, "jpeg", 90)
    return {"approach": approach, "dataset": "a", "video": video, "slot": 4, "picture": picture}


def test_videos_on_the_map_have_a_place_on_the_sheet(tmp_path: Path) -> None:
    drawn = [row("Binary", "a/9", 0), row("Binary", "a/3", 80), row("Other", "a/1", 0)]
    drawn.append(row("Binary", "a/1", 160))
    packed = map_evidence.packed("Binary", drawn, VIDEOS, tmp_path / "page" / "evidence")
    assert packed is not None and packed["videos"] == {"2": [0, 4], "0": [1, 4]}
    assert packed["sheet"].startswith("page/evidence/") and packed["rows"] == 1
    sheet = images.decode((tmp_path / packed["sheet"]).read_bytes())
    for place, grey in ((0, 80), (1, 160)):
        part = sheet[:, place * DRAWN_SIDE : (place + 1) * DRAWN_SIDE]
        assert abs(part.astype(int) - grey).max() <= 2
    again = map_evidence.packed("Binary", drawn, VIDEOS, tmp_path / "page" / "evidence")
    assert again == packed


def test_without_a_picture_there_is_no_sheet(tmp_path: Path) -> None:
    assert map_evidence.packed("Binary", [row("Other", "a/1", 0)], VIDEOS, tmp_path) is None
    assert not list(tmp_path.iterdir())
