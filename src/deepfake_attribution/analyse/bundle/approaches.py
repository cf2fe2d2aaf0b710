"""The approaches of a project: their files, and their results on validation videos."""

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
from deepfake_attribution.evaluate.evaluation import CLASSIFIERS
from deepfake_attribution.evaluate.scoring import APPROACH, SCORE
from deepfake_attribution.evaluate.threshold import SET_ON
from deepfake_attribution.heads.registry import about, chosen
from deepfake_attribution.model.description import SETTINGS, WEIGHTS

Kind = Literal["nn", "lr", "svm"]


@dataclass(frozen=True)
class Approach:
    """A head, and the classifier on its embeddings.

    Attributes:
        name: as in the tables.
        head: name of the head.
        classifier: None if the head itself decides.
    """

    name: str
    head: str
    classifier: Kind | None

    def needs(self, seed: int) -> list[Path]:
        """Return the files that must exist for it to be usable."""
        model = paths.model(self.head, seed)
        files = [model / WEIGHTS, model / SETTINGS, paths.scores(self.head)]
        files.append(paths.results(self.head) / "figures.parquet")
        if self.classifier:
            folder = paths.classifier(self.head, self.classifier, seed)
            files += [folder / classifier_files.MODEL, folder / classifier_files.RECORD]
        return files


def every() -> list[Approach]:
    """Return all approaches of params.yaml, in the order of the tables."""
    return [one for head in chosen() for one in of_head(head)]


def of_head(name: str) -> list[Approach]:
    """Return the approaches on a head: itself, or the classifiers on its embeddings."""
    head = about(name)
    if not head.fitted:
        return [Approach(head.title, name, None)]
    kinds = (cast(Kind, kind) for kind in CLASSIFIERS)
    return [Approach(f"{head.title}-{kind.upper()}", name, kind) for kind in kinds]


@dataclass(frozen=True)
class Validated:
    """The result of an approach on the validation videos that its threshold was set on.

    Attributes:
        approach: which approach.
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
    there = [one for one in every() if all(file.exists() for file in one.needs(seed))]
    found = [_validated(one, seed, training) for one in there]
    return [one for one in found if one is not None]


def best(found: Sequence[Validated]) -> Validated:
    """Return the approach with the lowest validation HTER, the first of equal ones."""
    return min(found, key=lambda one: np.inf if one.hter is None else one.hter)


def _validated(approach: Approach, seed: int, training: Sequence[str]) -> Validated | None:
    """Return the result of one approach; None if this seed has not been evaluated."""
    figures = tables.read(
        paths.results(approach.head) / "figures.parquet",
        [APPROACH, "seed", "level", "threshold", "threshold_scores"],
        [(APPROACH, "==", approach.name), ("seed", "==", seed), ("level", "==", "video")],
    )
    if figures.empty:
        return None
    # all databases have the same threshold of an approach and seed
    value, label = float(figures["threshold"].iloc[0]), str(figures["threshold_scores"].iloc[0])
    column = SET_ON[label.startswith("degraded_"), label.endswith("out_of_fold")]
    path = paths.scores(approach.head)
    rows = tables.read(path, filters=[(APPROACH, "==", approach.name), ("split", "==", "val")])
    if column not in rows:
        raise UserError(
            f"{path}: has no {column}, which the threshold was set on; "
            f"`dvc repro evaluate@{approach.head}` makes it"
        )
    rows = rows[(rows["seed"] == seed) & rows["dataset"].isin(training)]
    rows = rows[np.isfinite(rows[SCORE]) & np.isfinite(rows[column])]
    passes, real = rows[column] > value, rows["attack"] == REAL
    n_real, n_fake, k_pass = int(real.sum()), int((~real).sum()), int((passes & ~real).sum())
    k_fnr = int((~passes & real).sum())
    # without AUC and the like, because their library takes seconds to load
    got = metrics.Figures(None, None, None, value, n_real, n_fake, k_fnr, k_pass)
    limit = Limit(value=value, scores=label, n_fake=n_fake, k_pass=k_pass)
    return Validated(approach, limit, got.hter)
