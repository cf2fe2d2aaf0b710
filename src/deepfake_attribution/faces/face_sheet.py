"""Face crops to check, on one picture, each with its video and the reason below."""

from collections.abc import Sequence

import cv2
import numpy as np

from deepfake_attribution.core import images
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_crop
from deepfake_attribution.faces.face_report import Doubt

COLUMNS = 10
SIDE = 160  # pixels of a crop on the sheet
GAP = 8
LINE = 14  # pixels of a line of text
LETTERS = 26  # that fit below a crop
PAPER, INK = 255, 40  # grey values


def draw(doubts: Sequence[Doubt], reader: ShardReader) -> bytes:
    """Return the crops of ``doubts``, one at least, row by row as a PNG; the same bytes each time.

    Args:
        doubts: what to show, in order.
        reader: of the folder that the rows of ``doubts`` point into.

    Raises:
        UserError: a shard does not hold a crop that its row lists.
    """
    cells = [_cell(doubt, reader) for doubt in doubts]
    columns = min(COLUMNS, len(cells))
    cells += [np.full_like(cells[0], PAPER)] * (-len(cells) % columns)
    rows = [np.hstack(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    return images.encode(np.vstack(rows), "png", 0)


def _cell(doubt: Doubt, reader: ShardReader) -> np.ndarray:
    """Return a crop with its text, (SIDE + GAP + 3 * LINE, SIDE + GAP, 3) uint8."""
    row = doubt.row
    crop = read_crop(reader, row["shard"], row["offset"], row["length"], row["hash"])
    way = cv2.INTER_AREA if crop.shape[0] > SIDE else cv2.INTER_CUBIC
    cell = np.full((SIDE + GAP + 3 * LINE, SIDE + GAP, 3), PAPER, np.uint8)
    cell[:SIDE, :SIDE] = cv2.resize(crop, (SIDE, SIDE), interpolation=way)
    key = row["video"]
    # the end of a key tells videos of a dataset apart, its beginning does not
    name = key if len(key) <= LETTERS else f"..{key[2 - LETTERS :]}"
    whose = f", person {row['person']}" if row["person"] else ""
    for number, text in enumerate((name, f"slot {row['slot']}{whose}", doubt.reason)):
        place = (0, SIDE + LINE * (number + 1) - 3)
        cv2.putText(cell, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.35, (INK,) * 3, 1, cv2.LINE_AA)
    return cell
