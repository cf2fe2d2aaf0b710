"""From crops to results: scores and verdicts on the people of one video."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.analyse.bundle.loaded import Bundle, Namer
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.analyse.claims import why_not_real
from deepfake_attribution.analyse.results import (
    NOT_KNOWN,
    OK,
    TOO_FEW_FACES,
    Evidence,
    PersonResult,
    Verdict,
)
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core import images
from deepfake_attribution.core.outputs import ONE_LOGIT, SELF_SCORING
from deepfake_attribution.core.stored_pictures import scaled
from deepfake_attribution.evaluate.scoring import (
    KEY,
    NO_SCORE,
    PERSON,
    PREDICTED,
    PROBABILITY,
    SCORE,
    video_scores,
)
from deepfake_attribution.likelihood import abstention, verbal
from deepfake_attribution.model.probabilities import probabilities

BATCH = 64  # crops at a time, as in the pipeline's settings
DRAWS = 2000  # of the bootstrap over frames
CONFIDENCE = 95.0  # percent of the draws inside the interval
EMBEDDING = "embedding"


@dataclass(frozen=True)
class Named:
    """What the classes of one person are, and which attack it would be if it is a fake.

    Attributes:
        probabilities, predicted: as in `results.PersonResult`.
        attack: the most probable attack; None if none is named.
        reason: why none is named; else empty.
    """

    probabilities: Mapping[str, float] = field(default_factory=dict)
    predicted: str | None = None
    attack: str | None = None
    reason: str = ""


def frame_scores(
    crops: Sequence[bytes], people: Sequence[int], bundle: Bundle | Namer
) -> pd.DataFrame:
    """Return a row per crop: ``person``, ``score``, ``predicted``, ``p_<class>``, ``embedding``.

    Args:
        crops: JPEG or PNG; at least one.
        people: number of the person of each crop.
        bundle: the approach, or the one that names attacks.
    """
    output = bundle.description.output
    outputs = [bundle.network.run(batch) for batch in _batches(crops, bundle)]
    features, last = (np.concatenate(parts) for parts in zip(*outputs, strict=True))
    table = pd.DataFrame({PERSON: np.asarray(people, np.int32)})
    if output in SELF_SCORING:
        shares = probabilities(output, last).astype(np.float64)  # (N, C), real first
        table[SCORE], table[PREDICTED] = shares[:, 0], None
        if output != ONE_LOGIT:
            names = bundle.description.classes
            table[PREDICTED] = np.array(names, dtype=object)[shares.argmax(axis=1)]
            table = table.assign(**_columns(names, shares))
        return table.assign(embedding=list(features))
    assert bundle.classifier is not None
    return fitted_scores(last, people, bundle.classifier)


def fitted_scores(last: NDArray[np.float32], people: Sequence[int], fitted: Fitted) -> pd.DataFrame:
    """Return the rows of `frame_scores` by a classifier on embeddings, (N, D)."""
    table = pd.DataFrame({PERSON: np.asarray(people, np.int32)})
    table[SCORE], table[PREDICTED] = fitted.score(last), fitted.predict(last).astype(object)
    named = fitted.probabilities(last)
    if named is not None:
        table = table.assign(**_columns(fitted.classes, named))
    return table.assign(embedding=list(last))


def judge(
    frames: pd.DataFrame,
    bundle: Bundle,
    around: Surroundings,
    least: int,
    named: Mapping[int, Named] | None = None,
    lost: Mapping[int, Sequence[str]] | None = None,
) -> list[PersonResult]:
    """Return the result of each person, ordered by number.

    Args:
        frames: from `frame_scores`.
        bundle: the approach.
        around: the known crops.
        least: with fewer faces there is no verdict.
        named: the classes of each person, by an approach that names attacks; None: by this one.
        lost: number of a person -> why each frame without a crop has none; None: not known.
    """
    classes = names(frames, bundle.record) if named is None else named
    return [
        _result(row, own, bundle, around, _few(row, own, least, lost or {}), classes[int(row[KEY])])
        for row, own in _people(frames)
    ]


def _few(
    row: dict[Any, Any], frames: pd.DataFrame, least: int, lost: Mapping[int, Sequence[str]]
) -> str:
    """Return why a person has too few faces for a verdict; empty if there are enough."""
    if len(frames) >= least:
        return ""
    reason = f"a face in {counted(len(frames), 'frame')}, a verdict needs {least}"
    others = Counter(lost.get(int(row[KEY]), ()))
    return "; ".join([reason, *(f"{why} ({counted(n, 'frame')})" for why, n in others.items())])


def names(frames: pd.DataFrame, record: Record) -> dict[int, Named]:
    """Return what the classes of each person are, by number.

    Args:
        frames: from `frame_scores`, by the approach of ``record``.
        record: of the approach that names attacks.
    """
    found = {}
    for row, own in _people(frames):
        predicted = row[PREDICTED] if isinstance(row[PREDICTED], str) else None
        shares = _shares(row, record.every_class)
        attack = _attack(own, shares, record.every_attack)
        reason = "" if attack else f"{record.approach} names none"
        found[int(row[KEY])] = Named(shares, predicted, attack, reason)
    return found


def _people(frames: pd.DataFrame) -> list[tuple[dict[Any, Any], pd.DataFrame]]:
    """Return the scores of each person over the frames, and the rows of these frames."""
    alone = frames.drop(columns=[PERSON, EMBEDDING]).assign(**{KEY: frames[PERSON].map(str)})
    rows = video_scores(alone).to_dict("records")
    return [(row, frames[frames[PERSON] == int(row[KEY])]) for row in rows]


def _result(
    row: dict[Any, Any],
    frames: pd.DataFrame,
    bundle: Bundle,
    around: Surroundings,
    few: str,
    named: Named,
) -> PersonResult:
    person, faces = int(row[KEY]), len(frames)
    if row["status"] != OK:
        reason = str(row["reason"])
        return PersonResult(person, NO_SCORE, reason, faces=faces, no_evidence=reason)
    score = float(row[SCORE])
    real = score > bundle.record.threshold.value
    where = around.of(np.stack(frames[EMBEDDING].to_list()))
    reason = few
    evidence, no_evidence = (None, few) if few else _evidence(score, bundle)
    attack = where.claimed or _enrolled(row, frames, bundle.record) or named.attack
    verdict: Verdict | None = None
    if not few:
        limit = bundle.record.far
        far = limit is not None and where.distance is not None and where.distance > limit
        reason = abstention.why_not(evidence.log10_lr if evidence else None, real, far)
        if real and where.claimed and not reason:
            reason = why_not_real(where.claimed)
        verdict = NOT_KNOWN if reason else "real" if real else "fake"
    return PersonResult(
        person=person,
        status=TOO_FEW_FACES if few else OK,
        reason=reason,
        verdict=verdict,
        score=score,
        p_real=score if bundle.record.score_kind == "probability" else None,
        interval=_interval(frames[SCORE].to_numpy(np.float64)),
        attack=attack if verdict == "fake" else None,
        no_attack=named.reason if verdict == "fake" and attack is None else "",
        predicted=named.predicted,
        probabilities=named.probabilities,
        distance=where.distance,
        unit=around.unit,
        unlike=where.unlike,
        neighbours=where.neighbours,
        place=where.place,
        faces=faces,
        evidence=evidence,
        no_evidence=no_evidence,
    )


def _enrolled(row: dict[Any, Any], frames: pd.DataFrame, record: Record) -> str | None:
    """Return the most probable attack if it is an enrolled one: no further approach knows it."""
    names = {one.name for one in record.enrolled}
    shares = _shares(row, record.every_class)
    found = _attack(frames, shares, record.every_attack) if names else None
    return found if found in names else None


def _evidence(score: float, bundle: Bundle) -> tuple[Evidence | None, str]:
    """Return the likelihood ratio of a score, or why there is none."""
    calibration = bundle.record.likelihood
    if calibration is None:
        return None, bundle.record.without_likelihood
    ratio = float(calibration.log10_lr([score])[0])
    return (
        Evidence(
            log10_lr=ratio,
            lower=calibration.lower,
            upper=calibration.upper,
            at_bound=calibration.at_bound(ratio),
            words=verbal.words(ratio),
        ),
        "",
    )


def _batches(crops: Sequence[bytes], bundle: Bundle | Namer) -> list[NDArray[np.uint8]]:
    """Return crops in batches for the network, (B, 3, S, S)."""
    size = int(bundle.description.backbone["input_size"])
    found = []
    for start in range(0, len(crops), BATCH):
        some = crops[start : start + BATCH]
        batch = np.empty((len(some), 3, size, size), np.uint8)
        for planes, content in zip(batch, some, strict=True):
            cv2.split(scaled(images.decode(content), size), list(planes))
        found.append(batch)
    return found


def _columns(classes: Sequence[str], shares: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {f"{PROBABILITY}{name}": shares[:, column] for column, name in enumerate(classes)}


def _shares(row: dict[Any, Any], classes: Sequence[str]) -> dict[str, float]:
    """Return P(class), in the order of ``classes``; empty if there are none."""
    found = {name: row.get(f"{PROBABILITY}{name}") for name in classes}
    return {name: float(share) for name, share in found.items() if share is not None}


def _attack(frames: pd.DataFrame, shares: dict[str, float], attacks: Sequence[str]) -> str | None:
    """Return the most probable attack; without probabilities the most frequent of the crops."""
    chances = {name: shares[name] for name in attacks if name in shares}
    if chances:
        first = max(chances, key=lambda name: chances[name])
        return first if chances[first] > 0 else None
    votes = frames.loc[frames[PREDICTED].isin(attacks), PREDICTED]
    return None if votes.empty else str(votes.value_counts().sort_index().idxmax())


def _interval(scores: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the percentile bootstrap interval of the mean over frames; None for one frame."""
    known = scores[np.isfinite(scores)]
    if len(known) < 2:
        return None
    drawn = np.random.default_rng(0).choice(known, (DRAWS, len(known))).mean(axis=1)
    low, high = np.percentile(drawn, [50 - CONFIDENCE / 2, 50 + CONFIDENCE / 2])
    return float(low), float(high)
