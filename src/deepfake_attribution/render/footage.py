"""Frames with the place of the face in each, as passed between renderings and attacks."""

from dataclasses import dataclass

import numpy as np

LANDMARKS = ("right eye", "left eye", "nose tip", "mouth centre", "right ear", "left ear")


@dataclass(frozen=True)
class Footage:
    """One video with the place of its face in every frame.

    Attributes:
        frames: T pictures, RGB, uint8, (H, W, 3), all of one size.
        landmarks: (T, 6, 2) float32, x and y in pixels in BlazeFace's order; the right eye is the
            subject's right: the smaller x. NaN where the face is unknown.
        boxes: (T, 4) float32, x0, y0, x1, y1 in pixels, tight from the brows to the chin. NaN
            where the face is unknown.

    Raises:
        ValueError: the shapes do not match.
    """

    frames: list[np.ndarray]
    landmarks: np.ndarray
    boxes: np.ndarray

    def __post_init__(self) -> None:
        count = len(self.frames)
        if self.landmarks.shape != (count, len(LANDMARKS), 2) or self.boxes.shape != (count, 4):
            raise ValueError(
                f"{count} frames, landmarks {self.landmarks.shape}, boxes {self.boxes.shape}: "
                f"expected ({count}, {len(LANDMARKS)}, 2) and ({count}, 4)"
            )
        if any(frame.shape != self.frames[0].shape for frame in self.frames):
            raise ValueError("the frames differ in size")

    @property
    def known(self) -> np.ndarray:
        """(T,) bool: the frames whose face is known."""
        finite = np.isfinite(self.landmarks).all(axis=(1, 2))
        return finite & np.isfinite(self.boxes).all(axis=1)
