"""The approaches of a project: what they are made of, and how they did on validation videos."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np

from deepfake_attribution.analyse.bundle.record import Limit
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import metrics, paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.evaluation import CLASSIFIERS, NAMES
from deepfake_attribution.evaluate.protocol import SET_ON
from deepfake_attribution.evaluate.scoring import APPROACH, SCORE
from deepfake_attribution.model.description import SETTINGS, WEIGHTS
from deepfake_attribution.model.probabilities import CLASSIFYING

Kind = Literal["nn", "lr", "svm"]


@dataclass(frozen=True)
class Approach:
    """A head, and the classifier on its embeddings.

    Attributes:
        name: as in the tables.
        head: name of the head.
        classifier: None where the head itself decides.
    """

    name: str
    head: str
    classifier: Kind | None

    def needs(self, seed: int) -> list[Path]:
        """Return the files without which it is not there."""
        model = paths.model(self.head, seed)
        files = [model / WEIGHTS, model / SETTINGS, paths.scores(self.head)]
        files.append(paths.results(self.head) / "figures.parquet")
        if self.classifier:
            folder = paths.classifier(self.head, self.classifier, seed)
            files += [folder / classifier_files.MODEL, folder / classifier_files.RECORD]
        return files


def _every() -> list[Approach]:
    found = []
    for head, name in NAMES.items():
        if head in CLASSIFYING:
            found.append(Approach(name, head, None))
            continue
        kinds = (cast(Kind, kind) for kind in CLASSIFIERS)
        found += [Approach(f"{name}-{kind.upper()}", head, kind) for kind in kinds]
    return found


EVERY = _every()  # in the order of the tables


@dataclass(frozen=True)
class Validated:
    """How an approach did on the validation videos that its threshold was set on.

    Attributes:
        approach: which.
        limit: its stored threshold.
        hter: at the threshold, in percent; None without reals.
    """

    approach: Approach
    limit: Limit
    hter: float | None


def validated(seed: int, training: Sequence[str]) -> list[Validated]:
    """Return all approaches that are trained and evaluated, in the order of the tables.

    Args:
        seed: of the training.
        training: datasets whose validation videos the thresholds were set on.

    Raises:
        UserError: a table is broken.
    """
    there = [one for one in EVERY if all(file.exists() for file in one.needs(seed))]
    found = [_validated(one, seed, training) for one in there]
    return [one for one in found if one is not None]


def best(found: Sequence[Validated]) -> Validated:
    """Return the approach of the lowest validation HTER, the first of equal ones."""
    return min(found, key=lambda one: np.inf if one.hter is None else one.hter)


def _validated(approach: Approach, seed: int, training: Sequence[str]) -> Validated | None:
    """Return None where this seed has not been evaluated."""
    figures = tables.read(
        paths.results(approach.head) / "figures.parquet",
        [APPROACH, "seed", "level", "threshold", "threshold_scores"],
        [(APPROACH, "==", approach.name), ("seed", "==", seed), ("level", "==", "video")],
    )
    if figures.empty:
        return None
    # one threshold per approach and seed, whatever the database
    value, label = float(figures["threshold"].iloc[0]), str(figures["threshold_scores"].iloc[0])
    column = SET_ON[label.startswith("degraded_"), label.endswith("out_of_fold")]
    path = paths.scores(approach.head)
    rows = tables.read(path, filters=[(APPROACH, "==", approach.name), ("split", "==", "val")])
    if column not in rows:
        raise UserError(
            f"{path}: has no {column}, which the threshold was set on: "
            f"`dvc repro evaluate@{approach.head}` makes it anew"
        )
    rows = rows[(rows["seed"] == seed) & rows["dataset"].isin(training)]
    rows = rows[np.isfinite(rows[SCORE]) & np.isfinite(rows[column])]
    passes, real = rows[column] > value, rows["attack"] == REAL
    n_real, n_fake, k_pass = int(real.sum()), int((~real).sum()), int((passes & ~real).sum())
    k_fnr = int((~passes & real).sum())
    # without the areas, whose library takes seconds to load
    got = metrics.Figures(None, None, None, value, n_real, n_fake, k_fnr, k_pass)
    limit = Limit(value=value, scores=label, n_fake=n_fake, k_pass=k_pass)
    return Validated(approach, limit, got.hter)
