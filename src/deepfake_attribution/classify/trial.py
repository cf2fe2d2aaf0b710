"""One kind of classifier with its settings, fitted on all crops or on folds of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.fitted import Array, Kind, score_of
from deepfake_attribution.classify.folds import Folds
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.classify.subsampling import subsample
from deepfake_attribution.core.video import REAL


@dataclass(frozen=True)
class Held:
    """What is said of N crops by classifiers that were fitted on other groups only.

    Attributes:
        scores: (N,).
        attacks: (N,) the most probable attack; empty where it has none.
        of_copies: (N,) scores of their degraded copies; None where there are none.
    """

    scores: Array
    attacks: NDArray[np.str_]
    of_copies: Array | None


@dataclass(frozen=True)
class Trial:
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
        return score_of(scorer, others.embeddings)

    def cross_score(self, value: float, crops: Crops, folds: Folds) -> Array:
        """Return a score of every crop from a classifier that did not see its group."""
        scores = np.full(len(crops), np.nan)
        for fold, (rest, held_out) in enumerate(folds):
            scores[held_out] = self.held_out(value, crops.take(rest), crops.take(held_out), fold)
        return scores

    def cross(self, value: float, crops: Crops, folds: Folds, copies: Crops | None) -> Held:
        """Return what classifiers say of every crop whose group they did not see.

        Args:
            value: of the setting.
            crops: what is fitted on.
            folds: of them.
            copies: degraded copies of the crops, row for row; they are scored, too.
        """
        scores, attacks = np.full(len(crops), np.nan), np.full(len(crops), "", dtype=object)
        of_copies = None if copies is None else np.full(len(crops), np.nan)
        for fold, (rest, held_out) in enumerate(folds):
            known = crops.take(rest)
            known = known.take(self.rows(known, fold))
            scorer = self.scorer(value, known)
            model = self.model(value, known) if self.kind == "svm" else scorer
            asked = crops.take(held_out).embeddings
            scores[held_out] = score_of(scorer, asked)
            attacks[held_out] = _attacks(model, asked)
            if of_copies is not None and copies is not None:
                of_copies[held_out] = score_of(scorer, copies.take(held_out).embeddings)
        return Held(scores, np.asarray(attacks, dtype=str), of_copies)

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
