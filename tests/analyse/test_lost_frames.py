"""Frames of a video that could not be judged: how many there were, and why."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepfake_attribution.analyse import analyser
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.watching import CONTENT, NOTE, PICTURE, SIZE
from deepfake_attribution.core import images
from small_bundle import bundle

CROP = images.encode(np.full((8, 8, 3), 90, np.uint8), "png", 0)


def row(slot: int, status: str, reason: str) -> dict[str, Any]:
    content = CROP if status == "ok" else None
    about = {"slot": slot, "frame": slot, "time_s": None, "person": 0, "turn": 0, "box": None}
    read = {CONTENT: content, NOTE: "", PICTURE: None, SIZE: None}
    return {**about, **read, "status": status, "reason": reason}


def test_broken_image_of_a_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [row(0, "ok", ""), row(1, "damaged", "2.jpg is not an image")]
    monkeypatch.setattr(analyser, "watch", lambda *_: rows)
    monkeypatch.setattr(analyser, "facts", lambda *_: None)
    with analyser.Analyser(bundle(), Options(maps=False)) as ready:
        result = ready.analyse(tmp_path)
    assert (result.status, result.asked, result.video.faces) == ("too_few_faces", 2, 1)
    assert result.video.reason.endswith("a verdict needs 3; 2.jpg is not an image (1 frame)")
