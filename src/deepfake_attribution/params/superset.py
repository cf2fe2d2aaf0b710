"""Which datasets are trained on."""

from typing import ClassVar

from pydantic import Field

from deepfake_attribution.params.datasets import DatasetName
from deepfake_attribution.params.load import Section


class Superset(Section):
    """``superset``: the training datasets.

    Attributes:
        datasets: names of datasets whose train and val videos are joined; every other dataset
            of params.yaml is only tested on.
    """

    section: ClassVar[str] = "superset"
    datasets: list[DatasetName] = Field(min_length=1)
