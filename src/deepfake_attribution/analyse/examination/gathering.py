"""Gathers the content of a document from a result, the model's record and the file's facts."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.record import DETECTOR, RECORD, Record
from deepfake_attribution.analyse.examination import source, traces
from deepfake_attribution.analyse.examination.content import (
    EvidenceMap,
    Examination,
    JudgedFrame,
    KnownVideo,
    LikelihoodRatio,
    Model,
    Person,
    Program,
    Region,
)
from deepfake_attribution.analyse.names import parted, shown
from deepfake_attribution.analyse.results import Evidence, Frame, PersonResult, VideoResult
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.likelihood import verbal

PACKAGE = "deepfake-attribution"
OTHERS = ("av", "numpy", "onnxruntime", "opencv-python-headless", "scikit-learn", "torch")


def examination(result: VideoResult, bundle: Bundle) -> Examination:
    """Return what the document of a video holds.

    Args:
        result: of the video; without facts of its file these are size and hash alone.
        bundle: the model.
    """
    record = bundle.record
    found = result.source or source.hashed(Path(result.path))
    container = found.container
    judged = sorted(result.people, key=lambda one: one.person != result.video.person)
    return Examination(
        name=parted(result.path)[1],
        path=shown(result.path),
        source=found,
        encoders=traces.encoders(container) if container else [],
        created=traces.created(container) if container else [],
        devices=traces.devices(container) if container else [],
        traces=traces.traces(found),
        verdict=result.verdict,
        status=result.status,
        reason=shown(result.video.reason),
        summary=shown(words.verdict(result.video, record)),
        threshold=result.threshold,
        score_kind=result.score_kind,
        still=result.is_still,
        asked=result.asked,
        read=len({one.slot for one in result.frames if one.status in ("ok", "no_face")}),
        turn=result.turn,
        notes=[shown(note) for note in result.notes],
        people=[_person(one, result, record) for one in judged],
        frames=[_frame(one) for one in result.frames],
        limits=limits(record),
        model=model(bundle),
        program=program(),
    )


def limits(record: Record) -> list[str]:
    """Return sentences on what a result of a model is worth, the most important ones first.

    Pages show what fits, and test databases may be many.
    """
    own = (
        words.OWN_SCALE
        if record.score_kind == "probability"
        else "The score is a decision value: it grows with reality, and is no probability."
    )
    proof, *lines, may_pass = words.rests_on(record)
    drawn = words.simulated(record)
    lines = [line for line in lines if line not in drawn]
    return [proof, may_pass, *drawn, *lines, own, words.INTERVAL]


def model(bundle: Bundle) -> Model:
    """Return what identifies a model."""
    record = bundle.record
    folder = bundle.detector.parent
    is_bundle = bool(record.files) and bundle.detector.name == DETECTOR
    stored = folder / RECORD
    return Model(
        bundle=shown(folder.resolve().name) if is_bundle else "",
        version=record.version,
        sha256=sha256(stored) if is_bundle and stored.is_file() else None,
        files=record.files,
        approach=record.approach,
        attack_by=record.names_attacks,
        head=record.head,
        seed=record.seed,
        network=bundle.description.onnx,
        classes=record.classes,
        enrolled=[one.name for one in record.enrolled],
        trained=record.versions,
    )


@cache
def program() -> Program:
    """Return the versions of this package and of those that its results rest on."""
    return Program(
        name=PACKAGE,
        version=_version(PACKAGE) or "unknown",
        others={name: found for name in OTHERS if (found := _version(name))},
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _person(person: PersonResult, result: VideoResult, record: Record) -> Person:
    return Person(
        number=person.person + 1,
        decides=person.person == result.video.person,
        status=person.status,
        reason=shown(person.reason),
        verdict=person.verdict,
        summary=shown(words.verdict(person, record)),
        score=person.score,
        p_real=person.p_real,
        interval=None if person.interval is None else list(person.interval),
        likelihood_ratio=_ratio(person.evidence),
        no_likelihood_ratio=shown(person.no_evidence),
        attack=person.attack,
        attack_probability=person.probabilities.get(person.attack or ""),
        no_attack=shown(person.no_attack),
        probabilities=dict(person.probabilities),
        distance=person.distance,
        unit=person.unit,
        nearer=person.unlike,
        out_of_distribution=words.is_strange(person),
        faces=person.faces,
        map=_map(person, result),
        neighbours=[
            KnownVideo(**vars(one) | {"video": shown(one.video)}) for one in person.neighbours
        ],
    )


def _ratio(evidence: Evidence | None) -> LikelihoodRatio | None:
    if evidence is None:
        return None
    values: dict[str, Any] = dict(vars(evidence))
    log10 = values.pop("log10_lr")
    return LikelihoodRatio(log10=log10, ratio=10**log10, scale=verbal.CITED, **values)


def mapped(person: int, result: VideoResult) -> Frame | None:
    """Return the frame of a person that has a map; None if none has.

    Args:
        person: number of the person, from 0.
        result: of the video.
    """
    own = (one for one in result.frames if one.person == person and one.map is not None)
    return next(own, None)


def _map(person: PersonResult, result: VideoResult) -> EvidenceMap | None:
    frame = mapped(person.person, result)
    if frame is None or frame.map is None:
        return None
    return EvidenceMap(
        slot=frame.slot,
        says=frame.map.says,
        reason=frame.map.reason,
        regions=[Region(name=name, **own) for name, own in frame.map.regions.items()],
        cells=[list(row) for row in frame.map.cells],
    )


def _frame(frame: Frame) -> JudgedFrame:
    return JudgedFrame(
        slot=frame.slot,
        frame=frame.frame,
        time_s=frame.time_s,
        person=frame.person + 1,
        status=frame.status,
        reason=shown(frame.reason),
        box=None if frame.box is None else list(frame.box),
        score=frame.score,
    )
