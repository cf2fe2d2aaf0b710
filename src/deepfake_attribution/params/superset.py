"""Which datasets are trained on."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from deepfake_attribution.params.datasets import DatasetName
from deepfake_attribution.params.load import Section


def _different(names: list[str]) -> list[str]:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"'{name}' is named twice: its crops would count twice")
    return names


class Superset(Section):
    """``superset``: the training datasets.

    Attributes:
        datasets: names of datasets whose train and val videos are joined; every other dataset
            of params.yaml is only tested on.
    """

    section: ClassVar[str] = "superset"
    datasets: Annotated[list[DatasetName], Field(min_length=1), AfterValidator(_different)]
