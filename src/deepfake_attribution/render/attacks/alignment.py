"""Cut faces out upright and paste them back: every attack uses this."""

from collections.abc import Callable

import cv2
import numpy as np

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.render.footage import Footage

# Where right eye, left eye, nose tip and mouth centre lie in an upright crop of side 1.
TEMPLATE = np.array([[0.33, 0.38], [0.67, 0.38], [0.50, 0.57], [0.50, 0.73]])
SMALLEST, LARGEST = 48, 512  # sides of a crop in pixels
WINDOW = 5  # frames over which landmarks are averaged: a detector's points jitter


class Faces:
    """The upright face crops of one footage.

    Args:
        footage: frames with a followed face.
        side: of the crops, in pixels; as large as the face is in the footage if not given.

    Attributes:
        known: indices of the frames whose face is known.
        points: (T, 6, 2) landmarks, averaged over neighbouring frames.
        side: of the crops, in pixels.
    """

    def __init__(self, footage: Footage, side: int | None = None) -> None:
        self.footage = footage
        self.known = np.flatnonzero(footage.known)
        self.points = smooth_points(footage)
        self.side = side or self._natural_side()
        self.matrices = {
            int(t): similarity(self.points[t, :4], TEMPLATE * self.side) for t in self.known
        }

    def _natural_side(self) -> int:
        if not len(self.known):
            return SMALLEST
        points = self.points[self.known]
        eyes = np.linalg.norm(points[:, 1] - points[:, 0], axis=1) / 0.34
        mouth = np.linalg.norm(points[:, 3] - points[:, :2].mean(axis=1), axis=1) / 0.35
        size = np.median(np.maximum(eyes, mouth))
        return int(np.clip(2 * round(float(size) / 2), SMALLEST, LARGEST))

    def crop(self, t: int) -> np.ndarray:
        """Return the upright face of frame ``t``, (side, side, 3) float32 RGB 0 to 255."""
        frame, matrix = self.footage.frames[t], self.matrices[t]
        size = float(np.sqrt(np.abs(np.linalg.det(matrix[:, :2]))))
        if size < 0.5:  # far larger than the crop: shrink first, or the picture would alias
            frame = cv2.resize(frame, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
            matrix = matrix @ np.diag([1 / size, 1 / size, 1])
        flags, border = cv2.INTER_LINEAR, cv2.BORDER_REPLICATE
        shape = (self.side, self.side)
        return cv2.warpAffine(frame, matrix, shape, flags=flags, borderMode=border).astype(
            np.float32
        )

    def points_in_crop(self, t: int) -> np.ndarray:
        """Return the landmarks of frame ``t`` in its crop's pixels, (6, 2)."""
        matrix = self.matrices[t]
        return self.points[t] @ matrix[:, :2].T + matrix[:, 2]

    def paste(self, t: int, content: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """Return a copy of frame ``t`` with ``content`` blended in where ``mask`` is above 0.

        Args:
            t: the frame.
            content: (side, side, 3) RGB in the crop's place.
            mask: (side, side) 0 to 1; where it is 0, pixels are unchanged.
        """
        frame = self.footage.frames[t].copy()
        back = cv2.invertAffineTransform(self.matrices[t])
        corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) * self.side
        corners = corners @ back[:, :2].T + back[:, 2]
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, frame.shape[1::-1])
        if (high <= low).any():
            return frame
        back[:, 2] -= low
        size = tuple(int(length) for length in high - low)
        new = cv2.warpAffine(
            content.astype(np.float32), back, size, borderMode=cv2.BORDER_REPLICATE
        )
        weight = cv2.warpAffine(mask.astype(np.float32), back, size)[..., None]
        part = frame[low[1] : high[1], low[0] : high[0]]
        mixed = part + weight * (new - part)
        part[...] = np.clip(np.round(mixed), 0, 255)
        return frame

    def edit(
        self, change: Callable[[int, np.ndarray], tuple[np.ndarray, np.ndarray]]
    ) -> list[np.ndarray]:
        """Return all frames, those with a known face edited.

        Args:
            change: from a frame's number and its crop to the new crop and its mask.
        """
        frames = list(self.footage.frames)
        for t in self.known:
            frames[t] = self.paste(int(t), *change(int(t), self.crop(int(t))))
        return frames


class DonorFaces(Faces):
    """The donor's crops, played forwards and backwards until the target's end.

    Raises:
        UserError: the donor's face is known in no frame.
    """

    def __init__(self, footage: Footage, side: int) -> None:
        super().__init__(footage, side)
        if not len(self.known):
            raise UserError("the donor's face was found in no frame: take another donor")

    def at(self, t: int) -> int:
        """Return the donor's frame for the target's frame ``t``."""
        count = len(self.known)
        place = t % max(2 * count - 2, 1)
        return int(self.known[min(place, 2 * count - 2 - place)])


def smooth_points(footage: Footage) -> np.ndarray:
    """Return the landmarks averaged over the known frames of a window, (T, 6, 2)."""
    known, points = footage.known, footage.landmarks.astype(np.float64)
    out = np.full_like(points, np.nan)
    reach = WINDOW // 2
    for t in np.flatnonzero(known):
        near = slice(max(t - reach, 0), t + reach + 1)
        distance = np.abs(np.arange(len(known))[near] - t)
        weight = known[near] / (1.0 + distance)
        values = np.where(known[near][:, None, None], points[near], 0)
        out[t] = np.tensordot(weight, values, 1) / weight.sum()
    return out


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the (2, 3) matrix of shift, turn and scale that takes ``source`` nearest ``target``.

    Least squares over the points, (N, 2) each; as complex numbers the fit is linear:
    target = a * source + b.
    """
    p, q = (points @ np.array([1, 1j]) for points in (source, target))
    centre, aim = p.mean(), q.mean()
    a = np.vdot(p - centre, q - aim) / np.vdot(p - centre, p - centre).real
    b = aim - a * centre
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def affine(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the (2, 3) affine matrix that takes ``source`` nearest ``target``, (N, 2) each."""
    ones = np.column_stack([source, np.ones(len(source))])
    return np.linalg.lstsq(ones, target, rcond=None)[0].T
