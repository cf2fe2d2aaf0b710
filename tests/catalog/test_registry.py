from pathlib import Path
from typing import get_args

import pytest

from deepfake_attribution.catalog.registry import ADAPTERS, list_videos
from deepfake_attribution.errors import UserError
from deepfake_attribution.params.datasets import Datasets, ManifestDataset, RenderedDataset

HEAD = "path,attack,split\n"


def test_every_adapter_that_settings_allow_is_there() -> None:
    settings = Datasets.model_validate(
        {
            "a": {"adapter": "rendered", "root": "r"},
            "b": {"adapter": "manifest", "root": "r", "manifest": "m"},
        }
    )
    assert {dataset.adapter for dataset in settings.root.values()} == set(ADAPTERS)
    kinds = (RenderedDataset, ManifestDataset)
    names = {name for kind in kinds for name in get_args(kind.__annotations__["adapter"])}
    assert names == set(ADAPTERS)


def test_rendered_and_manifest_are_listed_alike(tmp_path: Path) -> None:
    for name in ("manifest.csv", "other.csv"):
        (tmp_path / name).write_text(HEAD + "a.mp4,real,train\nb.mp4,x,val\n")
    rendered = RenderedDataset(adapter="rendered", root=str(tmp_path))
    manifest = ManifestDataset(adapter="manifest", root=str(tmp_path), manifest="other.csv")
    assert list_videos("d", rendered).equals(list_videos("d", manifest))


def test_a_video_in_two_splits_is_refused_however_it_is_spelt(tmp_path: Path) -> None:
    settings = RenderedDataset(adapter="rendered", root=str(tmp_path))
    (tmp_path / "manifest.csv").write_text(HEAD + "a.mp4,real,train\n./a.mp4,real,test\n")
    with pytest.raises(UserError, match=r"dataset d: 'a\.mp4' is in two splits \(test, train\)"):
        list_videos("d", settings)
    (tmp_path / "manifest.csv").write_text(HEAD + "a.mp4,real,train\na.avi,real,train\n")
    with pytest.raises(UserError, match=r"a\.mp4 and a\.avi would share the key 'd/real/-/a'"):
        list_videos("d", settings)
    (tmp_path / "manifest.csv").write_text(HEAD)
    with pytest.raises(UserError, match="dataset d: no video is listed"):
        list_videos("d", settings)
