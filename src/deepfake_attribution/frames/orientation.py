"""How a frame has to be turned or mirrored to be upright, from its display matrix.

The filters are those that the ``ffmpeg`` command inserts by itself (`fftools/ffmpeg_filter.c`), so
that the pictures equal its output.
"""

import math
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.sidedata.sidedata import Type

from deepfake_attribution.frames.filter_chain import chain

UNKNOWN = range(len(Type), len(Type) + 16)  # kinds of side data that came after PyAV's list


@dataclass(frozen=True)
class Orientation:
    """What makes a frame upright.

    Attributes:
        filters: of FFmpeg, as name and arguments, in the order in which they are used.
        note: a description for the user; empty for a picture that is upright, or turned by 90, 180
            or 270 degrees.
    """

    filters: tuple[tuple[str, str], ...] = ()
    note: str = ""


UPRIGHT = Orientation()
HFLIP, VFLIP = ("hflip", ""), ("vflip", "")
MIRRORED = "mirrored, as the file's display matrix says"


def orientation(frame: "av.VideoFrame") -> Orientation:
    """Return how to make ``frame`` upright."""
    matrix = _matrix(frame)
    return UPRIGHT if matrix is None else of_matrix(matrix)


def of_matrix(matrix: tuple[int, ...]) -> Orientation:
    """Return how to make a frame upright that has this display matrix.

    Args:
        matrix: nine numbers, row by row; as FFmpeg, only the upper left 2x2 are looked at.
    """
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    if not math.hypot(a, c) or not math.hypot(b, d):
        return UPRIGHT  # no picture would be left
    angle = math.degrees(math.atan2(b / math.hypot(b, d), a / math.hypot(a, c)))
    degrees = math.floor(abs(angle) + 0.5) * (1 if angle >= 0 else -1) % 360
    if abs(degrees - 90) < 1:
        return _transposed("cclock_flip", mirrored=True) if c > 0 else _transposed("clock")
    if abs(degrees - 270) < 1:
        return _transposed("clock_flip", mirrored=True) if c < 0 else _transposed("cclock")
    if abs(degrees - 180) < 1:
        flips = (HFLIP,) * (a < 0) + (VFLIP,) * (d < 0)
        return Orientation(flips, MIRRORED if len(flips) == 1 else "")
    if degrees >= 1:
        note = f"turned by {degrees} degrees, as the file's display matrix says"
        return Orientation((("rotate", f"{degrees}*PI/180"),), note)
    return Orientation((VFLIP,), MIRRORED) if d < 0 else UPRIGHT


def _transposed(way: str, *, mirrored: bool = False) -> Orientation:
    return Orientation((("transpose", way),), MIRRORED if mirrored else "")


def _matrix(frame: "av.VideoFrame") -> tuple[int, ...] | None:
    """Return the nine numbers of a frame's display matrix; None if it has none."""
    found: Any  # PyAV's type hints know one kind of side data only
    try:
        found = frame.side_data
    except ValueError:  # PyAV lists no side data if it does not know the kind of one, such as EXIF
        found = _without_unknown(frame).side_data
    for number in range(len(found)):
        if found[number].type is Type.DISPLAYMATRIX:
            return tuple(np.frombuffer(bytes(found[number]), np.int32).tolist())
    return None


def _without_unknown(frame: "av.VideoFrame") -> "av.VideoFrame":
    """Return ``frame`` without the side data that PyAV does not know."""
    return chain(frame, [("sidedata", f"mode=delete:type={kind}") for kind in UNKNOWN])(frame)
