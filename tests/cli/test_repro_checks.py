"""`repro` ends with one line for a mistake that DVC would tell in its own words, and late."""

import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import name_trees
from deepfake_attribution.cli import repro_plan
from deepfake_attribution.cli.main import app

REPOSITORY = Path(__file__).parents[2]
STAND_IN = """\
import sys
from pathlib import Path
Path("ran.txt").touch()
print(Path("output.txt").read_text() if Path("output.txt").exists() else "up to date")
sys.exit(255 * Path("output.txt").exists())
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of complete trees; a script stands in for DVC and only says that it ran."""
    name_trees.build(tmp_path / "trees")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    name_trees.project(tmp_path / "project", tmp_path / "trees")
    Path("dvc.yaml").write_text((REPOSITORY / "dvc.yaml").read_text())
    Path("stand_in.py").write_text(STAND_IN)
    monkeypatch.setattr(repro_plan, "DVC", (sys.executable, "stand_in.py"))
    return tmp_path


def run(*arguments: str) -> tuple[int, str, bool]:
    """Return the exit code, what was printed, and whether DVC was started."""
    Path("ran.txt").unlink(missing_ok=True)
    result = CliRunner().invoke(app, ["repro", *arguments])
    return result.exit_code, result.output, Path("ran.txt").exists()


def mistype() -> None:
    text = Path("params.yaml").read_text()
    assert "adapter: celeb_df" in text
    Path("params.yaml").write_text(text.replace("adapter: celeb_df", "adaptor: celeb_df"))


def test_valid_settings_start_dvc() -> None:
    code, _, started = run()
    assert code == 0 and started


def test_mistyped_key_that_dvc_reads_ends_before_it() -> None:
    mistype()
    line = "error: params.yaml: datasets.celeb_df.adapter: this setting is missing\n"
    assert run() == (1, line, False)
    assert run("--force") == (1, line, False)


def test_mistake_in_any_section_is_told_by_its_name() -> None:
    settings = YAML().load(Path("params.yaml"))
    settings["extract"]["framez"] = 3
    YAML().dump(settings, Path("params.yaml"))
    code, output, started = run()
    assert (code, started) == (1, False)
    assert output.startswith("error: params.yaml: extract.framez: no such setting")


def test_name_that_another_section_lacks_ends_before_dvc() -> None:
    settings = YAML().load(Path("params.yaml"))
    settings["superset"]["datasets"] = ["celeb_dv"]
    YAML().dump(settings, Path("params.yaml"))
    code, output, started = run()
    assert (code, started) == (1, False)
    assert output.startswith("error: params.yaml: superset.datasets: 'celeb_dv' is none of")


def test_missing_manifest_ends_before_dvc(project: Path) -> None:
    name_trees.edit({"df_mobio": {"root": str(project), "manifest": "videos.csv"}})
    code, output, started = run()
    assert (code, started) == (1, False)
    assert output.startswith(f"error: {project / 'videos.csv'}: no such file")
    assert output.count("\n") == 1
    (project / "videos.csv").write_text("path,attack,split\n")
    assert run()[2]  # what is in it is read by the stage


def test_missing_folder_of_a_dataset_ends_before_dvc_with_the_line_of_doctor() -> None:
    name_trees.edit({"celeb_df": {"root": "/nowhere"}})
    code, output, started = run()
    assert (code, started) == (1, False)
    assert output.startswith("error: datasets.celeb_df.root: /nowhere is not a folder")
    assert output.removeprefix("error: ") in CliRunner().invoke(app, ["doctor"]).output


@pytest.mark.parametrize("arguments", [["report"], ["-s", "report"], ["--dry"], ["-k"]])
def test_parts_of_the_pipeline_may_do_without_the_folder(arguments: list[str]) -> None:
    name_trees.edit({"celeb_df": {"root": "/nowhere"}})
    assert run(*arguments)[::2] == (0, True)


def test_folder_that_a_stage_or_dvc_writes_may_be_missing() -> None:
    name_trees.edit({"celeb_df": {"root": "unpacked/celeb"}})
    assert not run()[2]
    Path("unpacked.dvc").touch()
    assert run()[::2] == (0, True)
    Path("unpacked.dvc").unlink()
    own = Path("dvc.yaml").read_text()
    for out in ("unpacked", "unpacked/celeb/videos"):
        Path("dvc.yaml").write_text(own.replace("stages:\n", f"stages:\n  a: {{outs: [{out}]}}\n"))
        assert run()[::2] == (0, True)


def test_mistake_that_stopped_dvc_at_a_part_is_told_instead_of_its_own_words() -> None:
    Path("output.txt").write_text("ERROR: failed to parse: Could not find 'item.adapter'\n")
    code, output, started = run("report")
    assert (code, started) == (255, True) and "Could not find" in output
    mistype()
    code, output, started = run("report")
    assert (code, started) == (1, True)
    assert "datasets.celeb_df.adapter: this setting is missing" in output
    assert "Could not find" not in output


def test_another_pipeline_may_have_other_settings() -> None:
    Path("dvc.yaml").write_text("stages: {mine: {cmd: x}}\n")
    Path("params.yaml").write_text("mine: 1\n")
    assert run()[::2] == (0, True)
