"""Where the labelled face is in a frame: told by a mask, or by a box in the catalog.

A video of masks shows, frame by frame, what an attack changed: bright where it did. Of a still
image, or a video whose face does not move, a box is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from deepfake_attribution.frames import video

# Of 255: below it is what the compression of a mask leaves around the changed part.
BRIGHT = 32
SPECK = 1e-4  # share of the picture: a smaller part is no face
MASK, BOX, EMPTY = "mask", "box", "empty mask"
Corners = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels of the frame


@dataclass(frozen=True)
class Mark:
    """The mark of one frame.

    Attributes:
        box: around the labelled face; None if that is not known.
        by: `MASK` or `BOX`, or why there is none; empty if nothing says where the face is.
    """

    box: Corners | None
    by: str


NONE = Mark(None, "")


def corners(text: str) -> Corners:
    """Return the box that ``text`` says: x0, y0, x1, y1, separated by spaces.

    Raises:
        ValueError: it says something else, or an empty box.
    """
    values = tuple(float(word) for word in text.split())
    if len(values) != 4 or not (values[0] < values[2] and values[1] < values[3]):
        raise ValueError(f"'{text}' is not a box such as '10 20 110 140' (x0 y0 x1 y1)")
    return values


def of_masks(
    path: Path, frames: Sequence[tuple[int, int, int]], max_seconds: float
) -> dict[int, Mark]:
    """Return the marks of frames of a video by their numbers.

    Args:
        path: of the video of masks, or a folder of them: its frames are numbered as the video's.
        frames: number, height and width of each frame, in their order.
        max_seconds: time limit, as for `video.take`.
    """
    sizes = {number: (height, width) for number, height, width in frames}
    found: dict[int, Mark] = {}
    for frame in video.at(path, list(sizes), max_seconds):
        if frame.frame is None:  # no frame can be read
            return dict.fromkeys(sizes, Mark(None, f"no mask: {frame.reason}"))
        if frame.image is None:
            found[frame.frame] = Mark(None, f"no mask: {frame.reason}")
            continue
        box = changed(frame.image, sizes[frame.frame])
        found[frame.frame] = Mark(box, EMPTY if box is None else MASK)
    shorter = Mark(None, "no mask: its video is shorter")
    return {number: found.get(number, shorter) for number in sizes}


def changed(mask: np.ndarray, size: tuple[int, int]) -> Corners | None:
    """Return the box around the largest bright part of a mask; None if there is none.

    Args:
        mask: (H, W, 3) uint8.
        size: height and width of the frame that the box is for, in pixels.
    """
    bright = (mask.max(axis=2) >= BRIGHT).astype(np.uint8)
    _, _, parts, _ = cv2.connectedComponentsWithStats(bright, connectivity=8)
    areas = parts[1:, cv2.CC_STAT_AREA]  # the first one is the dark rest
    if not len(areas) or areas.max() < SPECK * bright.size:
        return None
    left, top, width, height = (int(value) for value in parts[1 + int(areas.argmax())][:4])
    down, across = size[0] / mask.shape[0], size[1] / mask.shape[1]
    return left * across, top * down, (left + width) * across, (top + height) * down
