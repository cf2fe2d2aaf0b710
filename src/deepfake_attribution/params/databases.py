"""What a row of the result tables joins, and which published figures it stands beside."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from deepfake_attribution.params.datasets import DatasetName
from deepfake_attribution.params.load import Section

# The databases of `published.COLUMNS`. Spelt out, for importing them would make `evaluate` depend
# on figures that it does not read; a test holds the two equal.
Column = Literal[
    "Celeb-DF",
    "FaceForensics++",
    "DeeperForensics",
    "HifiFace",
    "DF-Mobio",
    "Google",
    "DeepfakeTIMIT",
]


def _different(columns: dict[str, Column]) -> dict[str, Column]:
    rows: dict[str, str] = {}
    for row, column in columns.items():
        if column in rows:
            raise ValueError(f"{rows[column]} and {row} both stand beside {column}: keep one")
        rows[column] = row
    return columns


class Databases(Section):
    """``databases``: rows of the result tables. Each dataset with test videos has one of its own.

    Attributes:
        reals_from: dataset whose catalog holds fakes only -> the dataset whose reals it is tested
            with (HifiFace and DeeperForensics use those of FaceForensics++).
        families: name of a further row -> the datasets that it joins; shared reals count once.
        published: name of a row, a dataset or a family -> the database of the paper whose
            published figures the report prints beside it; changes the report only.
    """

    section: ClassVar[str] = "databases"
    reals_from: dict[DatasetName, DatasetName]
    families: dict[str, list[DatasetName]]
    published: Annotated[dict[str, Column], AfterValidator(_different)]
