"""Which way up a video is, where hardly any face is found in it as it is.

BlazeFace is trained on upright faces. In a video that lies on its side it still finds some, with
low scores and wrong landmarks, so "no face" alone would miss most of these videos. The four
orientations of a video are compared by the mean over its frames of the best face's score (0 where
there is none).

Measured on 12 videos of real people (4 frames each): upright they have means of 0.80 to 0.90, and
lying or upside down of 0 to 0.79, in each video at least 0.11 below its upright one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from deepfake_attribution.core.quarter_turns import place_before, turned
from deepfake_attribution.faces.face import Detector, Face

CLEAR = 0.8  # an upright video of at least this mean is not turned
BETTER = 0.05  # the other orientation's mean must be higher by this
TURNS = (1, 3, 2)  # quarters, counter-clockwise; of equal ones the first
Faces = list[list[Face]]  # of each frame


def strength(faces: Sequence[Sequence[Face]]) -> float:
    """Return the mean over the frames of the best face's score; 0 without a frame."""
    best = [max((face.score for face in seen), default=0.0) for seen in faces]
    return float(np.mean(best)) if best else 0.0


def orient(upright: Faces, look: Callable[[int], Faces], clear: float = CLEAR) -> tuple[int, Faces]:
    """Return by how many quarters a video is turned so that its faces are upright, and the faces.

    Args:
        upright: the faces of each frame of the video as it is.
        look: returns them in the frames turned by so many quarters (`seen_turned`).
        clear: a video with at least this `strength` is not looked at again.
    """
    if not upright or strength(upright) >= clear:
        return 0, upright
    found = {turns: look(turns) for turns in TURNS}
    best = max(found, key=lambda turns: strength(found[turns]))
    if strength(found[best]) < strength(upright) + BETTER:
        return 0, upright
    return best, found[best]


def seen_turned(frames: Sequence[np.ndarray], turns: int, finder: Detector) -> Faces:
    """Return the faces of ``frames`` turned by ``turns`` quarters, in pixels of the frames."""
    found = finder.detect([turned(frame, turns) for frame in frames])
    return [
        [_before(face, turns, *frame.shape[1::-1]) for face in seen]
        for frame, seen in zip(frames, found, strict=True)
    ]


def _before(face: Face, turns: int, width: int, height: int) -> Face:
    """Return ``face``, found in a turned frame, in pixels of the frame before."""
    corners = place_before(face.box.reshape(2, 2), turns, width, height)
    box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
    return replace(face, box=box, landmarks=place_before(face.landmarks, turns, width, height))
