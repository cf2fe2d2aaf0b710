"""What is said of a video: typed, and as plain JSON values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["real", "fake"]
ScoreKind = Literal["probability", "decision"]

OK = "ok"
TOO_FEW_FACES = "too_few_faces"  # there is a score, and no verdict
# Beside these, a video has the statuses of `scoring` (no_face, no_score) and of its frames
# (missing, unreadable, damaged).


@dataclass(frozen=True)
class Neighbour:
    """A known video that lies near.

    Attributes:
        video: its key in the catalog of the model's maker.
        attack: what it is: ``real``, or an attack.
        dataset: where it belongs.
        distance: between the nearest two crops, in the unit of `Said.distance`.
    """

    video: str
    attack: str
    dataset: str
    distance: float


@dataclass(frozen=True)
class Frame:
    """One frame that was asked for; with several people one of each.

    Attributes:
        slot: which of the requested frames, from 0.
        frame: its number in the video, from 0; None where the video could not be read.
        time_s: when it is shown, in seconds.
        person: as in `Said`.
        status: ``ok``, or why there is no face: ``no_face``, ``unreadable``, ``damaged``, ...
        reason: in words, unless ``ok``.
        box: x0, y0, x1, y1 of the face in pixels of the frame.
        score: P(real) or a decision value; None without a face.
        predicted: the class that this crop is given; None where the approach names none.
        crop: the face, JPEG or PNG, as the network saw it but for scaling.
    """

    slot: int
    frame: int | None
    time_s: float | None
    person: int
    status: str
    reason: str
    box: tuple[float, float, float, float] | None = None
    score: float | None = None
    predicted: str | None = None
    crop: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Said:
    """What is said of one person of a video.

    Attributes:
        person: number within the video, from 0.
        status: ``ok``, or why there is no verdict.
        reason: in words, unless ``ok``.
        verdict: ``real`` if the score is above the model's threshold, else ``fake``.
        score: mean over the frames: P(real), or a decision value (the SVM's); grows with reality.
        p_real: the score where it is a probability, else None.
        interval: 95 % bootstrap interval of the score over the frames with a face (frames of one
            video resemble each other: it says how much they agree, not how sure the model is).
        attack: of a fake the most probable attack; None for reals and where no class is named.
        predicted: the most probable class, ``real`` among them; None where no class is named.
        probabilities: P(class), real first; empty for approaches that have none.
        distance: how far from everything known, the mean over the frames; in degrees or standard
            deviations (`unit`).
        unit: ``degrees`` or ``deviations``.
        unlike: share of the known videos (test videos of the databases and classes trained on)
            that are less far, in [0, 1]: from 0.95 on it is like few or none of what the model has
            seen.
        neighbours: the nearest known videos, the nearest first.
        place: where it lies on the map of known test videos; None where there is no map.
        faces: frames with a face.
    """

    person: int
    status: str
    reason: str
    verdict: Verdict | None = None
    score: float | None = None
    p_real: float | None = None
    interval: tuple[float, float] | None = None
    attack: str | None = None
    predicted: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    distance: float | None = None
    unit: str = ""
    unlike: float | None = None
    neighbours: tuple[Neighbour, ...] = ()
    place: tuple[float, float] | None = None
    faces: int = 0


@dataclass(frozen=True)
class VideoResult:
    """What is said of a video: that of its least real person, and of everybody else.

    Attributes:
        path: as it was given.
        approach: which approach says so.
        threshold: a score above it is called real.
        score_kind: whether the score is a probability.
        video: what is said of the video as a whole. Its `faces` are those of the person that it
            rests on.
        people: everybody who was judged, most prominent first; empty where nobody was seen.
        frames: what became of each frame asked for.
        asked: how many frames were asked for.
        seconds: it took, on the clock, reading included.
    """

    path: str
    approach: str
    threshold: float
    score_kind: ScoreKind
    video: Said
    people: tuple[Said, ...] = ()
    frames: tuple[Frame, ...] = ()
    asked: int = 0
    seconds: float = 0.0

    @property
    def status(self) -> str:
        """``ok``, or why there is no verdict."""
        return self.video.status

    @property
    def verdict(self) -> Verdict | None:
        """``real``, ``fake``, or None."""
        return self.video.verdict

    def plain(self) -> dict[str, Any]:
        """Return everything but the crops' pixels as JSON values; floats as they are.

        Keys of the whole video stand at the top: ``path``, ``status``, ``verdict``, ``p_real``,
        ``attack``, ``faces`` and the rest of `Said`; then ``people`` and ``frames``, in lists.
        """
        top: dict[str, Any] = {"path": self.path} | said(self.video)
        top |= {
            "approach": self.approach,
            "threshold": self.threshold,
            "score_kind": self.score_kind,
            "asked": self.asked,
            "people": [said(person) for person in self.people],
            "frames": [_frame(frame) for frame in self.frames],
            "seconds": round(self.seconds, 3),
        }
        return top


def said(what: Said) -> dict[str, Any]:
    """Return what is said of a person as JSON values, the most wanted first."""
    first = ("status", "verdict", "p_real", "attack", "faces", "reason", "person")
    values = {name: getattr(what, name) for name in first}
    values |= {
        "score": what.score,
        "interval": _list(what.interval),
        "predicted": what.predicted,
        "probabilities": dict(what.probabilities),
        "distance": what.distance,
        "unit": what.unit,
        "unlike": what.unlike,
        "neighbours": [vars(neighbour) for neighbour in what.neighbours],
        "place": _list(what.place),
    }
    return values


def _frame(frame: Frame) -> dict[str, Any]:
    values = {name: value for name, value in vars(frame).items() if name != "crop"}
    return values | {"box": _list(frame.box)}


def _list(values: tuple[float, ...] | None) -> list[float] | None:
    return None if values is None else list(values)
