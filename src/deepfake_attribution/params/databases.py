"""What a row of the result tables joins."""

from typing import ClassVar

from deepfake_attribution.params.datasets import DatasetName
from deepfake_attribution.params.load import Section


class Databases(Section):
    """``databases``: rows of the result tables. Each dataset with test videos has one of its own.

    Attributes:
        reals_from: dataset whose catalog holds fakes only -> the dataset whose reals it is tested
            with (HifiFace and DeeperForensics use those of FaceForensics++).
        families: name of a further row -> the datasets that it joins; shared reals count once.
    """

    section: ClassVar[str] = "databases"
    reals_from: dict[DatasetName, DatasetName]
    families: dict[str, list[DatasetName]]
