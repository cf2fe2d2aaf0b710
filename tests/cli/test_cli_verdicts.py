from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from deepfake_attribution.cli.main import app
from deepfake_attribution.core import paths, tables

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a project where Binary has scored two test videos."""
    text = (ROOT / "profiles/demo.yaml").read_text()
    mine = "datasets:\n  mine:\n    adapter: manifest\n    root: mine\n"
    (tmp_path / "params.yaml").write_text(text.replace("datasets:\n", mine, 1))
    monkeypatch.chdir(tmp_path)
    about = {"approach": "Binary", "seed": 1, "dataset": "mine", "split": "test", "status": "ok"}
    rows = [
        about | {"video": "mine/a", "attack": "real", "score": 0.75, "predicted": "real"},
        about | {"video": "mine/b", "attack": "swap", "score": 0.25, "predicted": "fake"},
    ]
    tables.write(pd.DataFrame(rows).assign(reason=None), paths.scores("binary"))
    figures = [{"approach": "Binary", "seed": 1, "level": "video", "threshold": 0.5}]
    tables.write(pd.DataFrame(figures), paths.results("binary") / "figures.parquet")


def cells(output: str) -> list[list[str]]:
    lines = [line for line in output.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_counts_by_attack() -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine"])
    assert result.exit_code == 0, result.output
    head, _, *rows = cells(result.output)
    assert head == ["approach", "real", "swap"]
    assert rows == [["Binary", "1 of 1", "0 of 1"]]


def test_dataset_that_is_not_in_params_is_left_out() -> None:
    result = CliRunner().invoke(app, ["verdicts", "gone"])
    message = "error: gone: no such dataset; there are mine, demo_a, demo_b, demo_selection, "
    assert result.exit_code == 1 and result.output.startswith(message)


@pytest.mark.parametrize(("attacks", "wide"), [(2, True), (9, False)])
def test_tables_fit_into_80_columns(attacks: int, wide: bool) -> None:
    names = [f"a_long_name_of_an_attack_{number}" for number in range(attacks)]
    about = {"seed": 1, "dataset": "mine", "split": "test", "status": "ok", "reason": None}
    rows, figures = [], []
    for approach in ("ArcFaceMod-SVM", "TripletLoss-SVM"):
        figures.append({"approach": approach, "seed": 1, "level": "video", "threshold": 0.5})
        for name in names:
            video = {"video": f"mine/{name}/{'x' * 80}", "attack": name, "approach": approach}
            rows.append(about | video | {"score": 0.25, "predicted": name})
    tables.write(pd.DataFrame(rows), paths.scores("binary"))
    tables.write(pd.DataFrame(figures), paths.results("binary") / "figures.parquet")
    result = CliRunner().invoke(app, ["verdicts", "mine", "--videos", "all"], env={"COLUMNS": "80"})
    lines = result.output.splitlines()
    assert all(len(line) <= 80 for line in lines if not line.startswith("mine/"))
    found = cells(result.output)
    counted = found[0] if wide else found[2]
    assert counted == (["approach", *names] if wide else ["ArcFaceMod-SVM", names[0], "0 of 1"])
    assert found[-1] == ["TripletLoss-SVM", "0.250", "0.500", "fake", names[-1]]
    assert f"mine/{names[0]}/{'x' * 80}" in lines  # in one piece, to copy


def test_each_video_of_the_attacks_that_are_asked_for() -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine", "--videos", "swap"])
    assert result.exit_code == 0, result.output
    assert cells(result.output)[-1] == ["Binary", "0.250", "0.500", "fake", "fake"]
    assert "mine/b" in result.output.splitlines()
    assert "mine/a" not in result.output
    assert "mine/a" in CliRunner().invoke(app, ["verdicts", "mine", "--videos", "all"]).output


def test_an_unknown_attack_is_one_line() -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine", "--videos", "swop"])
    message = "error: --videos: no test video of 'swop'; there are real, swap"
    assert (result.exit_code, result.output.strip()) == (1, message)


def test_picture_is_written_where_asked(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["verdicts", "mine", "--picture", "out/mine.png"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "mine.png").read_bytes().startswith(b"\x89PNG")
    result = CliRunner().invoke(app, ["verdicts", "mine", "--picture", "mine.jpg"])
    assert result.exit_code == 1
    assert result.output.startswith("error: --picture: mine.jpg: the picture is a PNG: give a name")


def test_without_a_score_there_is_no_picture() -> None:
    scores = tables.read(paths.scores("binary"))
    lost = scores.assign(score=float("nan"), status="no_face", reason="no face in any frame")
    tables.write(lost, paths.scores("binary"))
    result = CliRunner().invoke(app, ["verdicts", "mine", "--picture", "mine.png"])
    assert result.exit_code == 1
    assert "error: --picture: no test video of mine has a score: nothing to draw" in result.output
    assert not Path("mine.png").exists()
