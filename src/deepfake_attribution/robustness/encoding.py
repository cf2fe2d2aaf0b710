"""A whole video, encoded again as H.264 at several CRF, and some frames of each copy.

The copies stay in memory, so that a killed stage leaves no files.
"""

from collections.abc import Collection, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np

from deepfake_attribution.frames import decoding
from deepfake_attribution.frames.decoding import UnreadableError
from deepfake_attribution.frames.pictures import Pictures
from deepfake_attribution.render.encode import X264
from deepfake_attribution.robustness.damage import Image

FOLDER = "a folder of images: there is no video to encode again"
PRESET = "veryfast"
RATE = 25  # frames per second of a file that has none in its header


class _Copy:
    """An encoder of one CRF, one thread and no clock: the same frames give the same bytes."""

    def __init__(self, crf: float, rate: Fraction, width: int, height: int) -> None:
        self.content = BytesIO()
        self._file = av.open(self.content, "w", format="mp4", options={"fflags": "+bitexact"})
        self._stream = self._file.add_stream("libx264", rate=rate)
        self._stream.width, self._stream.height = width, height
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.thread_count = 1
        self._stream.options = {"crf": f"{crf:g}", "preset": PRESET, "x264-params": X264}

    def add(self, frame: "av.VideoFrame | None") -> None:
        """Encode a frame; None: no more follow."""
        for packet in self._stream.encode(frame):
            self._file.mux(packet)
        if frame is None:
            self._file.close()


def encoded(path: Path, crfs: Sequence[float], wanted: Collection[int]) -> list[dict[int, Image]]:
    """Return, for each CRF, number -> picture (H, W, 3) RGB of the wanted frames.

    Frames have the numbers that they have in the file, and are upright, with square pixels. H.264
    in 4:2:0 has even sides: a last odd column or row is left out.

    Args:
        path: of the video.
        crfs: constant rate factors of x264.
        wanted: numbers of frames, from 0.

    Raises:
        UnreadableError: the file is not there or is no video that can be encoded again, or a
            wanted frame is not in it.
    """
    if path.is_dir():
        raise UnreadableError(FOLDER)
    try:
        copies = _copies(path, crfs)
        found = [_pictures(copy.content, wanted) for copy in copies]
    except FileNotFoundError:
        raise UnreadableError("no such file") from None
    except (av.error.FFmpegError, OSError) as error:
        raise UnreadableError(decoding.words(error)) from None
    lost = sorted(set(wanted) - set(found[0]))
    if lost:
        raise UnreadableError(f"frame {lost[0]} cannot be decoded any more")
    return found


def _copies(path: Path, crfs: Sequence[float]) -> list[_Copy]:
    copies: list[_Copy] = []
    size: tuple[int, ...] = ()
    with decoding.open_video(path) as container:
        track = decoding.main_track(container)
        rate = Fraction(track.stream.average_rate or RATE).limit_denominator(1001)
        made = Pictures(track)
        for decoded in decoding.frames_of(container):
            picture, _ = made.picture(decoded.content)
            height, width = (side - side % 2 for side in picture.shape[:2])
            if not copies:
                size = (height, width)
                if min(size) < 2:
                    raise UnreadableError(f"its frames have {width}x{height} pixels")
                copies = [_Copy(crf, rate, width, height) for crf in crfs]
            if (height, width) != size:
                raise UnreadableError("the size of its frames changes")
            even = np.ascontiguousarray(picture[:height, :width])
            frame = av.VideoFrame.from_ndarray(even, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = decoded.number, 1 / rate
            for copy in copies:
                copy.add(frame)
    if not copies:
        raise UnreadableError("no frame could be decoded")
    for copy in copies:
        copy.add(None)
    return copies


def _pictures(content: BytesIO, wanted: Collection[int]) -> dict[int, Image]:
    content.seek(0)
    found: dict[int, Image] = {}
    with av.open(content, "r") as container:
        track = decoding.main_track(container)
        track.stream.codec_context.thread_count = 1
        made = Pictures(track)
        for decoded in decoding.frames_of(container):
            if decoded.number in wanted:
                found[decoded.number], _ = made.picture(decoded.content)
    return found
