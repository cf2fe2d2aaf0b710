"""Files of a dataset and a head that params.yaml no longer names change no result."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline_stages import in_order, opened, run_all

MADE_BEFORE = {"settings", "weights", "render", "catalog", "extract", "crop", "train", "embed"}
KINDS = ("data", "models", "metrics", "reports", "bundles")


@pytest.mark.slow
def test_no_stage_reads_what_a_removed_dataset_or_head_left(
    small_pipeline: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "repository"
    shutil.copytree(small_pipeline, folder)
    before = {path: digest(path) for path in files(folder)}
    planted = [*copies(folder, "tiny", "gone"), *copies(folder, "arcface", "old")]
    assert len(planted) > 20
    with opened(folder) as repo:
        names = {stage.name for stage in in_order(repo)}
    run_all(folder, {name for name in names if name.split("@")[0] not in MADE_BEFORE})
    assert {path: digest(path) for path in files(folder) if path not in planted} == before


def files(folder: Path) -> list[Path]:
    return [path for kind in KINDS for path in (folder / kind).rglob("*") if path.is_file()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copies(folder: Path, name: str, gone: str) -> Iterator[Path]:
    """Copy every file of a dataset or head, and give the places of the copies."""
    for path in files(folder):
        parts = path.relative_to(folder).parts
        own = [part.replace(name, gone) if is_named(part, name) else part for part in parts]
        if own != [*parts] and parts[0] not in ("reports", "bundles"):
            place = folder.joinpath(*own)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
            yield place


def is_named(part: str, name: str) -> bool:
    return part.split(".")[0].split("-")[0] == name
