"""Which stage writes a path: decided by the dvc.yaml above it, not by the current folder."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli.main import app
from deepfake_attribution.cli.stage_outputs import Writer, writer

PIPELINE = """
stages:
  bundle: {cmd: x, outs: [bundles/best: {persist: true}]}
  fit:
    foreach: ${heads}
    do: {cmd: x, outs: ['models/${item.head}', 'models/[a]']}
  nothing: {cmd: x}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project; the current folder is another one."""
    made = tmp_path / "project"
    (made / "bundles/best").mkdir(parents=True)
    (made / "dvc.yaml").write_text(PIPELINE)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return made


def test_output_of_a_stage_and_what_is_in_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = Writer("bundle", project, False)
    for path in (project / "bundles/best", Path("../project/bundles/best"), Path("link")):
        Path("link").unlink(missing_ok=True)
        Path("link").symlink_to(project / "bundles/best")
        assert writer(path) == bundle
    assert writer(project / "bundles/best/history/1") == bundle
    assert writer(project / "models/arcface/nn") == Writer("fit", project, False)
    assert writer(project / "models/[a]") == Writer("fit", project, False)
    assert writer(project / "bundles") == Writer("bundle", project, True)
    for path in ("bundles/bes", "bundles/best2", "mine", "model"):
        assert writer(project / path) is None
    monkeypatch.chdir(project)
    assert writer(Path("bundles/best")) == bundle
    assert writer(Path()) is None


@pytest.mark.parametrize("text", ["stages: [", "- a", "stages: [1]", "stages: {a: 1}", "\0"])
def test_file_that_cannot_be_read_writes_nothing(text: str, project: Path) -> None:
    (project / "dvc.yaml").write_text(text)
    assert writer(project / "bundles/best") is None


def test_enrolling_into_an_output_is_refused_from_any_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project / "bundles/best"
    words = ["enrol", "ghost", "a.mp4", "b.mp4", "--model", str(folder)]
    for place in (Path(), project):
        monkeypatch.chdir(place)
        result = CliRunner().invoke(app, words)
        assert (result.exit_code, result.output) == (
            1,
            f"error: --model: {folder}: is written by the stage 'bundle' of {project}, which would "
            "undo this; make one of your own: run `deepfake-attribution export DIR` in that "
            "folder\n",
        )
    assert [*folder.iterdir()] == []
