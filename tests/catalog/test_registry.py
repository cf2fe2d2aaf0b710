from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from deepfake_attribution.catalog import registry
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.catalog.registry import names, settings_of
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Dataset

HEAD = "path,attack,split\n"


def list_videos(name: str, dataset: Dataset) -> pd.DataFrame:
    return registry.list_videos(name, {name: dataset}).videos


def test_every_file_is_an_adapter() -> None:
    assert {"manifest", "rendered", "folder", "faceforensics", "celeb_df"} <= set(names())
    for name in names():
        module = registry.adapter_of("d", Dataset(adapter=name, root="r"))
        fields = module.Settings.model_fields
        assert {"adapter", "root"} <= set(fields)
        assert all(field.is_required() for field in fields.values()), "no defaults in code"
        assert module.list_videos.__annotations__["return"] is Listing


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"adapter": "celeb", "root": "r"},
            "params.yaml: datasets.d.adapter: 'celeb' is none of the adapters: celeb_df, celeb_",
        ),
        (
            {"adapter": "manifest", "root": "r"},
            "params.yaml: datasets.d.manifest: this setting is missing; the adapter manifest has "
            "adapter, root, manifest",
        ),
        (
            {"adapter": "rendered", "root": "r", "rot": 1},
            "params.yaml: datasets.d.rot: no such setting: did you mean root?; the adapter",
        ),
        (
            {"adapter": "dfd", "root": "r", "compression": "c24"},
            "params.yaml: datasets.d.compression: 'c24' is not allowed: Input should be 'raw'",
        ),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UserError) as stop:
        settings_of("d", Dataset.model_validate(settings))
    assert str(stop.value).startswith(message)


def test_unknown_dataset_is_named() -> None:
    with pytest.raises(UserError, match="no dataset 'e'; there are d"):
        registry.list_videos("e", {"d": Dataset(adapter="rendered", root="r")})


def test_rendered_and_manifest_are_listed_alike(tmp_path: Path) -> None:
    for name in ("manifest.csv", "other.csv"):
        (tmp_path / name).write_text(HEAD + "a.mp4,real,train\nb.mp4,x,val\n")
    rendered = Dataset(adapter="rendered", root=str(tmp_path))
    manifest = Dataset(adapter="manifest", root=str(tmp_path), manifest="other.csv")
    assert list_videos("d", rendered).equals(list_videos("d", manifest))


def test_a_video_in_two_splits_is_refused_however_it_is_spelt(tmp_path: Path) -> None:
    settings = Dataset(adapter="rendered", root=str(tmp_path))
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
    settings = Dataset(adapter="rendered", root=str(tmp_path))
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"split": "tests"},
            r"adapter mine, dataset d: a\.mp4 is in split 'tests', not",
        ),
        ({"donor": None}, "adapter mine, dataset d: its listing has no column 'donor'"),
    ],
)
def test_an_adapter_s_listing_is_held_to_what_a_catalog_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    """As one that a user has just written may not be."""
    videos = table("d", "c23", [Video("a", "a.mp4", "real", "test")]).assign(**change)
    videos = videos.dropna(axis="columns", how="all")
    adapter = SimpleNamespace(
        Settings=registry.adapter_of("d", Dataset(adapter="rendered", root="r")).Settings,
        list_videos=lambda name, settings, datasets: Listing(videos),
    )
    monkeypatch.setattr(registry, "adapter_of", lambda *_: adapter)
    monkeypatch.setattr(registry, "settings_of", lambda *_: None)
    with pytest.raises(UserError, match=message):
        list_videos("d", Dataset(adapter="mine", root=str(tmp_path)))
