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
    with pytest.raises(
        UserError, match=r"d: rows 2 and 3: 'a\.mp4' is in two splits \(train, test\)"
    ):
        list_videos("d", settings)
    (tmp_path / "manifest.csv").write_text(HEAD + "a.mp4,real,train\na.avi,real,train\n")
    with pytest.raises(UserError, match=r"a\.mp4 and a\.avi would share the key 'd/real/-/a'"):
        list_videos("d", settings)
    (tmp_path / "manifest.csv").write_text(HEAD)
    with pytest.raises(UserError, match="dataset d: no video is listed"):
        list_videos("d", settings)


@pytest.mark.parametrize("way", ["hard link", "symbolic link", "linked folder"])
def test_one_file_under_two_names_is_refused(tmp_path: Path, way: str) -> None:
    settings = RenderedDataset(adapter="rendered", root=str(tmp_path))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.mp4").write_bytes(b"x")
    (tmp_path / "one" / "b.mp4").write_bytes(b"x")  # a copy is another file
    rows = "one/a.mp4,real,train\none/b.mp4,real,val\ngone.mp4,real,val\n"
    (tmp_path / "manifest.csv").write_text(HEAD + rows)
    assert len(list_videos("d", settings)) == 3
    other = {"linked folder": "two/a.mp4"}.get(way, "c.mp4")
    if way == "hard link":
        (tmp_path / other).hardlink_to(tmp_path / "one/a.mp4")
    elif way == "symbolic link":
        (tmp_path / other).symlink_to(tmp_path / "one/a.mp4")
    else:
        (tmp_path / "two").symlink_to(tmp_path / "one")
    (tmp_path / "manifest.csv").write_text(HEAD + rows + f"{other},real,test\n")
    with pytest.raises(UserError) as stop:
        list_videos("d", settings)
    assert str(stop.value) == (
        f"dataset d: rows 2 and 5: 'one/a.mp4' (train) and '{other}' (test) are one file, linked: "
        "keep one row"
    )
