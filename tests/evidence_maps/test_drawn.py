"""Small pictures of maps for the report."""

from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps import drawn, files, results
from deepfake_attribution.evidence_maps.measuring import Measured
from deepfake_attribution.evidence_maps.samples import Sample


def test_maps_by_occlusion_have_a_picture_each(tmp_path: Path) -> None:
    crop = np.full((40, 40, 3), 120, np.uint8)
    sample = Sample("d", "d/swap/1", "swap", "s", "g", 2, crop)
    about = {"dataset": "d", "video": "d/swap/1", "slot": 2}
    values = np.full((24, 24), 0.5)
    measured = [
        Measured(about | {"approach": "A", "method": "occlusion"}, {}, values),
        Measured(about | {"approach": "B", "method": "occlusion"}, {}, None),  # no map
        Measured(about | {"approach": "A", "method": "grad_cam"}, {}, values),
    ]
    rows = drawn.rows([sample], measured)
    assert [(row["approach"], row["video"], row["slot"]) for row in rows] == [("A", "d/swap/1", 2)]
    picture = images.decode(rows[0]["picture"])
    assert picture.shape == (files.DRAWN_SIDE, files.DRAWN_SIDE, 3)
    red, _, blue = picture.mean(axis=(0, 1))
    assert blue > red + 50  # for real
    with chdir(tmp_path):
        files.write([], results.rows(_none(), [], [], 1, 95, 1), [], rows)
        assert files.read_drawn() == rows


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=files.CROPS.names)
