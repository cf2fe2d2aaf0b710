"""Choose the face that the dataset itself marks: by a mask of what was changed, or by a box.

Of several people in a frame an attack changes one. The others, cropped as fakes, would be wrong
labels. The frames' index says where the mark is (`frames.marks`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deepfake_attribution.faces import tracking
from deepfake_attribution.faces.face import Face, area
from deepfake_attribution.faces.tracking import NO_FACE, OFF_TRACK, ON_TRACK, ONLY_FACE, Choice

# Rules beside those of `tracking`: the face is where the mark is (`frames.marks.MASK`, `.BOX`).
RULES = ("mask", "box")
NOT_MARKED = "not_marked"  # faces were seen, but none where the mark is
# A face is marked if it shares this much of the smaller one's area. A mask may be a mouth only, or
# reach past the detector's box.
SHARED = 0.5


@dataclass(frozen=True)
class Mark:
    """``box``: (4,) x0, y0, x1, y1 in pixels of the frame; ``by``: one of `RULES`."""

    box: np.ndarray
    by: str


def mark_of(row: Mapping[str, Any]) -> Mark | None:
    """Return the mark in a row of the frames' index; None if it has none."""
    if row.get("marked") is None:
        return None
    return Mark(np.array(row["marked"], np.float64), row["marked_by"])


def follow(
    faces: Sequence[Sequence[Face]],
    sizes: Sequence[tuple[int, int]],
    shots: Sequence[int],
    marks: Sequence[Mark | None],
) -> list[Choice]:
    """Choose the marked person's face in each frame of one video.

    In frames without a mark it is the face of the person who is marked in others; in a video
    without any mark it is that of `tracking.follow`. Where there is a mark and no face, none is
    taken: another person's would be a wrong label.

    Args:
        faces, sizes, shots: as for `tracking.follow`.
        marks: one of each frame.
    """
    if not any(marks):
        return tracking.follow(faces, sizes, "track", shots)
    hits = [
        None if mark is None else marked_face(seen, mark)
        for seen, mark in zip(faces, marks, strict=True)
    ]
    people = _marked_people(tracking.tracks(faces, sizes, shots), hits, marks)
    return [
        _by_track(frame, seen, people) if mark is None else _by_mark(seen, hit, mark)
        for frame, (seen, hit, mark) in enumerate(zip(faces, hits, marks, strict=True))
    ]


def marked_face(seen: Sequence[Face], mark: Mark) -> Face | None:
    """Return the face where the mark is: the one whose centre is nearest; None if none is there."""
    found: list[tuple[float, Face]] = []
    for face in seen:
        box = face.box.astype(np.float64)
        corner = np.maximum(box[:2], mark.box[:2])
        shared = area(np.concatenate([corner, np.minimum(box[2:], mark.box[2:])]))
        if shared > 0 and shared >= SHARED * min(area(box), area(mark.box)):
            way = (box[:2] + box[2:] - mark.box[:2] - mark.box[2:]) / 2
            found.append((float(np.hypot(*way)), face))
    return min(found, key=lambda one: one[0])[1] if found else None


def _marked_people(
    tracks: Sequence[Mapping[int, Face]],
    hits: Sequence[Face | None],
    marks: Sequence[Mark | None],
) -> list[Mapping[int, Face]]:
    """Return the tracks that are marked in most of their frames with a mark, the surest first.

    One person can have several: after a cut to a scene with others a track ends.
    """
    counted = []
    for track in tracks:
        asked = [frame for frame in track if marks[frame] is not None]
        agreed = sum(hits[frame] is track[frame] for frame in asked)
        if 2 * agreed > len(asked):
            counted.append((agreed, track))
    return [track for _, track in sorted(counted, key=lambda one: -one[0])]


def _by_mark(seen: Sequence[Face], hit: Face | None, mark: Mark) -> Choice:
    if not seen:
        return Choice(None, 0, NO_FACE)
    return Choice(hit, len(seen), NOT_MARKED if hit is None else mark.by)


def _by_track(frame: int, seen: Sequence[Face], people: Sequence[Mapping[int, Face]]) -> Choice:
    if not seen:
        return Choice(None, 0, NO_FACE)
    face = next((track[frame] for track in people if frame in track), None)
    if face is None:
        return Choice(None, len(seen), OFF_TRACK)
    return Choice(face, len(seen), ON_TRACK if len(seen) > 1 else ONLY_FACE)
