"""A fitted classifier: scores, classes and probabilities of embeddings."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepfake_attribution.core.video import REAL

Kind = Literal["nn", "lr", "svm"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Array = NDArray[np.float64]


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
        return score_of(scorer, np.asarray(embeddings, dtype=np.float64))

    def probabilities(self, embeddings: ArrayLike) -> Array | None:
        """Return P(class), (N, C), or None for the SVM, which has none."""
        if self.scorer is not None:
            return None
        return np.asarray(self.model.predict_proba(np.asarray(embeddings, dtype=np.float64)))

    def predict(self, embeddings: ArrayLike) -> NDArray[np.str_]:
        """Return the name of the class of every row, (N,)."""
        return np.asarray(self.model.predict(np.asarray(embeddings, dtype=np.float64)), dtype=str)


def score_of(scorer: Any, embeddings: Array) -> Array:
    """Return the score of every row, (N,), by a pipeline: see `Fitted.scorer`."""
    if scorer.classes_.dtype == bool:  # real against the rest: True, the second, is real
        return np.asarray(scorer.decision_function(embeddings), dtype=np.float64)
    real = list(scorer.classes_).index(REAL)
    return np.asarray(scorer.predict_proba(embeddings)[:, real], dtype=np.float64)
