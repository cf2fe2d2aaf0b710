"""Which datasets there are, where they lie, and who reads them."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.params.load import RootSection, Strict


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", name):
        raise ValueError("a dataset's name is of lower-case letters, digits and _ (it names files)")
    return name


DatasetName = Annotated[str, AfterValidator(_plain_name)]


class RenderedDataset(Strict):
    """A dataset that the ``render`` stage made, described by its manifest."""

    adapter: Literal["rendered"]
    root: str = Field(min_length=1)


class ManifestDataset(Strict):
    """Any dataset, described by a table with one row per video.

    Attributes:
        root: folder that holds the videos; relative to params.yaml.
        manifest: CSV or parquet file in ``root``; columns in docs/datasets.md.
    """

    adapter: Literal["manifest"]
    root: str = Field(min_length=1)
    manifest: str = Field(min_length=1)


Dataset = Annotated[RenderedDataset | ManifestDataset, Field(discriminator="adapter")]


class Datasets(RootSection[Annotated[dict[DatasetName, Dataset], Field(min_length=1)]]):
    """``datasets``: name of the dataset -> its adapter and that adapter's settings."""

    section: ClassVar[str] = "datasets"
