"""The result of a video: as classes, and as plain JSON values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from deepfake_attribution.analyse import stills
from deepfake_attribution.analyse.examination.facts import Source
from deepfake_attribution.evidence_maps.face_map import FaceMap

Verdict = Literal["real", "fake", "not known"]
ScoreKind = Literal["probability", "decision"]

NOT_KNOWN: Literal["not known"] = "not known"  # a verdict, too: see `likelihood.abstention`
OK = "ok"
TOO_FEW_FACES = "too_few_faces"  # there is a score, and no verdict
# A process was killed, or exceeded the time limit: no property of the video, so it is tried again.
NOT_FINISHED = "not_finished"
NOT_PLAIN = ("crop", "picture", "size")  # fields of a frame that only pages and documents need
# A video can also have the statuses of `scoring` (no_face, no_score) and of its frames (missing,
# unreadable, damaged).


@dataclass(frozen=True)
class Neighbour:
    """A known video that is near.

    Attributes:
        video: its key in the catalog that the model was trained with.
        attack: ``real``, or an attack.
        dataset: its dataset.
        distance: between the nearest two crops, in the unit of `PersonResult.distance`.
    """

    video: str
    attack: str
    dataset: str
    distance: float


@dataclass(frozen=True)
class Evidence:
    """How strongly a score speaks for real or for fake.

    Attributes:
        log10_lr: log10 of LR = p(score | real) / p(score | fake): above 0 it speaks for real.
        lower, upper: bounds of the calibration: so few validation videos support no more.
        at_bound: whether it is at a bound: the evidence may be stronger than it says.
        words: verbal equivalent (`likelihood.verbal`).
    """

    log10_lr: float
    lower: float
    upper: float
    at_bound: bool
    words: str


@dataclass(frozen=True)
class Frame:
    """One requested frame; with several people, one for each person.

    Attributes:
        slot: number of the requested frame, from 0.
        frame: its number in the video, from 0; None if the video could not be read.
        time_s: its time in the video, in seconds.
        person: as in `PersonResult`.
        status: ``ok``, or why there is no face: ``no_face``, ``unreadable``, ``damaged``, ...
        reason: the same as a sentence, unless ``ok``.
        box: x0, y0, x1, y1 of the face in pixels of the frame, which is not turned.
        score: P(real) or a decision value; None without a face.
        predicted: the predicted class of this crop; None if the approach predicts none.
        crop: the face, JPEG or PNG, before it was scaled for the network.
        turn: degrees, counter-clockwise, that the crop was turned by so that the face is upright.
        map: where the face speaks for fake or real; one frame of each person has it.
        picture: the whole frame as a small JPEG, not turned; a few frames of a video have it.
        size: width and height of the frame, in pixels.
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
    turn: int = 0
    map: FaceMap | None = None
    picture: bytes | None = field(default=None, repr=False)
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class PersonResult:
    """The result of one person of a video.

    Attributes:
        person: number within the video, from 0.
        status: ``ok``, or why there is no verdict.
        reason: the same as a sentence; with the verdict ``not known`` why; else empty.
        verdict: ``real`` if the score is above the model's threshold, else ``fake``; ``not known``
            if it is too far from known videos, or its likelihood ratio does not support that.
        score: mean over the frames: P(real), or a decision value (the SVM's); higher is more real.
        p_real: the score if it is a probability, else None.
        interval: 95 % bootstrap interval of the score over the frames with a face (frames of one
            video resemble each other: it shows how much they agree, not how certain the model is).
        attack: for a fake the most probable attack, named by `VideoResult.attack_by`; None for
            reals, and if none is named.
        no_attack: for a fake why no attack is named; else empty.
        predicted: the most probable class, which can be ``real``; None if no class is predicted.
            Classes are those of `VideoResult.attack_by`, too.
        probabilities: P(class), real first; empty for approaches that have none.
        distance: distance to the known crops, mean over the frames; in degrees or standard
            deviations (`unit`).
        unit: ``degrees`` or ``deviations``.
        unlike: share of the known videos (test videos of the databases and classes trained on)
            with a smaller distance, in [0, 1]; from 0.95 on the person is out of distribution.
        neighbours: the nearest known videos, the nearest first.
        place: position on the map of known test videos; None without a map.
        faces: frames with a face.
        evidence: the likelihood ratio of the score; None if there is none.
        no_evidence: why there is none; else empty.
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
    evidence: Evidence | None = None
    no_evidence: str = ""
    no_attack: str = ""


@dataclass(frozen=True)
class VideoResult:
    """The result of a video: of the person with the lowest score, and of all people.

    Attributes:
        path: as it was given.
        approach: name of the approach that gives the verdict.
        threshold: a score above it is called real.
        score_kind: whether the score is a probability.
        video: the result of the video as a whole: that of the deciding person.
        people: all people, most prominent first; empty if nobody was found.
        frames: each requested frame.
        asked: number of requested frames; a video with fewer frames is asked for all of them.
        seconds: duration of the analysis, including reading.
        notes: what was done to the pictures, or which of several tracks was read; usually empty.
        attack_by: name of the approach that names attacks; empty if none does.
        source: facts of the file, for the document of `examination`; None: not read. Neither it nor
            the pictures of frames are in `plain`.
    """

    path: str
    approach: str
    threshold: float
    score_kind: ScoreKind
    video: PersonResult
    people: tuple[PersonResult, ...] = ()
    frames: tuple[Frame, ...] = ()
    asked: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    attack_by: str = ""
    source: Source | None = None

    @property
    def status(self) -> str:
        """``ok``, or why there is no verdict."""
        return self.video.status

    @property
    def verdict(self) -> Verdict | None:
        """``real``, ``fake``, ``not known``, or None."""
        return self.video.verdict

    @property
    def is_still(self) -> bool:
        """Whether it is a still image, so that only one frame speaks."""
        return stills.NOTE in self.notes

    @property
    def turn(self) -> int:
        """Degrees, counter-clockwise, that the video was turned by so that faces are upright."""
        return max((frame.turn for frame in self.frames), default=0)

    def plain(self) -> dict[str, Any]:
        """Return everything but the crops' pixels as JSON values; floats are not rounded.

        Keys of the whole video come first: ``path``, ``status``, ``verdict``, ``p_real``,
        ``attack``, ``faces`` and the rest of `PersonResult`; then ``people`` and ``frames`` as
        lists.
        """
        top: dict[str, Any] = {"path": self.path} | plain_person(self.video)
        top |= {
            "approach": self.approach,
            "attack_by": self.attack_by,
            "threshold": self.threshold,
            "score_kind": self.score_kind,
            "asked": self.asked,
            "turn": self.turn,
            "people": [plain_person(person) for person in self.people],
            "frames": [_frame(frame) for frame in self.frames],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }
        return top


def plain_person(person: PersonResult) -> dict[str, Any]:
    """Return the result of a person as JSON values, the most important first."""
    first = ("status", "verdict", "p_real", "attack", "faces", "reason", "person")
    values = {name: getattr(person, name) for name in first}
    values |= {
        "score": person.score,
        "interval": _list(person.interval),
        "predicted": person.predicted,
        "probabilities": dict(person.probabilities),
        "distance": person.distance,
        "unit": person.unit,
        "unlike": person.unlike,
        "neighbours": [vars(neighbour) for neighbour in person.neighbours],
        "place": _list(person.place),
        "evidence": None if person.evidence is None else dict(vars(person.evidence)),
        "no_evidence": person.no_evidence,
        "no_attack": person.no_attack,
    }
    return values


def _frame(frame: Frame) -> dict[str, Any]:
    values = {name: value for name, value in vars(frame).items() if name not in NOT_PLAIN}
    return values | {"box": _list(frame.box), "map": frame.map and frame.map.plain()}


def _list(values: tuple[float, ...] | None) -> list[float] | None:
    return None if values is None else list(values)
