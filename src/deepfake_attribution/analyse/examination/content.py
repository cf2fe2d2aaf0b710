"""What the document of a video holds: the model behind its JSON, and its published schema."""

from typing import Annotated, Literal

from pydantic import Field

from deepfake_attribution.analyse.examination.facts import Source
from deepfake_attribution.core.params import Strict

VERSION = 1  # of the format; a change that a reader must know of raises it
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Verdict = Literal["real", "fake", "not known"] | None


class Program(Strict):
    """The program that judged.

    Attributes:
        name, version: of the package.
        others: package -> version, of those that read or judged.
    """

    name: str
    version: str
    others: dict[str, str]


class Model(Strict):
    """The trained model.

    Attributes:
        bundle: name of the bundle's folder; empty: a project's own models.
        version: 1 as exported; each enrolled attack makes one more.
        sha256: of ``bundle.json``, which holds the hashes of all files; null in a project.
        files: name -> SHA-256 of the bundle's files.
        approach: gives the verdict.
        attack_by: approach that names attacks; empty: none.
        head: trained head of ``approach``; ``seed``: it was trained with.
        network: hash of its ONNX file, as in ``model.json``; null: none.
        classes: trained on, real first; ``enrolled``: attacks that joined later.
        trained: with these versions of packages.
    """

    bundle: str
    version: int
    sha256: Sha256 | None
    files: dict[str, Sha256]
    approach: str
    attack_by: str
    head: str
    seed: int
    network: str | None
    classes: list[str]
    enrolled: list[str]
    trained: dict[str, str]


class LikelihoodRatio(Strict):
    """The likelihood ratio p(score | real) / p(score | fake).

    Attributes:
        log10: above 0 it speaks for real.
        ratio: the same, not as a logarithm.
        lower, upper: bounds of ``log10``: so few validation videos support no more.
        at_bound: whether ``log10`` is at a bound: the evidence may be stronger.
        words: on the verbal scale of ``scale``.
    """

    log10: float
    ratio: float
    lower: float
    upper: float
    at_bound: bool
    words: str
    scale: str


class KnownVideo(Strict):
    """A known video that is near.

    Attributes:
        video: its key in the training data's catalog.
        attack: ``real``, or an attack.
        dataset: its dataset.
        distance: in the unit of the person.
    """

    video: str
    attack: str
    dataset: str
    distance: float


class Region(Strict):
    """The share of one part of the face, each from 0 to 1.

    Attributes:
        area: of the picture.
        fake, real: of what speaks for fake, and for real.
    """

    name: str
    area: float
    fake: float
    real: float


class EvidenceMap(Strict):
    """Where one face speaks for fake or real.

    Attributes:
        slot: of the frame.
        says: which region speaks most.
        reason: why there are no regions; else empty.
        regions: parts of the face.
        cells: rows from top to bottom; positive speaks for real, negative for fake.
    """

    slot: int
    says: str
    reason: str
    regions: list[Region]
    cells: list[list[float]]


class Person(Strict):
    """The result of one person.

    Attributes:
        number: in the video, from 1; the most prominent first.
        decides: whether the video's verdict is this person's.
        status: ``ok``, or why there is no verdict; ``reason`` is a sentence.
        summary: the verdict in sentences.
        score: mean over the frames; ``p_real`` if it is a probability.
        interval: 95 %, over the frames.
        likelihood_ratio: null: see ``no_likelihood_ratio``.
        attack: the most similar one; ``attack_probability``: its share; ``no_attack``: why none.
        probabilities: of the classes.
        distance: to the known crops, in ``unit``; ``nearer``: share of known videos that are
            nearer; ``out_of_distribution``: too many are.
        faces: frames with a face.
        map: null: there is none.
        neighbours: the nearest known videos, the nearest first.
    """

    number: int
    decides: bool
    status: str
    reason: str
    verdict: Verdict
    summary: str
    score: float | None
    p_real: float | None
    interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None
    likelihood_ratio: LikelihoodRatio | None
    no_likelihood_ratio: str
    attack: str | None
    attack_probability: float | None
    no_attack: str
    probabilities: dict[str, float]
    distance: float | None
    unit: str
    nearer: float | None
    out_of_distribution: bool
    faces: int
    map: EvidenceMap | None
    neighbours: list[KnownVideo]


class JudgedFrame(Strict):
    """One requested frame of one person.

    Attributes:
        slot: number among the requested frames, from 0.
        frame: number in the video, from 0.
        time_s: in seconds.
        person: number of the person, from 1.
        status: ``ok``, or why there is no face; ``reason`` is a sentence.
        box: x0, y0, x1, y1 of the face in pixels of the stored frame.
        score: of this frame.
    """

    slot: int
    frame: int | None
    time_s: float | None
    person: int
    status: str
    reason: str
    box: Annotated[list[float], Field(min_length=4, max_length=4)] | None
    score: float | None


class Examination(Strict):
    """The examination of one video, image or folder of images.

    Attributes:
        format: name of this format; ``format_version``: a number.
        name: of the file; ``path`` as it was given. Characters that cannot be shown are escapes.
        source: the file.
        encoders, created, devices: what the container names, each with its place.
        traces: what the container shows that editing can leave.
        verdict: of the video: that of the person who decides.
        status, reason: why there is no verdict.
        summary: the verdict in sentences.
        threshold: a score above it is called real.
        score_kind: whether scores are probabilities.
        still: a still image, so only one frame speaks.
        asked: requested frames; ``read``: how many of them could be read.
        turn: degrees, counter-clockwise, that pictures were turned by.
        notes: what was done to the pictures.
        people: the one who decides first.
        frames: requested frames.
        limits: sentences on what the result is worth.
        model: the trained model.
        program: that judged.
    """

    format: Literal["deepfake-attribution examination"] = "deepfake-attribution examination"
    format_version: Literal[1] = 1
    name: str
    path: str
    source: Source
    encoders: list[str]
    created: list[str]
    devices: list[str]
    traces: list[str]
    verdict: Verdict
    status: str
    reason: str
    summary: str
    threshold: float
    score_kind: Literal["probability", "decision"]
    still: bool
    asked: int
    read: int
    turn: int
    notes: list[str]
    people: list[Person]
    frames: list[JudgedFrame]
    limits: list[str]
    model: Model
    program: Program
