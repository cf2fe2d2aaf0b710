"""A stage resumes unfinished work only with the code that began it."""

import shutil
from pathlib import Path

import pytest

from deepfake_attribution.core import code

PACKAGES = sorted(path.parent.name for path in code.PACKAGE.glob("*/__init__.py"))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "deepfake_attribution"
    shutil.copytree(code.PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize("package", PACKAGES)
def test_edit_in_a_package_discards_the_work_of_its_stages(
    package: str, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "PACKAGE", copied)
    before = {stage: code.code_of(stage) for stage in code.USED}
    module = next(path for path in sorted((copied / package).rglob("*.py")))
    text = module.read_text()
    module.write_text(text + "# edited\n")
    changed = {stage for stage in code.USED if code.code_of(stage) != before[stage]}
    module.write_text(text)
    assert changed == {stage for stage, used in code.USED.items() if package in used}
    assert {stage: code.code_of(stage) for stage in code.USED} == before


def test_hash_does_not_depend_on_the_place_or_on_compiled_files(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = code.code_of("extract")
    monkeypatch.setattr(code, "PACKAGE", copied)
    (copied / "frames" / "__pycache__").mkdir()
    (copied / "frames" / "__pycache__" / "video.cpython-311.pyc").write_bytes(b"compiled")
    assert code.code_of("extract") == before


def test_renamed_module_changes_the_hash(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "PACKAGE", copied)
    before = code.hash_of(copied / "workers")
    (copied / "workers" / "blocks.py").rename(copied / "workers" / "parts.py")
    assert code.hash_of(copied / "workers") != before
    (copied / "workers" / "parts.py").rename(copied / "workers" / "blocks.py")
