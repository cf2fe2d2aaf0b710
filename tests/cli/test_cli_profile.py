import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli.main import app
from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core.params import read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("profiles", "protocols"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "profiles/demo.yaml", tmp_path / "params.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_profile_writes_params_and_says_what_changed(project: Path) -> None:
    result = CliRunner().invoke(app, ["profile", "tiny"])
    assert result.exit_code == 0
    assert read(Path("params.yaml")) == profile("tiny")
    lines = result.output.splitlines()
    assert "  train.batch_size" in lines
    assert lines[-1] == f"params.yaml: profile tiny, {len(lines) - 1} settings changed"


def test_profile_that_is_there_already_changes_nothing(project: Path) -> None:
    before = Path("params.yaml").read_bytes()
    result = CliRunner().invoke(app, ["profile", "demo"])
    assert (result.exit_code, result.output) == (
        0,
        "params.yaml: profile demo, nothing to change\n",
    )
    assert Path("params.yaml").read_bytes() == before


def test_datasets_of_the_users_own_are_named_when_they_are_taken_out(project: Path) -> None:
    text = Path("params.yaml").read_text()
    mine = "datasets:\n  my_videos:\n    adapter: manifest\n    root: /mine\n    manifest: m.csv\n"
    Path("params.yaml").write_text(text.replace("datasets:\n", mine, 1))
    result = CliRunner().invoke(app, ["profile", "tiny"])
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == (
        "params.yaml: removed, because no profile has them: my_videos: to keep them, list them in "
        "a profile of your own (profiles/mine.yaml)"
    )


def test_datasets_of_another_profile_are_not_the_users_own(project: Path) -> None:
    assert CliRunner().invoke(app, ["profile", "paper"]).exit_code == 0
    assert "taken out" not in CliRunner().invoke(app, ["profile", "tiny"]).output


def test_only_the_datasets_that_are_named(project: Path) -> None:
    arguments = ["profile", "paper", "--datasets", "faceforensics, celeb_df"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert list(read(Path("params.yaml"))["datasets"]) == ["faceforensics", "celeb_df"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["papr"],
            "error: no profile 'papr'; there are: best, cross-dataset, demo, foundation, paper, "
            "paper-honest, paper-mmsp2021, paper-recipe, tiny",
        ),
        (
            ["demo", "--datasets", "celeb"],
            "error: no dataset 'celeb' in this profile; "
            "it has demo_a, demo_b, demo_selection, demo_unseen",
        ),
    ],
)
def test_an_error_is_one_line_and_changes_nothing(
    project: Path, arguments: list[str], message: str
) -> None:
    before = Path("params.yaml").read_bytes()
    result = CliRunner().invoke(app, ["profile", *arguments])
    assert (result.exit_code, result.output.rstrip("\n")) == (1, message)
    assert Path("params.yaml").read_bytes() == before


def test_process_ends_with_one_line_on_stderr_and_code_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from deepfake_attribution.cli.main import app; app()"]
    done = subprocess.run(
        [*command, "profile", "demo"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and done.stdout == ""
    expected = "error: no profile 'demo'; there are: none: is there a folder profiles/ here?\n"
    assert done.stderr == expected


def test_help_lists_the_verbs_and_loads_no_torch() -> None:
    code = (
        "import sys; from deepfake_attribution.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "assert 'torch' not in sys.modules and 'cv2' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "profile" in done.stdout and "simulate" in done.stdout


def test_roots_are_named_once_for_every_profile(project: Path) -> None:
    Path("roots.yaml").write_text("faceforensics: /data/ff\nmine: /data/mine\n")
    for name in ("paper", "paper-honest", "demo", "paper-mmsp2021"):
        result = CliRunner().invoke(app, ["profile", name])
        assert result.exit_code == 0
        datasets = read(Path("params.yaml"))["datasets"]
        if name != "demo":
            assert datasets["faceforensics"]["root"] == datasets["dfd"]["root"] == "/data/ff"
            assert result.output.splitlines()[-1] == "roots.yaml: not in this profile: mine"


def test_mistyped_name_in_roots_stops_before_anything_is_written(project: Path) -> None:
    Path("roots.yaml").write_text("celebdf: /data/Celeb-DF-v2\n")
    before = Path("params.yaml").read_bytes()
    result = CliRunner().invoke(app, ["profile", "paper"])
    assert (result.exit_code, result.output) == (
        1,
        "error: roots.yaml: 'celebdf' is no dataset: did you mean 'celeb_df'?\n",
    )
    assert Path("params.yaml").read_bytes() == before


def test_settings_that_an_adapter_does_not_know_are_refused(project: Path) -> None:
    text = "extends: paper\ndatasets:\n  a:\n    adapter: folder\n    root: x\n    tset: 1.0\n"
    text += "    val: 0.1\n    test: 0.1\n    seed: 1\n"
    other = "databases:\n  reals_from: {}\n  families: {}\n  published: {}\n  compared_on: []\n"
    Path("profiles/mine.yaml").write_text(text + other + "superset:\n  datasets:\n  - a\n")
    result = CliRunner().invoke(app, ["profile", "mine"])
    assert result.exit_code == 1 and result.output.count("\n") == 1
    assert "profiles/mine.yaml: datasets.a.tset: no such setting" in result.output


def test_several_profiles_are_written_one_over_the_other(project: Path) -> None:
    result = CliRunner().invoke(app, ["profile", "tiny", "best"])
    assert result.exit_code == 0 and "params.yaml: profile tiny best, " in result.output
    written = read(Path("params.yaml"))
    assert written["datasets"] == profile("tiny")["datasets"]
    assert written["loss"] == profile("best")["loss"]
