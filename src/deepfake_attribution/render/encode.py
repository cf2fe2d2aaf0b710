"""Frames to an H.264 file."""

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

# With macroblock trees, x264's fast routines read uninitialised memory: of 12 short clips
# encoded 6 times in one process, 6 came out in several versions, and none without the trees.
X264 = "mbtree=0"


def write_video(
    frames: list[np.ndarray], path: Path, fps: float, crf: int, preset: str = "veryfast"
) -> None:
    """Write ``frames`` to ``path`` as H.264 in mp4, 4:2:0, without sound.

    One thread and no clock: the same frames and the same libraries give the same bytes. The file
    has a temporary name until it is complete. H.264 in 4:2:0 has even sides only: a last odd
    column or row is left out, so no pixel changes its place.

    Args:
        frames: (H, W, 3) RGB uint8, all of one size, both sides at least 2.
        path: the file; its folder is made.
        fps: frames per second.
        crf: x264's constant rate factor, 0 (lossless) to 51.
        preset: x264's trade of speed for size.

    Raises:
        ValueError: there are no frames, or they are too small.
    """
    if not frames:
        raise ValueError(f"{path}: no frames to write")
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    if min(height, width) < 2:
        raise ValueError(f"{path}: frames of {frames[0].shape[1]}x{frames[0].shape[0]} pixels")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with av.open(str(temporary), "w", format="mp4", options={"fflags": "+bitexact"}) as file:
            stream = file.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.codec_context.thread_count = 1
            stream.options = {"crf": str(crf), "preset": preset, "x264-params": X264}
            for frame in frames:
                picture = np.ascontiguousarray(frame[:height, :width])
                for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                    file.mux(packet)
            for packet in stream.encode():
                file.mux(packet)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
