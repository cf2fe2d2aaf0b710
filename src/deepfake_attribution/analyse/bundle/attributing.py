"""Which approach names the attacks of a project best: chosen on validation videos only.

What counts is how many validation fakes get the right name, if each must get the name of an attack,
as `judging` gives it to what is called fake: the mean over the attacks, so that an attack with many
videos counts no more than others. Names of a fitted classifier are out of fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle.approaches import Approach, every
from deepfake_attribution.classify.fitting import ATTACK_OUT_OF_FOLD, VALIDATION_SCORES
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import APPROACH, PROBABILITY, SCORE
from deepfake_attribution.heads.registry import about
from deepfake_attribution.train.self_blending import SELF_BLENDED


@dataclass(frozen=True)
class Attributed:
    """How well an approach names the attacks of validation fakes.

    Attributes:
        approach: which approach.
        right: share of the fakes with the right name, in percent: the mean over the attacks.
        n_fake: validation fakes.
    """

    approach: Approach
    right: float
    n_fake: int


def names_attacks(head: str) -> bool:
    """Return whether approaches on a head name attacks."""
    return about(head).output != ONE_LOGIT


def attributed(seed: int, training: Sequence[str]) -> list[Attributed]:
    """Return all approaches that name attacks and are trained and evaluated, in their order.

    An approach whose classifier was fitted by an older version is left out: it has no names out of
    fold.

    Args:
        seed: of the training.
        training: datasets whose validation videos count.

    Raises:
        UserError: a table is broken.
    """
    there = [one for one in every() if names_attacks(one.head)]
    there = [one for one in there if all(file.exists() for file in one.needs(seed))]
    found = [_attributed(one, seed, training) for one in there]
    return [one for one in found if one is not None]


def best(found: Sequence[Attributed]) -> Attributed | None:
    """Return the approach that names most fakes right, the first of equal ones; None of none."""
    return max(found, key=lambda one: one.right, default=None)


def _attributed(approach: Approach, seed: int, training: Sequence[str]) -> Attributed | None:
    path = paths.scores(approach.head)
    wanted = [(APPROACH, "==", approach.name), ("seed", "==", seed), ("split", "==", "val")]
    rows = tables.read(path, filters=wanted)
    rows = rows[rows["dataset"].isin(training) & (rows["attack"] != REAL)]
    fakes = rows[np.isfinite(rows[SCORE])]
    named = _named(fakes) if approach.classifier is None else _out_of_fold(approach, seed, fakes)
    if named is None or fakes.empty:
        return None
    right = (named == fakes["attack"].to_numpy()).groupby(fakes["attack"].to_numpy()).mean()
    return Attributed(approach, 100 * float(right.mean()), len(fakes))


def _named(fakes: pd.DataFrame) -> pd.Series:
    """Return the most probable attack of videos that the network was not trained on."""
    none = {f"{PROBABILITY}{REAL}", f"{PROBABILITY}{SELF_BLENDED}"}
    columns = [name for name in fakes if name.startswith(PROBABILITY) and name not in none]
    if fakes.empty:
        return pd.Series(dtype=object)
    names = fakes[columns].idxmax(axis=1).str.removeprefix(PROBABILITY)
    return names.reset_index(drop=True)


def _out_of_fold(approach: Approach, seed: int, fakes: pd.DataFrame) -> pd.Series | None:
    """Return the attack that most crops of each video were given by classifiers of other folds."""
    assert approach.classifier is not None
    path = paths.classifier(approach.head, approach.classifier, seed) / VALIDATION_SCORES
    if not path.exists():
        return None
    crops = tables.read(path)
    if ATTACK_OUT_OF_FOLD not in crops:
        return None
    votes = crops[crops[ATTACK_OUT_OF_FOLD] != ""]
    counts = votes.groupby(["video", ATTACK_OUT_OF_FOLD]).size().reset_index(name="n")
    # of equal ones the first by name, as in `judging`
    counts = counts.sort_values(["n", ATTACK_OUT_OF_FOLD], ascending=[False, True])
    names = counts.drop_duplicates("video").set_index("video")[ATTACK_OUT_OF_FOLD]
    return fakes["video"].map(names).reset_index(drop=True)
