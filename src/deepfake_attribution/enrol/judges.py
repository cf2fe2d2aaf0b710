"""What a bundle that knows some crops would say about other ones.

A classifier is fitted again with its own settings; a head that decides by itself keeps its scores,
and only enrolled attacks are named by the nearest known crops (`analyse.claims`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.claims import Claims
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.classify.subsampling import subsample
from deepfake_attribution.core.video import REAL
from deepfake_attribution.enrol.samples import Samples
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.scoring import KEY, PERSON, PREDICTED, PROBABILITY, SCORE

VOTE = "vote_"  # prefix of the share of a class among the nearest known crops


class Judge(Protocol):
    """Scores crops after learning from others."""

    def frames(self, known: Samples, asked: Samples) -> pd.DataFrame:
        """Return a row per crop of ``asked``: video, person, score, and what names the attack.

        Args:
            known: what is learnt from.
            asked: what is scored.
        """
        ...

    def names(self, frames: pd.DataFrame, attacks: Sequence[str]) -> pd.DataFrame:
        """Return ``named`` and ``claimed`` for each (video, person) of ``frames``.

        Args:
            frames: from `frames`.
            attacks: all that can be named.
        """
        ...


@dataclass(frozen=True)
class ClassifierJudge:
    """A classifier on embeddings, fitted again.

    Attributes:
        fitted: the bundle's own, whose settings are used.
    """

    fitted: Fitted

    def refit(self, known: Samples) -> Fitted:
        """Return the classifier fitted on other crops, with the same settings."""
        from sklearn.base import clone

        rows = self._rows(known)
        own = known.take(rows)
        model = clone(self.fitted.model).fit(own.vectors, own.labels)
        scorer = None
        if self.fitted.scorer is not None:
            scorer = clone(self.fitted.scorer).fit(own.vectors, own.real)
        measured = {"auc_in_sample", "auc_out_of_fold", "search", "tune_on"}
        kept = {key: value for key, value in self.fitted.record.items() if key not in measured}
        record = kept | {
            "classes": [str(name) for name in model.classes_],
            "crops": len(known),
            "crops_fitted": len(own),
            "groups": len(np.unique(known.sources)),
        }
        return Fitted(self.fitted.kind, model, scorer, record)

    def frames(self, known: Samples, asked: Samples) -> pd.DataFrame:
        """See `Judge`."""
        again = self.refit(known)
        table = _places(asked).assign(**{SCORE: again.score(asked.vectors)})
        table[PREDICTED] = again.predict(asked.vectors).astype(object)
        shares = again.probabilities(asked.vectors)
        if shares is None:
            return table
        columns = {f"{PROBABILITY}{name}": shares[:, at] for at, name in enumerate(again.classes)}
        return table.assign(**columns)

    def names(self, frames: pd.DataFrame, attacks: Sequence[str]) -> pd.DataFrame:
        """See `Judge`."""
        return _own_names(frames, attacks).assign(claimed=None)

    def _rows(self, known: Samples) -> np.ndarray:
        """Return the crops that are fitted on: an SVM had no more than a number of them."""
        record = self.fitted.record
        limit = int(record["crops_fitted"])
        if limit >= int(record["crops"]) or limit >= len(known):
            return np.arange(len(known))
        random = np.random.default_rng([int(record["seed"]), 0])
        return subsample(known.labels, known.sources, limit, random)


@dataclass(frozen=True)
class NetworkJudge:
    """A head that decides by itself.

    Attributes:
        classes: whose probabilities it gives, real first; empty for one that names no attack.
        trained: all classes trained on.
        neighbours: number of nearest crops that vote.
        angular: how crops are compared (`distances.Known`).
    """

    classes: Sequence[str]
    trained: Sequence[str]
    neighbours: int
    angular: bool

    def frames(self, known: Samples, asked: Samples) -> pd.DataFrame:
        """See `Judge`."""
        assert asked.shares is not None
        table = _places(asked).assign(**{SCORE: asked.shares[:, 0], PREDICTED: None})
        own = {f"{PROBABILITY}{name}": asked.shares[:, at] for at, name in enumerate(self.classes)}
        names = list(dict.fromkeys([*self.trained, *known.labels.tolist()]))
        ready = Known.of(known.vectors, self.angular)
        claims = Claims(ready, known.labels, names, (), self.neighbours)
        votes = claims.votes(asked.vectors)
        voted = {f"{VOTE}{name}": votes[:, at] for at, name in enumerate(names)}
        return table.assign(**own, **voted)

    def names(self, frames: pd.DataFrame, attacks: Sequence[str]) -> pd.DataFrame:
        """See `Judge`."""
        found = _own_names(frames, attacks)
        votes = frames.groupby([KEY, PERSON])[_columns(frames, VOTE)].mean()
        first = votes.idxmax(axis=1).str.removeprefix(VOTE)
        claimed = first.where(~first.isin(self.trained)).astype(object)
        found["claimed"] = claimed.where(claimed.notna(), None).reindex(found.index)
        found["named"] = found["claimed"].where(found["claimed"].notna(), found["named"])
        return found


def _places(asked: Samples) -> pd.DataFrame:
    return pd.DataFrame({KEY: asked.videos, PERSON: asked.people})


def _columns(frames: pd.DataFrame, prefix: str) -> list[str]:
    return [str(name) for name in frames if str(name).startswith(prefix)]


def _own_names(frames: pd.DataFrame, attacks: Sequence[str]) -> pd.DataFrame:
    """Return ``named`` of each (video, person), as `judging` names the attack of a fake."""
    keys = [KEY, PERSON]
    people = frames.groupby(keys).size().index
    wanted = [f"{PROBABILITY}{name}" for name in attacks if f"{PROBABILITY}{name}" in frames]
    if wanted:
        best = frames.groupby(keys)[wanted].mean().idxmax(axis=1)
        names = best.str.removeprefix(PROBABILITY).astype(object)
    else:
        votes = frames[frames[PREDICTED].isin([name for name in attacks if name != REAL])]
        counts = votes.groupby([*keys, PREDICTED]).size().rename("n").reset_index()
        counts = counts.sort_values(["n", PREDICTED], ascending=[False, True], kind="stable")
        first = counts.drop_duplicates(keys).set_index(keys)
        names = first[PREDICTED].astype(object).reindex(people)
    names = names.reindex(people)
    return pd.DataFrame({"named": names.where(names.notna(), None)}, index=people)
