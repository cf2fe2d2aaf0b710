"""Classifiers fitted on validation embeddings: nearest neighbours, logistic regression, SVM.

Each separates the classes (``real`` and every attack), and gives every crop a score that is higher
the more likely it is real. Embeddings are brought to unit length first, unless the head's loss uses
more than their direction (``triplet.normalised: false``). Logistic regression and the SVM then get
standardised dimensions, so that one ``C`` means the same for every head; nearest neighbours use the
distances that the losses trained.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL

Kind = Literal["nn", "lr", "svm"]
Array = NDArray[np.float64]

SETTING = {"nn": "k", "lr": "C", "svm": "C"}


@dataclass(frozen=True)
class Fitted:
    """A fitted classifier.

    Attributes:
        kind: ``nn``, ``lr`` or ``svm``.
        model: scikit-learn pipeline over all classes.
        scorer: pipeline of real against all attacks that the SVM's score comes from; None for
            the others. The decision values of a multi-class SVM count votes between pairs of
            classes and jump; one machine of real against the rest has a smooth one, and needs no
            calibration for a ranking.
        record: settings used, classes, folds, subsample, search: plain JSON values.
    """

    kind: Kind
    model: Any
    scorer: Any | None
    record: dict[str, Any]

    @property
    def classes(self) -> list[str]:
        """Names of the classes, in the order of the columns of `probabilities`."""
        return [str(name) for name in self.model.classes_]

    @property
    def score_kind(self) -> Literal["probability", "decision"]:
        """``probability``: the score is P(real), in [0, 1]; ``decision``: any number."""
        return "probability" if self.scorer is None else "decision"

    def score(self, embeddings: ArrayLike) -> Array:
        """Return the score of every row of ``embeddings`` (N, D), (N,): higher is more real."""
        scorer = self.model if self.scorer is None else self.scorer
        return _score(scorer, np.asarray(embeddings, dtype=np.float64))

    def probabilities(self, embeddings: ArrayLike) -> Array | None:
        """Return P(class), (N, C), or None for the SVM, which has none."""
        if self.scorer is not None:
            return None
        return np.asarray(self.model.predict_proba(np.asarray(embeddings, dtype=np.float64)))

    def predict(self, embeddings: ArrayLike) -> NDArray[np.str_]:
        """Return the name of the class of every row, (N,)."""
        return np.asarray(self.model.predict(np.asarray(embeddings, dtype=np.float64)), dtype=str)


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


@dataclass(frozen=True)
class Crops:
    """Embeddings of crops with what they show.

    Attributes:
        embeddings: (N, D) finite floats.
        labels: (N,) class names; ``real`` is one.
        groups: (N,) keys that folds keep together: the source videos (`core.sources`).
    """

    embeddings: Array
    labels: NDArray[np.str_]
    groups: NDArray[np.str_]

    @classmethod
    def of(cls, embeddings: ArrayLike, labels: ArrayLike, groups: ArrayLike) -> "Crops":
        """Return checked crops.

        Raises:
            ValueError: the lengths differ, or an embedding is not finite.
        """
        crops = cls(
            np.asarray(embeddings, dtype=np.float64),
            np.asarray(labels, dtype=str),
            np.asarray(groups, dtype=str),
        )
        if crops.embeddings.ndim != 2 or not (
            len(crops.embeddings) == len(crops.labels) == len(crops.groups)
        ):
            raise ValueError("expected (N, D) embeddings with N labels and N groups")
        if not np.isfinite(crops.embeddings).all():
            raise ValueError("an embedding is not finite")
        return crops

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def real(self) -> NDArray[np.bool_]:
        """(N,) True where the crop is real."""
        return np.asarray(self.labels == REAL)

    def take(self, rows: NDArray[np.intp]) -> "Crops":
        """Return the crops at positions ``rows``."""
        return Crops(self.embeddings[rows], self.labels[rows], self.groups[rows])


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
    trial = _Trial(kind, settings, seed, by_direction)
    if len(values) == 1:
        value = values[0]
        out_of_fold = trial.cross_score(value, validation, folds)
    elif settings.tune_on == "test":
        if test is None:
            raise ValueError("tune_on: test needs the test crops")
        aucs = [metrics.auc(trial.held_out(each, validation, test), test.real) for each in values]
        value, search = _best(kind, values, aucs)
        out_of_fold = trial.cross_score(value, validation, folds)
    else:
        tried = [trial.cross_score(each, validation, folds) for each in values]
        aucs = [metrics.auc(scores, validation.real) for scores in tried]
        value, search = _best(kind, values, aucs)
        out_of_fold = tried[values.index(value)]
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
    record["auc_out_of_fold"] = metrics.auc(out_of_fold, validation.real)
    of_copies = None
    if degraded is not None:
        of_copies = trial.cross_score(value, validation, folds, degraded)
    attacks = trial.cross_attacks(value, validation, folds)
    return Fit(fitted, in_sample, out_of_fold, attacks, of_copies)


@dataclass(frozen=True)
class _Trial:
    """Fits one kind of classifier with one value of its setting."""

    kind: Kind
    settings: Classifiers
    seed: int
    by_direction: bool

    def model(self, value: float, crops: Crops) -> Any:
        """Return the multi-class pipeline."""
        return self._pipeline(value).fit(crops.embeddings, crops.labels)

    def scorer(self, value: float, crops: Crops) -> Any:
        """Return the pipeline that the score comes from."""
        if self.kind == "svm":
            return self._pipeline(value).fit(crops.embeddings, crops.real)
        return self.model(value, crops)

    def rows(self, crops: Crops, fold: int = -1) -> NDArray[np.intp]:
        """Return the positions fitted on: all, or a subsample where an SVM would get too many."""
        if self.kind != "svm" or len(crops) <= self.settings.svm.max_rows:
            return np.arange(len(crops))
        generator = np.random.default_rng([self.seed, fold + 1])
        return subsample(crops.labels, crops.groups, self.settings.svm.max_rows, generator)

    def held_out(self, value: float, crops: Crops, others: Crops, fold: int = -1) -> Array:
        """Return the scores of ``others`` by a classifier fitted on ``crops``."""
        scorer = self.scorer(value, crops.take(self.rows(crops, fold)))
        return _score(scorer, others.embeddings)

    def cross_score(
        self, value: float, crops: Crops, folds: "_Folds", copies: Crops | None = None
    ) -> Array:
        """Return a score of every crop from a classifier that did not see its group.

        With ``copies``, one for each crop, these are scored: by the same classifiers, fitted on
        ``crops``.
        """
        scored = crops if copies is None else copies
        scores = np.full(len(crops), np.nan)
        for fold, (rest, held_out) in enumerate(folds):
            scores[held_out] = self.held_out(value, crops.take(rest), scored.take(held_out), fold)
        return scores

    def cross_attacks(self, value: float, crops: Crops, folds: "_Folds") -> NDArray[np.str_]:
        """Return the attack of every crop from a classifier that did not see its group."""
        names = np.full(len(crops), "", dtype=object)
        for fold, (rest, held_out) in enumerate(folds):
            others = crops.take(rest)
            model = self.model(value, others.take(self.rows(others, fold)))
            names[held_out] = _attacks(model, crops.take(held_out).embeddings)
        return np.asarray(names, dtype=str)

    def _pipeline(self, value: float) -> Any:
        from sklearn.linear_model import LogisticRegression
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import Normalizer, StandardScaler
        from sklearn.svm import SVC

        first = [Normalizer()] if self.by_direction else []
        if self.kind == "nn":
            # Trees are no quicker in 64 dimensions.
            return make_pipeline(*first, KNeighborsClassifier(int(value), algorithm="brute"))
        if self.kind == "lr":
            last = LogisticRegression(C=value, max_iter=self.settings.lr.max_iter)
        else:
            last = SVC(C=value, kernel="rbf", gamma="scale")
        return make_pipeline(*first, StandardScaler(), last)


_Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def subsample(
    labels: NDArray[np.str_], groups: NDArray[np.str_], rows: int, generator: np.random.Generator
) -> NDArray[np.intp]:
    """Return ``rows`` positions, sorted: classes keep their shares, groups take turns.

    Each class gets its share of ``rows`` by largest remainder, at least 1. Inside a class every
    group gives one random row before any gives a second: frames of one video are much alike.

    Raises:
        ValueError: there are fewer ``rows`` than classes, or fewer positions than ``rows``.
    """
    classes, counts = np.unique(labels, return_counts=True)
    if not len(classes) <= rows <= len(labels):
        raise ValueError(f"cannot take {rows} of {len(labels)} rows in {len(classes)} classes")
    # One for each class first, the rest in proportion: rounded down, then by largest remainder.
    exact = (counts - 1) * (rows - len(classes)) / max(len(labels) - len(classes), 1)
    quotas = 1 + np.floor(exact).astype(np.int64)
    largest = np.argsort(-(exact % 1), kind="stable")
    quotas[largest[: rows - quotas.sum()]] += 1
    shuffled = generator.permutation(len(labels))
    table = pd.DataFrame({"row": shuffled, "label": labels[shuffled], "group": groups[shuffled]})
    table["turn"] = table.groupby(["label", "group"]).cumcount()
    table = table.sort_values("turn", kind="stable")
    place = table.groupby("label").cumcount()
    quota = table["label"].map(dict(zip(classes.tolist(), quotas.tolist(), strict=True)))
    return np.sort(table.loc[place < quota, "row"].to_numpy())


def _score(scorer: Any, embeddings: Array) -> Array:
    if scorer.classes_.dtype == bool:  # real against the rest: True, the second, is real
        return np.asarray(scorer.decision_function(embeddings), dtype=np.float64)
    real = list(scorer.classes_).index(REAL)
    return np.asarray(scorer.predict_proba(embeddings)[:, real], dtype=np.float64)


def _attacks(model: Any, embeddings: Array) -> NDArray[np.str_]:
    """Return the most probable attack of every row; empty if none has a chance.

    An SVM has no probabilities: it gives the class that it predicts, and nothing for real.
    """
    if not hasattr(model, "predict_proba"):
        found = np.asarray(model.predict(embeddings), dtype=str)
        return np.where(found == REAL, "", found)
    shares = np.where(model.classes_ == REAL, -1.0, model.predict_proba(embeddings))
    names = np.asarray(model.classes_, dtype=str)[shares.argmax(axis=1)]
    return np.where(shares.max(axis=1) > 0, names, "")


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


def _folds(crops: Crops, wanted: int) -> _Folds:
    """Return positions (rest, held out) of each fold; groups stay whole, classes are spread.

    There are fewer folds than wanted where reals or fakes come from fewer groups. The classifier
    that scores an attack of one group only was not fitted on it, which is the honest case.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    sides = {"real": crops.real, "fake": ~crops.real}
    groups = {name: len(np.unique(crops.groups[side])) for name, side in sides.items()}
    for name, count in groups.items():
        if count < 2:
            raise UserError(
                f"all {name} validation videos with a face are from one source: cross-validation "
                "needs two; give it more validation videos"
            )
    splitter = StratifiedGroupKFold(min(wanted, *groups.values()))
    with warnings.catch_warnings():
        # A class with fewer crops than folds is allowed here and is named in the record.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        folds = list(splitter.split(crops.embeddings, crops.labels, crops.groups))
    for rest, _ in folds:
        if crops.real[rest].all() or not crops.real[rest].any():
            raise UserError(
                "the validation videos are from too few sources: without one of the folds only "
                "reals or only fakes are left; lower classifiers.folds, or give it more validation "
                "videos"
            )
    return folds


def _classes_in_one_group(crops: Crops) -> list[str]:
    counts = pd.Series(crops.groups).groupby(crops.labels).nunique()
    return [str(name) for name in counts.index[counts == 1]]
