"""Enrols an attack in a bundle in memory: classifier, limits, and figures before and after."""

from dataclasses import replace

import pandas as pd

from deepfake_attribution.analyse.bundle.joined import Enrolled
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.opening import with_enrolled
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.video import REAL
from deepfake_attribution.enrol import figures
from deepfake_attribution.enrol.assessment import Assessed, Assessor, Limits
from deepfake_attribution.enrol.curve import curve
from deepfake_attribution.enrol.judges import ClassifierJudge
from deepfake_attribution.enrol.reading import Clips
from deepfake_attribution.enrol.samples import Samples, of_bundle
from deepfake_attribution.evaluate.scoring import SCORE

NO_GALLERY = "this bundle has no gallery: export it again"
TESTED = (
    "The error rates on test databases, with AUC and Cllr, are those of the version before any "
    "attack was enrolled: a bundle has no test videos to measure them again."
)
UNLIKE = (
    "The share of known videos that are nearer compares with distances of known test videos to the "
    "crops known at the export."
)
DEGRADED = (
    "The threshold was set on degraded copies of the validation crops; now it is set on the crops "
    "themselves, because a bundle has no copies."
)
IN_SAMPLE = (
    "The threshold was set on in-sample scores; now it is set on out-of-fold scores, which are the "
    "honest ones."
)
SAMPLED = (
    "The classifier was fitted on all validation crops; now it is fitted on those that the bundle "
    "has, a part of them."
)
CAMERA = (
    "Not measured: reals of the camera and the compression of these clips. If the bundle knows no "
    "such reals, it may have learnt the camera instead of the attack, and call such reals fake or "
    "not known: give some with --reals."
)
NETWORK = (
    "{approach} scores as before, and its threshold and likelihood ratios stay, because a network "
    "learns no class without training. Where most of the nearest known crops are of an enrolled "
    "attack, a fake gets its name, and a video that scores as real is not known."
)


def check_gallery(bundle: Bundle) -> None:
    """Raise if a bundle lacks what enrolling needs."""
    if bundle.gallery is None:
        raise UserError(NO_GALLERY)


def enrol(bundle: Bundle, name: str, clips: Clips) -> Bundle:
    """Return the next version of a bundle, which knows one more attack.

    Args:
        bundle: with a gallery.
        name: of the attack.
        clips: of it.

    Raises:
        UserError: the known videos are of too few sources to test a refit.
    """
    known = of_bundle(bundle)
    asked = Samples.of(clips.rows, clips.rows)
    new, joined = asked.take(~asked.real), asked.take(asked.real)
    assessor = Assessor(bundle)
    older = assessor.out_of_fold(known)
    newer = assessor.out_of_fold(known.plus(asked))
    names_old = bundle.description.output != ONE_LOGIT
    was = assessor.asked(known, asked, _stored(bundle.record, older))
    entry = Enrolled(
        name=name,
        clips=clips.files,
        crops=len(new),
        sources=len(set(new.sources.tolist())),
        reals=clips.reals,
        real_crops=len(joined),
        recognised=curve(assessor, known, new, joined),
        before=figures.before(older.videos, was, names_old),
        after=figures.after(newer.videos, older.videos, name, names_old),
        notes=[*_notes(bundle.record), *([] if clips.reals else [CAMERA])],
    )
    record = bundle.record.model_copy(update=_changes(bundle.record, newer, entry))
    classifier = bundle.classifier
    if isinstance(assessor.judge, ClassifierJudge):
        classifier = assessor.judge.refit(known.plus(asked))
        auc = metrics.auc(newer.videos[SCORE], newer.videos["attack"] == REAL)
        classifier.record["auc_out_of_fold"] = auc  # of videos; in-sample is not measured
    return with_enrolled(replace(bundle, record=record, classifier=classifier), clips.rows)


def enrolled_rows(bundle: Bundle) -> pd.DataFrame:
    """Return the crops of all enrolled attacks of a bundle: rows of `gallery.ENROLLED_SCHEMA`."""
    assert bundle.gallery is not None
    known = bundle.known[bundle.known["split"] == "val"].reset_index(drop=True)
    both = known.assign(source=bundle.gallery["source"], shares=bundle.gallery["shares"])
    return both.iloc[bundle.record.known["crops"] :].reset_index(drop=True)


def _stored(record: Record, older: Assessed) -> Limits:
    return replace(
        older.limits,
        threshold=record.threshold,
        likelihood=record.likelihood,
        far=record.far,
    )


def _changes(record: Record, newer: Assessed, entry: Enrolled) -> dict[str, object]:
    """Return the fields of the record that the new version has otherwise."""
    limits = newer.limits
    changes: dict[str, object] = {"enrolled": [*record.enrolled, entry], "far": limits.far}
    if record.classifier is None:
        return changes
    return changes | {
        "threshold": limits.threshold,
        "validation_hter": limits.hter,
        "likelihood": limits.likelihood,
        "no_likelihood": limits.no_likelihood,
    }


def _notes(record: Record) -> list[str]:
    """Return which figures no longer hold, and what changed in how limits are set."""
    if record.classifier is None:
        return [NETWORK.format(approach=record.approach), UNLIKE]
    first = not record.enrolled
    notes = [TESTED, UNLIKE]
    notes += [DEGRADED] if record.threshold.scores.startswith("degraded_") else []
    notes += [IN_SAMPLE] if record.threshold.scores == "in_sample" else []
    notes += [SAMPLED] if first and "of_crops" in record.known else []
    return notes
