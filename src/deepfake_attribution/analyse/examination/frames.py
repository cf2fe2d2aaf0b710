"""Small pictures of the judged frames, with the boxes of the faces that were judged."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from deepfake_attribution.analyse.results import Frame, VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_frame
from deepfake_attribution.frames.frame_choice import middles

MOST = 8  # frames of a video that a document shows
LARGEST = 320  # pixels of the longer side
QUALITY = 80
BOX, OTHER = (255, 225, 77), (255, 255, 255)  # RGB; of the person who decides, of others
EDGE = (29, 33, 38)
Pictures = dict[int, tuple[bytes, tuple[int, int]]]  # slot -> JPEG, and the frame's own size


def chosen(slots: Iterable[int]) -> list[int]:
    """Return the frames to show, evenly spaced, of those where a face was found."""
    there = sorted(set(slots))
    return [there[place] for place in middles(len(there), MOST)]


def taken(folder: Path, rows: Sequence[Mapping[str, Any]], slots: Iterable[int]) -> Pictures:
    """Return small pictures of frames.

    Args:
        folder: of the frames.
        rows: of their index.
        slots: of the wanted ones.
    """
    wanted, found = set(slots), {}
    reader = ShardReader(folder)
    for row in rows:
        if row["slot"] in wanted and row["shard"]:
            place = (row["shard"], row["offset"], row["length"], row["hash"])
            image = read_frame(reader, *place)
            height, width = image.shape[:2]
            found[row["slot"]] = (_small(image), (width, height))
    reader.close()
    return found


def _small(image: np.ndarray) -> bytes:
    height, width = image.shape[:2]
    scale = min(1.0, LARGEST / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return images.encode(cv2.resize(image, size, interpolation=cv2.INTER_AREA), "jpeg", QUALITY)


def boxed(result: VideoResult) -> list[tuple[Frame, bytes]]:
    """Return the frames to show, with the boxes of everybody who was judged, as JPEG.

    Args:
        result: of the video; empty if its frames hold no pictures.
    """
    found: dict[int, list[Frame]] = {}
    for frame in result.frames:
        if frame.picture and frame.size and frame.box:
            found.setdefault(frame.slot, []).append(frame)
    return [_boxed(own, result.video.person) for _, own in sorted(found.items())]


def _boxed(own: Sequence[Frame], decides: int) -> tuple[Frame, bytes]:
    """Return the frame of the person who decides, if seen, and its picture with all boxes."""
    ordered = sorted(own, key=lambda one: one.person == decides)
    first = ordered[-1]
    assert first.picture is not None and first.size is not None
    image = np.ascontiguousarray(images.decode(first.picture))
    scale = image.shape[1] / first.size[0]
    for frame in ordered:
        assert frame.box is not None
        x0, y0, x1, y1 = (round(value * scale) for value in frame.box)
        colour = BOX if frame.person == decides else OTHER
        cv2.rectangle(image, (x0, y0), (x1, y1), EDGE, 4, cv2.LINE_AA)
        cv2.rectangle(image, (x0, y0), (x1, y1), colour, 2, cv2.LINE_AA)
    return first, images.encode(image, "jpeg", QUALITY)
