"""Turn decoded frames into pictures: upright, with square pixels, SDR, 8-bit RGB.

Every door (stage ``extract``, analyse, serve) goes through `Pictures`. Ordinary frames are only
converted to RGB.
"""

from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from deepfake_attribution.frames import standard_colours
from deepfake_attribution.frames.filter_chain import chain
from deepfake_attribution.frames.orientation import Orientation, orientation
from deepfake_attribution.frames.track_choice import Track

SQUARE = 0.01  # pixels that are this near to square stay as they are
BELIEVED = 4  # a ratio beyond it is a damaged header, and would only cost memory
FAST = "flags=bicubic"  # as the ffmpeg command: one or two levels dark, as ordinary frames are
EXACT = "flags=bicubic+accurate_rnd+full_chroma_int"
AROUND = ("transpose", "rotate")
SCALED = "w=max(1\\,trunc(iw*sar)):h=ih"


class Pictures:
    """Makes the pictures of one video; tables are made once, not for each frame.

    Args:
        track: of the open video.
    """

    def __init__(self, track: Track) -> None:
        self._aspect, note = _checked(track.stream.sample_aspect_ratio)
        self._notes = list(filter(None, [track.note, note]))
        self._plain = VideoReformatter()
        self._ways: dict[tuple[object, ...], Callable[[av.VideoFrame], np.ndarray]] = {}

    def picture(self, frame: "av.VideoFrame") -> tuple[np.ndarray, str]:
        """Return the picture of a frame, (H, W, 3) uint8 RGB, and what was done; empty if nothing.

        Raises:
            av.error.FFmpegError: FFmpeg cannot convert its kind of pixels.
        """
        turned = orientation(frame)
        colours = standard_colours.kind(frame)
        deep = max((part.bits for part in frame.format.components), default=8) > 8
        if not (turned.filters or colours or deep or self._aspect != 1):
            return self._reformat(frame), self.note(frame)
        key = (
            *(frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range),
            *(frame.color_trc, frame.color_primaries, turned),
        )
        if key not in self._ways:
            options = EXACT if deep else FAST
            if colours:
                options = f"{EXACT}:{standard_colours.options(frame)}"
            self._ways[key] = self._way(frame, turned, options)
        return self._ways[key](frame), self.note(frame)

    def note(self, frame: "av.VideoFrame") -> str:
        """Return what is done to make the picture of a frame; empty if it is an ordinary one."""
        colours = standard_colours.kind(frame)
        converted = f"its colours were converted from {colours} to SDR BT.709" if colours else ""
        return "; ".join(filter(None, [*self._notes, orientation(frame).note, converted]))

    def _reformat(self, frame: "av.VideoFrame") -> np.ndarray:
        # One thread: by itself FFmpeg starts as many as there are cores, for each frame.
        return self._plain.reformat(frame, format="rgb24", threads=1).to_ndarray()

    def _way(
        self, like: "av.VideoFrame", turned: Orientation, options: str
    ) -> "Callable[[av.VideoFrame], np.ndarray]":
        size = "" if self._aspect == 1 else f"{SCALED}:"
        filters = [*turned.filters, ("scale", size + options), ("format", "rgb24")]
        uneven = like.format.chroma_width(64) != like.format.chroma_height(64)
        if uneven and any(name in AROUND for name, _ in turned.filters):
            # No filter transposes a format such as 4:2:2; the ffmpeg command makes it RGB first.
            filters = [("scale", options), ("format", "rgb24"), *filters]
        aspect = f"{self._aspect.numerator}/{self._aspect.denominator}"
        through = chain(like, filters, aspect)
        return lambda frame: np.ascontiguousarray(through(frame).to_ndarray())


def _checked(aspect: Fraction | None) -> tuple[Fraction, str]:
    """Return a pixel's width divided by its height, and a note unless it is square."""
    if not aspect or aspect < 0 or abs(aspect - 1) <= SQUARE:
        return Fraction(1), ""
    ratio = f"{aspect.numerator}:{aspect.denominator}"
    if not Fraction(1, BELIEVED) <= aspect <= BELIEVED:
        return Fraction(1), f"its pixels are {ratio} by its header, which was not believed"
    return aspect, f"its pixels are {ratio}; the picture was scaled to square ones"
