"""A dataset that the stage ``render`` drew, described by the manifest that it wrote."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset

MANIFEST = "manifest.csv"


class Settings(Strict):
    """``root``: where the stage ``render`` puts it."""

    adapter: Literal["rendered"]
    root: str = Field(min_length=1)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos that were drawn; raises as `read_manifest`."""
    videos = read_manifest(name, Path(settings.root), MANIFEST)
    return Listing(videos, lists=(MANIFEST,))
