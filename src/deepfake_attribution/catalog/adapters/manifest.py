"""Any dataset, described by a table with one row per video in its root."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset


class Settings(Strict):
    """Attributes.

    root: folder that holds the videos.
    manifest: CSV or parquet file in ``root``; columns in docs/datasets.md.
    """

    adapter: Literal["manifest"]
    root: str = Field(min_length=1)
    manifest: str = Field(min_length=1)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos that the manifest lists; raises as `read_manifest`."""
    return Listing(
        read_manifest(name, Path(settings.root), settings.manifest), lists=(settings.manifest,)
    )
