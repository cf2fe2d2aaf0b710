"""Evidence maps of test videos for the interactive maps: a sheet of small pictures per approach."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.core import images
from deepfake_attribution.core.durable import write as write_file
from deepfake_attribution.core.shards import digest
from deepfake_attribution.evidence_maps.files import DRAWN_SIDE as SIDE

ACROSS = 16  # pictures in a row of a sheet
QUALITY = 75


def packed(
    approach: str, drawn: Sequence[dict[str, Any]], videos: pd.Series, folder: Path
) -> dict[str, Any] | None:
    """Write the sheet of one approach, and return what its map needs to show it.

    Args:
        approach: that colours the map.
        drawn: rows of `evidence_maps.files.DRAWN`, of all approaches.
        videos: ``video`` of `map_data.Crops`.
        folder: of the sheets; made if it is not there.

    Returns:
        ``sheet``, its address relative to the page; ``side``, ``across`` and ``rows`` of it;
        ``videos``: number of a video -> the place of its picture, and the number of its frame
        among those asked for. None if no video has a picture.
    """
    numbers = {name: number for number, name in enumerate(videos)}
    own = [row for row in drawn if row["approach"] == approach and row["video"] in numbers]
    if not own:
        return None
    rows = -(-len(own) // ACROSS)
    sheet = np.zeros((rows * SIDE, ACROSS * SIDE, 3), np.uint8)
    for place, row in enumerate(own):
        top, left = SIDE * (place // ACROSS), SIDE * (place % ACROSS)
        sheet[top : top + SIDE, left : left + SIDE] = images.decode(row["picture"])
    content = images.encode(sheet, "jpeg", QUALITY)
    name = f"{digest(content)[:16]}.jpg"
    write_file(content, folder / name)
    return {
        "sheet": f"{folder.parent.name}/{folder.name}/{name}",
        "side": SIDE,
        "across": ACROSS,
        "rows": rows,
        "videos": {
            str(numbers[row["video"]]): [place, row["slot"]] for place, row in enumerate(own)
        },
    }
