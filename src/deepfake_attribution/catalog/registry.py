"""Which adapter reads which dataset: a file in ``adapters`` is one, and has

- ``Settings``: a strict model of the dataset's keys in params.yaml, ``adapter`` and ``root`` among
  them;
- ``list_videos(name, settings, datasets) -> Listing``: the dataset's videos; ``datasets`` is the
  whole section, for one that takes splits from another.
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from pydantic import ValidationError

from deepfake_attribution.catalog.files import unused
from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, Strict, describe
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import SCHEMA, SPLITS, check, check_links

FOLDER = Path(__file__).parent / "adapters"


class Adapter(Protocol):
    """What a file in ``adapters`` has."""

    Settings: type[Strict]

    def list_videos(self, name: str, settings: Any, datasets: Mapping[str, Dataset]) -> Listing:
        """Return the dataset's videos."""


def names() -> list[str]:
    """Return the names of all adapters."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def adapter_of(name: str, dataset: Dataset, where: Path = PARAMS) -> Adapter:
    """Return the adapter of the dataset ``name``.

    Raises:
        UserError: there is none of this name.
    """
    if dataset.adapter not in names():
        raise UserError(
            f"{where}: datasets.{name}.adapter: '{dataset.adapter}' is none of the adapters: "
            f"{', '.join(names())}"
        )
    module: Any = import_module(f"deepfake_attribution.catalog.adapters.{dataset.adapter}")
    for needed in ("Settings", "list_videos"):
        if not hasattr(module, needed):
            raise UserError(f"{module.__file__}: an adapter needs {needed}: see docs/datasets.md")
    return module


def settings_of(name: str, dataset: Dataset, where: Path = PARAMS) -> Strict:
    """Return a dataset's settings, validated by its adapter.

    Raises:
        UserError: the adapter is unknown, or a key is unknown, missing or has a wrong value.
    """
    model = adapter_of(name, dataset, where).Settings
    content = dataset.model_dump()
    try:
        return model.model_validate(content)
    except ValidationError as error:
        section = f"datasets.{name}"
        known = ", ".join(model.model_fields)
        problems = describe(error, {section: content}, section, model)
        raise UserError(
            *(f"{where}: {one}; the adapter {dataset.adapter} has {known}" for one in problems)
        ) from None


def check_settings(datasets: Mapping[str, Dataset], where: Path = PARAMS) -> None:
    """Validate every dataset's settings; raises as `settings_of`."""
    for name, dataset in datasets.items():
        settings_of(name, dataset, where)


def list_videos(name: str, datasets: Mapping[str, Dataset]) -> Listing:
    """Return every video of a dataset, one row each, columns of `core.video.SCHEMA` first.

    Raises:
        UserError: there is no such dataset, it is not in the folder of its settings, or its
            listing is wrong.
    """
    if name not in datasets:
        raise UserError(f"params.yaml: no dataset '{name}'; there are {', '.join(datasets)}")
    dataset = datasets[name]
    settings = settings_of(name, dataset)
    listing = adapter_of(name, dataset).list_videos(name, settings, datasets)
    _check_columns(listing.videos, f"adapter {dataset.adapter}, dataset {name}")
    if listing.videos.empty and listing.problems:  # they say why
        raise UserError(f"dataset {name}: no video is listed", *listing.problems)
    check(listing.videos, f"dataset {name}")
    check_links(listing.videos, Path(dataset.root), f"dataset {name}")
    return replace(listing, notes=(*listing.notes, *unused(listing, Path(dataset.root))))


def _check_columns(videos: pd.DataFrame, where: str) -> None:
    """Check that a listing has the columns of a catalog, and known splits."""
    for column in SCHEMA.names:
        if column not in videos:
            raise UserError(f"{where}: its listing has no column '{column}'")
    strange = videos[~videos["split"].isin(SPLITS)]
    if len(strange):
        row = strange.iloc[0]
        raise UserError(
            f"{where}: {row['path']} is in split '{row['split']}', not one of {', '.join(SPLITS)}"
        )
