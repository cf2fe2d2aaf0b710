"""Choose whose face is taken: one person followed through the frames of a video, or everybody.

Frames are far apart (15 in a video of half a minute), so the motion between two of them is unknown.
But a person keeps about the same place and size, and is seen only once per frame. After a cut the
place is no sign either: a face where another one was counts as the same person only if neither
scene shows anybody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from deepfake_attribution.faces.face import Face, area, overlap

# Rules: which face was taken and why (`Choice.rule`).
NO_FACE = "no_face"  # none was seen
ONLY_FACE = "only_face"  # one was seen, and it is taken
ON_TRACK = "on_track"  # several were seen; the one on the subject's track is taken
OFF_TRACK = "off_track"  # faces were seen, but none is the subject's
LARGEST = "largest"  # several were seen; the largest is taken

# Faces of two frames can be one person's up to these limits. Distances are between the centres,
# in sides of the face. Two faces that are each alone in their frame may be further apart: there is
# nobody else to confuse the person with, who may have walked.
REACH = 2.0
REACH_ALONE = 5.0
GROWTH = 2.5  # ratio of the sides: a step or two towards the camera
# A face further than SPIKE from where the person is both before and after, within STILL of each
# other, is a wrong detection: hardly anybody leaves and comes back to the same place.
SPIKE = 1.5
STILL = 0.75
PER_FRAME = 0.02  # added to a link's cost per frame between: of two equal ones the nearer in time
# A person seen in less than SEEN of the frames with faces is a passer-by or a wrong detection. So
# is one seen in fewer than TWICE frames, where there are as many: nothing confirms it.
SEEN = 0.2
TWICE = 2


@dataclass(frozen=True)
class Choice:
    """The face taken from one frame.

    Attributes:
        face: None where the subject was not seen.
        faces: how many faces were seen.
        rule: why: one of this module's rules.
    """

    face: Face | None
    faces: int
    rule: str


@dataclass(frozen=True, eq=False)
class _Sighting:
    """A face with its place in units of the frame's diagonal: (4,) box, (2,) centre, side.

    ``company``: somebody else is seen in the same shot.
    """

    frame: int
    shot: int
    company: bool
    face: Face
    box: np.ndarray
    centre: np.ndarray
    side: float


_Track = dict[int, _Sighting]  # by frame


def follow(
    faces: Sequence[Sequence[Face]],
    sizes: Sequence[tuple[int, int]],
    subject: Literal["track", "largest"],
    shots: Sequence[int],
) -> list[Choice]:
    """Choose the subject's face in each frame of one video.

    Args:
        faces: what the detector found in each frame, in the order of time.
        sizes: height and width of each frame in pixels (``frame.shape[:2]``).
        subject: ``track``: the one person who is in the picture longest, largest and most
            central, and in frames without that person nobody; ``largest``: in each frame the
            largest face.
        shots: which shot each frame belongs to (`shots.shots`).

    Returns:
        One choice per frame.
    """
    if subject == "largest":
        return [_largest(seen) for seen in faces]
    return _choices(faces, _tracks(faces, sizes, shots)[0])


def people(
    faces: Sequence[Sequence[Face]], sizes: Sequence[tuple[int, int]], shots: Sequence[int]
) -> list[list[Choice]]:
    """Choose the face of each person in each frame of one video.

    A person is a track. Somebody who is lost (by a cut to a scene with others, or an unseen walk
    across the picture) and seen again counts as another person. Passers-by (`SEEN`, `TWICE`) are
    left out.

    Args:
        faces, sizes, shots: as for `follow`.

    Returns:
        For each person one choice per frame, the most prominent person first. This is the person
        of `follow`, who is returned, without a face, even if nobody is seen.
    """
    first, *others = _tracks(faces, sizes, shots)
    shown = sum(bool(seen) for seen in faces)
    least = max(SEEN * shown, min(TWICE, shown))
    stay = [first, *(track for track in others if len(track) >= least)]
    return [_choices(faces, track) for track in stay]


def tracks(
    faces: Sequence[Sequence[Face]], sizes: Sequence[tuple[int, int]], shots: Sequence[int]
) -> list[dict[int, Face]]:
    """Return each person's faces by frame, the most prominent person first, passers-by included.

    Args:
        faces, sizes, shots: as for `follow`.
    """
    return [
        {frame: one.face for frame, one in track.items()} for track in _tracks(faces, sizes, shots)
    ]


def _choices(faces: Sequence[Sequence[Face]], track: _Track) -> list[Choice]:
    return [_on_track(seen, track.get(frame)) for frame, seen in enumerate(faces)]


def _largest(seen: Sequence[Face]) -> Choice:
    if not seen:
        return Choice(None, 0, NO_FACE)
    areas = area(np.stack([face.box for face in seen]))
    return Choice(seen[int(areas.argmax())], len(seen), LARGEST if len(seen) > 1 else ONLY_FACE)


def _on_track(seen: Sequence[Face], sighting: _Sighting | None) -> Choice:
    if not seen:
        return Choice(None, 0, NO_FACE)
    if sighting is None:
        return Choice(None, len(seen), OFF_TRACK)
    return Choice(sighting.face, len(seen), ON_TRACK if len(seen) > 1 else ONLY_FACE)


def _sightings(
    faces: Sequence[Sequence[Face]], sizes: Sequence[tuple[int, int]], shots: Sequence[int]
) -> list[_Sighting]:
    """Return all faces in units in which frames of different sizes compare."""
    crowded = {shot for seen, shot in zip(faces, shots, strict=True) if len(seen) > 1}
    found = []
    for frame, (seen, (height, width)) in enumerate(zip(faces, sizes, strict=True)):
        shot = shots[frame]
        for face in seen:
            # Measured from the middle, so that frames of different sizes and aspects agree.
            middle = np.array([width, height, width, height]) / 2
            box = (face.box.astype(np.float64) - middle) / np.hypot(height, width)
            side = float((box[2:] - box[:2]).max())
            if side > 0:
                centre = (box[:2] + box[2:]) / 2
                found.append(_Sighting(frame, shot, shot in crowded, face, box, centre, side))
    return found


def _link(sightings: list[_Sighting]) -> list[_Track]:
    """Join sightings to tracks, the likeliest pair first; a track has one face per frame.

    Pairs of any two frames count, not of neighbours only, so a person lost for some frames is
    found again, and a wrong detection does no harm wherever in the video it is.
    """
    tracks: list[_Track] = [{one.frame: one} for one in sightings]
    for first, second in _pairs(sightings):
        joined, added = tracks[first], tracks[second]
        if joined.keys().isdisjoint(added):
            joined.update(added)
            tracks = [joined if track is added else track for track in tracks]
    distinct = {id(track): track for track in tracks}
    return [dict(sorted(track.items())) for track in distinct.values()]


def _pairs(sightings: list[_Sighting]) -> list[tuple[int, int]]:
    """Return the pairs (i, j), i < j, that can be one person, the likeliest first.

    The cost of a pair is 0 for the same box in the next frame and grows with what is not shared,
    the distance, the change of size and the time.
    """
    if len(sightings) < 2:
        return []
    one, other = np.triu_indices(len(sightings), k=1)  # (P,), (P,)
    frames = np.array([sighting.frame for sighting in sightings])
    boxes = np.stack([sighting.box for sighting in sightings])
    centres = np.stack([sighting.centre for sighting in sightings])
    sides = np.array([sighting.side for sighting in sightings])
    shots = np.array([sighting.shot for sighting in sightings])
    company = np.array([sighting.company for sighting in sightings])
    alone = np.bincount(frames)[frames] == 1  # (N,): the only face of its frame

    distance = np.linalg.norm(centres[one] - centres[other], axis=1)
    distance /= (sides[one] + sides[other]) / 2
    growth = np.abs(np.log2(sides[one] / sides[other]))
    gap = np.abs(frames[one] - frames[other])
    cost = 1 - overlap(boxes[one], boxes[other]) + distance + growth + PER_FRAME * (gap - 1)

    reach = np.where(alone[one] & alone[other], REACH_ALONE, REACH)
    same_scene = (shots[one] == shots[other]) | ~(company[one] | company[other])
    near = (distance <= reach) & (growth <= np.log2(GROWTH))
    possible = np.flatnonzero((gap > 0) & near & same_scene)
    best = possible[np.argsort(cost[possible], kind="stable")]
    return list(zip(one[best].tolist(), other[best].tolist(), strict=True))


def _tracks(
    faces: Sequence[Sequence[Face]], sizes: Sequence[tuple[int, int]], shots: Sequence[int]
) -> list[_Track]:
    """Return the tracks without their spikes, an empty one where there is none.

    The track that is longest, largest and most central comes first; of equal ones the first.
    """
    tracks = sorted(_link(_sightings(faces, sizes, shots)), key=_prominence, reverse=True)
    return [_without_spikes(track) for track in tracks] or [{}]


def _prominence(track: _Track) -> float:
    """Return the sum over the frames of side x score x centrality.

    Centrality is 1 in the frame's middle and 0.5 in a corner.
    """
    return sum(
        one.side * one.face.score * (1 - float(np.hypot(*one.centre))) for one in track.values()
    )


def _without_spikes(track: _Track) -> _Track:
    ordered = list(track.values())
    spikes = {
        middle.frame
        for (before, middle), (_, after) in pairwise(pairwise(ordered))
        if _distance(before, after) <= STILL
        and _distance(before, middle) > SPIKE
        and _distance(middle, after) > SPIKE
    }
    return {frame: one for frame, one in track.items() if frame not in spikes}


def _distance(one: _Sighting, other: _Sighting) -> float:
    """Return the distance of the centres in sides of the face."""
    away = float(np.linalg.norm(one.centre - other.centre))
    return away / ((one.side + other.side) / 2)
