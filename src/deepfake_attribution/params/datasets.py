"""Which datasets there are, where they lie, and who reads them."""

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from deepfake_attribution.params.load import RootSection


def _plain_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", name):
        raise ValueError("a dataset's name is of lower-case letters, digits and _ (it names files)")
    return name


DatasetName = Annotated[str, AfterValidator(_plain_name)]


class Dataset(BaseModel):
    """What every dataset has. Its adapter holds the other keys to what it knows.

    They are left open here, so that a new adapter, or a new key of one, touches no module that
    the extraction depends on (`catalog.registry.settings_of`).

    Attributes:
        adapter: who lists its videos: a file in ``catalog/adapters``.
        root: folder that holds the videos; relative to params.yaml.
    """

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    adapter: str = Field(pattern=r"^[a-z0-9_]+$")
    root: str = Field(min_length=1)


class Datasets(RootSection[Annotated[dict[DatasetName, Dataset], Field(min_length=1)]]):
    """``datasets``: name of the dataset -> its adapter and that adapter's settings."""

    section: ClassVar[str] = "datasets"
