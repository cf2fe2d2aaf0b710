"""Face crops of every class and dataset on one sheet (paper's Fig. 1)."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution.core import paths
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_crop
from deepfake_attribution.figures import style
from deepfake_attribution.figures.people import Block
from deepfake_attribution.figures.style import Classes

SIDE = 140  # pixels of a crop on the sheet
GAP = 4
LABELS = 200  # pixels to the left of the rows
HEADING = 56  # pixels above a dataset's rows
TOP = 44
PAPER, EMPTY = 255, 235  # grey values


def draw(blocks: Sequence[Block], training: Sequence[str], classes: Classes) -> Figure:
    """Return the sheet: for each dataset its classes as rows, its people as columns.

    Raises:
        UserError: a crop of the index is missing in its shard.
    """
    columns = max(len(row.crops) for block in blocks for row in block.rows)
    sheet = np.concatenate([_block(block, columns) for block in blocks])
    height, width = sheet.shape[0] + TOP, sheet.shape[1] + LABELS
    figure = style.new(width / style.DPI, height / style.DPI)
    figure.set_layout_engine("none")
    area = (LABELS / width, 0, sheet.shape[1] / width, sheet.shape[0] / height)
    axes = figure.add_axes(area)
    axes.imshow(sheet, interpolation="none", aspect="auto")
    axes.set_axis_off()
    top = TOP
    for block in blocks:
        _name(figure, block, block.dataset in training, top, classes)
        top += HEADING + len(block.rows) * (SIDE + GAP)
    style.head_line(
        figure,
        "Face crops of the test part",
        "a column is one real video; below it the fakes made from it, at the same frame",
    )
    return figure


def _block(block: Block, columns: int) -> np.ndarray:
    """Return the crops of a dataset, (H, W, 3) uint8, with space above for its heading."""
    step = SIDE + GAP
    sheet = np.full((HEADING + step * len(block.rows), step * columns, 3), PAPER, np.uint8)
    reader = ShardReader(paths.faces(block.dataset))
    for down, row in enumerate(block.rows):
        for along in range(columns):
            top, left = HEADING + step * down, step * along
            crop = row.crops[along] if along < len(row.crops) else None
            place = sheet[top : top + SIDE, left : left + SIDE]
            if crop is not None:
                place[:] = _picture(reader, crop)
            elif along < len(row.crops):
                place[:] = EMPTY
    reader.close()
    return sheet


def _picture(reader: ShardReader, crop: pd.Series) -> np.ndarray:
    where = crop["shard"], int(crop["offset"]), int(crop["length"])
    image = read_crop(reader, *where, crop["hash"])
    way = cv2.INTER_AREA if image.shape[0] > SIDE else cv2.INTER_CUBIC
    return cv2.resize(image, (SIDE, SIDE), interpolation=way)


def _name(figure: Figure, block: Block, trained: bool, top: int, classes: Classes) -> None:
    """Write a dataset's name, its people above the columns, its classes next to the rows."""
    width, height = figure.get_size_inches() * style.DPI

    def write(left: float, down: float, text: str, **look: Any) -> None:
        figure.text(left / width, 1 - down / height, text, **look)

    note = "trained on" if trained else "not trained on"
    write(10, top + HEADING - 23, f"{block.dataset} ({note})", fontweight="bold")
    for along, person in enumerate(block.people):
        left = LABELS + along * (SIDE + GAP) + SIDE / 2
        write(
            left,
            top + HEADING - 6,
            style.shortened(person, 20),
            fontsize=5.6,
            color=style.QUIET,
            ha="center",
        )
    for down, row in enumerate(block.rows):
        middle = top + HEADING + down * (SIDE + GAP) + SIDE / 2
        text = style.shortened(row.attack, 26) + ("\n(other people)" if row.others else "")
        write(LABELS - 28, middle, text, ha="right", va="center")
        figure.text(
            (LABELS - 14) / width,
            1 - middle / height,
            "\u25a0",
            color=classes.colour(row.attack),
            ha="center",
            va="center",
            fontsize=10.5,
        )
