"""Which adapter reads which dataset."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.catalog.video import check, check_links
from deepfake_attribution.params.datasets import Dataset, ManifestDataset, RenderedDataset

# An adapter takes the dataset's name and its settings and returns its videos (catalog.video).
Adapter = Callable[[str, Any], pd.DataFrame]


def _rendered(name: str, settings: RenderedDataset) -> pd.DataFrame:
    return read_manifest(name, Path(settings.root), "manifest.csv")


def _manifest(name: str, settings: ManifestDataset) -> pd.DataFrame:
    return read_manifest(name, Path(settings.root), settings.manifest)


ADAPTERS: dict[str, Adapter] = {"rendered": _rendered, "manifest": _manifest}


def list_videos(name: str, settings: Dataset) -> pd.DataFrame:
    """Return every video of a dataset, one row each, columns of `catalog.video.SCHEMA` first.

    Raises:
        UserError: the dataset is not where its settings say, or its listing is wrong.
    """
    videos = ADAPTERS[settings.adapter](name, settings)
    check(videos, f"dataset {name}")
    check_links(videos, Path(settings.root), f"dataset {name}")
    return videos
