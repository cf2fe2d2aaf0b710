"""Classifiers fitted on validation embeddings: nearest neighbours, logistic regression, SVM.

Each separates the classes (``real`` and every attack), and gives every crop a score that is higher
the more likely it is real. Embeddings are brought to unit length first, unless the head's loss uses
more than their direction (``triplet.normalised: false``). Logistic regression and the SVM then get
standardised dimensions, so that one ``C`` means the same for every head; nearest neighbours use the
distances that the losses trained.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.fitted import Array, Fitted, Kind
from deepfake_attribution.classify.folds import Folds, is_one_sided, sources, split
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.classify.trial import Trial
from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL

SETTING = {"nn": "k", "lr": "C", "svm": "C"}


@dataclass(frozen=True)
class Fit:
    """What `fit` returns.

    Attributes:
        classifier: fitted on all validation rows (the SVM on a subsample, see its record).
        in_sample: (N,) its scores of the rows given.
        out_of_fold: (N,) scores of the same rows, each by a classifier with the same setting that
            was fitted on other groups only.
        attacks: (N,) the most probable attack of the same rows, each by a classifier that was
            fitted on other groups only; empty where it has none.
        degraded_out_of_fold: (N,) scores of the rows' degraded copies by the same classifiers; None
            where there are none.
    """

    classifier: Fitted
    in_sample: Array
    out_of_fold: Array
    attacks: NDArray[np.str_]
    degraded_out_of_fold: Array | None


def fit(
    kind: Kind,
    settings: Classifiers,
    validation: Crops,
    classes: Sequence[str],
    seed: int,
    test: Crops | None = None,
    degraded: Crops | None = None,
    by_direction: bool = True,
) -> Fit:
    """Fit a classifier on validation crops, searching its setting where a list of values is given.

    A list is searched by the AUC of real against fake on frames: of the pooled out-of-fold scores
    (``tune_on: val``), or on ``test`` (``tune_on: test``). Of equal ones the first in the list is
    taken. After a search on ``val``, ``out_of_fold`` holds the scores that chose the setting.

    Args:
        kind: ``nn``, ``lr`` or ``svm``.
        settings: the section ``classifiers``.
        validation: what is fitted on.
        classes: every class that must be there, those the embedding was trained on.
        seed: of the SVM's subsample, the only random step.
        test: crops of the super-set's test split; needed for a search with ``tune_on: test`` only.
        degraded: degraded copies of ``validation``, row for row. They are scored, never fitted on.
        by_direction: bring embeddings to unit length first.

    Raises:
        UserError: a class has no validation crop, all real or all fake videos are from one source,
            or ``k`` is larger than the crops fitted on.
        ValueError: labels that are not among ``classes``, ``test`` is missing where needed, or
            ``degraded`` is not of the videos of ``validation``.
    """
    _check_classes(validation, classes)
    if degraded is not None and not np.array_equal(degraded.groups, validation.groups):
        raise ValueError("degraded copies are not those of the validation crops")
    folds = _folds(validation, settings.folds)
    entry = getattr(getattr(settings, kind), SETTING[kind])
    values: list[float] = entry if isinstance(entry, list) else [entry]
    search: list[dict[str, float]] = []
    if kind == "nn":
        _check_neighbours(values, min(len(rest) for rest, _ in folds))
    trial = Trial(kind, settings, seed, by_direction)
    if len(values) == 1:
        value = values[0]
    elif settings.tune_on == "test":
        if test is None:
            raise ValueError("tune_on: test needs the test crops")
        aucs = [metrics.auc(trial.held_out(each, validation, test), test.real) for each in values]
        value, search = _best(kind, values, aucs)
    else:
        tried = [trial.cross_score(each, validation, folds) for each in values]
        aucs = [metrics.auc(scores, validation.real) for scores in tried]
        value, search = _best(kind, values, aucs)
    held = trial.cross(value, validation, folds, degraded)
    rows = trial.rows(validation)
    scorer = trial.scorer(value, validation.take(rows))
    model = trial.model(value, validation.take(rows)) if kind == "svm" else scorer
    record: dict[str, Any] = {
        "kind": kind,
        "score_kind": "decision" if kind == "svm" else "probability",
        "setting": {SETTING[kind]: value},
        "classes": [str(name) for name in model.classes_],
        "crops": len(validation),
        "crops_fitted": len(rows),
        "seed": seed,
        "groups": len(np.unique(validation.groups)),
        "folds": len(folds),
        "folds_wanted": settings.folds,
        "classes_in_one_group": _classes_in_one_group(validation),
        "tune_on": settings.tune_on if search else None,
        "search": search,
    }
    if kind == "lr":
        iterations = int(model[-1].n_iter_.max())
        record |= {"iterations": iterations, "converged": iterations < settings.lr.max_iter}
    fitted = Fitted(kind, model, scorer if kind == "svm" else None, record)
    in_sample = fitted.score(validation.embeddings)
    record["auc_in_sample"] = metrics.auc(in_sample, validation.real)
    record["auc_out_of_fold"] = metrics.auc(held.scores, validation.real)
    return Fit(fitted, in_sample, held.scores, held.attacks, held.of_copies)


def _best(
    kind: Kind, values: list[float], aucs: list[float]
) -> tuple[float, list[dict[str, float]]]:
    """Return the value with the largest AUC, the first of equals, and the table of the search."""
    table = [{SETTING[kind]: value, "auc": area} for value, area in zip(values, aucs, strict=True)]
    return values[int(np.argmax(aucs))], table


def _check_classes(crops: Crops, classes: Sequence[str]) -> None:
    there = set(crops.labels.tolist())
    if there - set(classes):
        raise ValueError(f"labels that are no class: {sorted(there - set(classes))}")
    for name in sorted({REAL, *classes}):
        if name not in there:
            raise UserError(
                f"class {name!r} has no validation crop, so no classifier can be fitted; "
                "give it validation videos or check why they have no face"
            )
    if there == {REAL}:
        raise UserError("validation holds real crops only: a classifier needs an attack, too")


def _check_neighbours(values: list[float], rows: int) -> None:
    for value in values:
        if value > rows:
            raise UserError(
                f"classifiers.nn.k: {value} is more than the {rows} validation crops that the "
                f"smallest fold leaves to fit on; use at most {rows}, or more validation videos"
            )


def _folds(crops: Crops, wanted: int) -> Folds:
    """Return the folds; raise where the sources are too few for any."""
    for side, count in sources(crops).items():
        if count < 2:
            raise UserError(
                f"all {side} validation videos with a face are from one source: cross-validation "
                "needs two; give it more validation videos"
            )
    found = split(crops, wanted)
    if is_one_sided(crops, found):
        raise UserError(
            "the validation videos are from too few sources: without one of the folds only "
            "reals or only fakes are left; lower classifiers.folds, or give it more validation "
            "videos"
        )
    return found


def _classes_in_one_group(crops: Crops) -> list[str]:
    counts = pd.Series(crops.groups).groupby(crops.labels).nunique()
    return [str(name) for name in counts.index[counts == 1]]
