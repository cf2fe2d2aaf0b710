"""Disks that are full, forbidden or read-only: one line, and a restart ends with the same bytes."""

import errno
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.core import errors, paths, shards, tables
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Dataset
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.frames import extraction
from deepfake_attribution.frames.settings import Extract
from pipeline_copy import call
from video_files import write_frames

REPOSITORY = Path(__file__).parents[2]
SETTINGS = REPOSITORY / "profiles/demo.yaml"
VIDEOS = 12
FULL = os.strerror(errno.ENOSPC)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of videos of noise, 5 frames of about 40 kB each as PNG, and their manifest."""
    folder = tmp_path_factory.mktemp("videos")
    random = np.random.default_rng(0)
    lines = ["path,attack,split"]
    for number in range(VIDEOS):
        frames = list(random.integers(0, 256, (5, 96, 128, 3), dtype=np.uint8))
        write_frames(folder / f"{number}.mp4", frames, options={"crf": "1"})
        lines.append(f"{number}.mp4,real,train")
    (folder / "manifest.csv").write_text("\n".join(lines))
    return folder


def prepare(folder: Path, videos: Path, workers: int = 2) -> Path:
    """Write settings and catalog of the videos as dataset ``d`` to ``folder``."""
    yaml = YAML()
    settings = yaml.load(SETTINGS)
    settings["rendered"] = {}
    settings["datasets"] = {
        "d": {"adapter": "manifest", "root": str(videos), "manifest": "manifest.csv"}
    }
    settings["superset"]["datasets"] = ["d"]
    settings["extract"] |= {"frames": 5, "format": "png"}
    settings["compute"] |= {"workers": workers, "block_videos": 1}
    yaml.dump(settings, folder / "params.yaml")
    dataset = Dataset(adapter="manifest", root=str(videos), manifest="manifest.csv")
    table = list_videos("d", {"d": dataset}).videos
    tables.write(table, folder / paths.catalog("d"), SCHEMA)
    return folder


def stage(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Run a stage of dataset ``d`` in ``folder``, as `dvc repro` does."""
    return call(folder, "python", str(REPOSITORY / "stages" / f"{name}.py"), "d")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Make a real disk of the given size, or change its size; skip where that is not allowed."""
    place = tmp_path / "small disk"
    place.mkdir()
    mounted: list[str] = []

    def of(size: str) -> Path:
        options = f"{'remount,' if mounted else ''}size={size}"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no `mount` here")
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        mounted.append(size)
        return place

    yield of
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["1m", "3m"], ids=["in a block", "while packing"])
def test_a_full_disk_is_one_line_and_what_is_finished_is_kept(
    small_disk: Callable[..., Path], videos: Path, tmp_path: Path, size: str
) -> None:
    (tmp_path / "large disk").mkdir()
    large = prepare(tmp_path / "large disk", videos, workers=1)
    assert stage(large, "extract").returncode == 0
    small = prepare(small_disk(size), videos)
    stopped = stage(small, "extract")
    assert stopped.returncode == 1
    assert re.fullmatch(  # a slow machine tells how far it is before
        rf"(frames of .*\n)*error: (\.work|data)/.*: {FULL}: the disk that holds it is full: make "
        r"room there and start again: a stage goes on from its finished blocks\n",
        stopped.stderr,
    )
    assert not (small / paths.index(paths.frames("d"))).exists()
    finished = {path: path.stat().st_ino for path in (small / ".work").rglob("block-*/*.tar")}
    assert 1 <= len(finished) <= VIDEOS
    small_disk("20m")
    assert stage(small, "extract").returncode == 0
    assert files(small / paths.frames("d")) == files(large / paths.frames("d"))


def run_extract(folder: Path, videos: Path) -> str:
    """Extract in this process; return the line that it ends with."""
    lines: list[str] = []

    def main() -> None:
        line = extraction.extract(
            catalog=folder / paths.catalog("d"),
            root=videos,
            settings=load(Extract, folder / "params.yaml"),
            compute=load(Compute, folder / "params.yaml").model_copy(update={"workers": 1}),
            work=folder / "work",
            out=folder / "out",
        )
        lines.append(line)

    try:
        errors.run(main)
    except SystemExit as stop:
        return str(stop.code)
    return lines[0]


@pytest.mark.slow
@pytest.mark.parametrize("room", [500_000, 3_000_000], ids=["in a block", "while packing"])
def test_writes_that_fail_for_want_of_room_are_made_again(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    folder = prepare(tmp_path, videos)
    written = [0]
    write = os.write

    def limited(file: int, content: Any) -> int:
        if written[0] + len(content) > room:
            raise OSError(errno.ENOSPC, FULL)
        written[0] += len(content)
        return write(file, content)

    with monkeypatch.context() as patch:
        patch.setattr(shards.os, "write", limited)
        line = run_extract(folder, videos)
    assert re.match(rf"error: {folder}/(work|out)/.*shard-00000\.tar: {FULL}: the disk", line)
    assert not (folder / "out/index.parquet").exists()
    assert not list((folder / "out").glob("*.tar")) if (folder / "out").exists() else True
    taken: list[str] = []
    take = extraction.video.take
    monkeypatch.setattr(
        extraction.video, "take", lambda path, *more: taken.append(path.name) or take(path, *more)
    )
    assert run_extract(folder, videos).startswith(f"{VIDEOS} videos, 0 without any frame")
    assert len(taken) < VIDEOS and (room < 1_000_000 or not taken)
    (tmp_path / "whole").mkdir()
    whole = prepare(tmp_path / "whole", videos)
    run_extract(whole, videos)
    assert files(folder / "out") == files(whole / "out")


def test_a_folder_that_may_not_be_written_is_one_line(unprivileged: Path) -> None:
    (unprivileged / "data").mkdir(mode=0o500)

    def main() -> None:
        tables.write_rows([], unprivileged / "data/catalog/d.parquet", SCHEMA)

    with pytest.raises(SystemExit) as stop:
        errors.run(main)
    assert stop.value.code == (
        f"error: {unprivileged}/data/catalog: {os.strerror(errno.EACCES)}: let this user read and "
        "write there, or work in another folder"
    )
    (unprivileged / "data").chmod(0o700)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_table_on_a_full_disk_is_named_and_the_old_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    rows = [dict.fromkeys(SCHEMA.names, "x")]
    tables.write_rows(rows, path, SCHEMA)
    before = path.read_bytes()
    (tmp_path / f".a.parquet.{os.getpid()}.tmp").symlink_to("/dev/full")
    with pytest.raises(SystemExit) as stop:
        errors.run(lambda: tables.write_rows([], path, SCHEMA))
    assert str(stop.value.code).startswith(f"error: {path}: {FULL}: the disk that holds it is full")
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
