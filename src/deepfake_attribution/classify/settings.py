"""Settings of the classifiers that are fitted on embeddings, under ``classifiers``."""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from deepfake_attribution.core.params import Section, Strict


def _whole(value: object) -> object:
    """Accept one whole number from 1 on, or a list of different ones."""
    # Checked before the union: pydantic would name the union's branch, not the setting.
    for number in _entries(value):
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise ValueError("expected a whole number from 1 on, or a list of them to search")
    return value


def _positive(value: object) -> object:
    """Accept one finite number above 0, or a list of different ones."""
    for number in _entries(value):
        if (
            not isinstance(number, int | float)
            or isinstance(number, bool)
            or not 0 < number < math.inf
        ):
            raise ValueError("expected a number above 0, or a list of them to search")
    return value


def _entries(value: object) -> list[object]:
    if not isinstance(value, list):
        return [value]
    if not value:
        raise ValueError("the list to search is empty")
    if any(value.index(entry) != position for position, entry in enumerate(value)):
        raise ValueError("the list to search names a value twice")
    return value


Whole = Annotated[int | list[int], BeforeValidator(_whole)]
Positive = Annotated[float | list[float], BeforeValidator(_positive)]


class NearestNeighbours(Strict):
    """k nearest neighbours: one ``k``, or a list to search."""

    k: Whole


class LogisticRegression(Strict):
    """Multinomial logistic regression: inverse penalty ``C`` (or a list), iterations at most."""

    C: Positive
    max_iter: int = Field(ge=1)


class SupportVectors(Strict):
    """RBF support vector machine: inverse penalty ``C`` (or a list), rows fitted on at most."""

    C: Positive
    max_rows: int = Field(ge=100)


class Classifiers(Section):
    """The three classifiers and how a list of values is searched.

    Attributes:
        tune_on: ``val`` searches by cross-validation grouped by source; ``test`` picks the value
            that does best on the super-set's test split, as the paper did.
        heads: names of the heads whose embeddings they are fitted on.
        folds: parts of the cross-validation, which the out-of-fold scores come from as well.
    """

    section: ClassVar[str] = "classifiers"

    tune_on: Literal["val", "test"]
    heads: Annotated[list[str], Field(min_length=1)]
    folds: int = Field(ge=2)
    nn: NearestNeighbours
    lr: LogisticRegression
    svm: SupportVectors
