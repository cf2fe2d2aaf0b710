"""Results of an analysis in the folders that it searches: never inputs, and never in the way."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import fake_analysis as fake
from deepfake_attribution.analyse import inputs
from deepfake_attribution.analyse.bundle import finding
from deepfake_attribution.analyse.examination import writing
from deepfake_attribution.analyse.result_files import MARK
from deepfake_attribution.cli import looking
from deepfake_attribution.cli.main import app
from deepfake_attribution.core.errors import UserError
from found_inputs import paths, touch


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(finding, "find", lambda model, approach: fake.bundle())
    monkeypatch.setattr("deepfake_attribution.cli.analyse.without_results", lambda seed: [])
    monkeypatch.setattr(looking, "Analyser", fake.FakeAnalyser)
    monkeypatch.setattr(fake.FakeAnalyser, "seen", [], raising=False)
    monkeypatch.setattr(writing, "as_pdf", lambda shown: shown.title.encode())


def content(folder: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(folder).rglob("[!.]*") if path.is_file()}


@pytest.mark.parametrize("given", ["same", "same/**", "same/*.mp4", "same/*"])
def test_same_command_goes_on_in_a_folder_that_holds_the_videos(given: str) -> None:
    touch("same/deep/notes.txt")
    for name, text in {"1": "0.75", "2": "0.25", "deep/3": "0.5"}.items():
        fake.clip(f"same/{name}.mp4", text)
    arguments = ["analyse", given, "--out", "same"]
    first = CliRunner().invoke(app, arguments)
    made, seen = content("same"), list(fake.FakeAnalyser.seen)
    assert first.exit_code == 0 and seen[:2] == ["same/1.mp4", "same/2.mp4"]
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 0, again.output
    assert "were there already" in again.output and fake.FakeAnalyser.seen == seen
    assert content("same") == made
    assert [line for line in again.stderr.splitlines() if "notes.txt" in line] == [
        line for line in first.stderr.splitlines() if "notes.txt" in line
    ]


def test_stopped_run_goes_on_in_a_folder_that_holds_the_videos() -> None:
    Path("same").mkdir()
    for name, text in {"1": "0.75", "2": "STOP", "3": "0.25"}.items():
        fake.clip(f"same/{name}.mp4", text)
    arguments = ["analyse", "same", "--out", "same"]
    assert CliRunner().invoke(app, arguments).exit_code == 130
    fake.clip("same/2.mp4", "0.5")
    fake.FakeAnalyser.seen.clear()
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert fake.FakeAnalyser.seen == ["same/2.mp4", "same/3.mp4"]


def test_folder_of_images_cannot_hold_its_own_results() -> None:
    touch("one/1.jpg", "one/2.jpg")
    for out in ("one", "./one/", "deep/../one"):
        Path("deep").mkdir(exist_ok=True)
        result = CliRunner().invoke(app, ["analyse", "one", "--out", out])
        assert result.exit_code == 1
        assert result.output.splitlines() == [
            f"error: --out: {Path(out)}: its images are analysed as one video; give a separate "
            "folder for the results"
        ]
    assert sorted(path.name for path in Path("one").iterdir()) == ["1.jpg", "2.jpg"]
    with pytest.raises(UserError, match="its images are analysed as one video"):
        inputs.find(["one"], out=Path("one"))
    assert paths(inputs.find(["one"], out=Path("one/out"))) == ["one"]


def test_pattern_does_not_find_the_faces_of_earlier_results() -> None:
    touch("ph/a.jpg", "ph/in/b.jpg", f"ph/out/{MARK}", "ph/out/crops/x.jpg")
    for pattern in ("ph/**/*.jpg", "ph/**"):
        found = inputs.find([pattern])
        assert not any("out" in path for path in paths(found))
        assert found.remarks[-1] == "ph/out: contains only results of an analysis"
        assert len([line for line in found.remarks if "ph/out" in line]) == 1
    assert paths(inputs.find(["ph/**/*.jpg"])) == ["ph/a.jpg", "ph/in/b.jpg"]
    (one,) = inputs.find(["ph/out/**/*.jpg"]).inputs
    assert one.reason == "it contains results of an analysis, and no video"


def test_other_files_in_a_folder_of_results_are_named() -> None:
    touch("c/a.mp4", f"c/out/{MARK}", "c/out/results.csv", "c/out/notes.txt")
    found = inputs.find(["c"])
    assert paths(found) == ["c/a.mp4"]
    assert found.remarks == ("c: 1 file does not have the name of a video: notes.txt",)


@pytest.mark.parametrize("given", ["clips", "clips/**", "clips/*.mp4"])
def test_videos_beside_results_are_analysed_again_elsewhere(given: str) -> None:
    touch("clips/a.mp4", f"clips/{MARK}", "clips/index.html", "clips/crops/a.jpg")
    touch("clips/videos/a.html", "clips/reports/a.pdf", "clips/results.csv")
    found = inputs.find([given], out=Path("elsewhere"))
    assert paths(found) == ["clips/a.mp4"] and found.remarks == ()


def test_pattern_that_leads_out_of_a_folder_of_results(monkeypatch: pytest.MonkeyPatch) -> None:
    touch("a.mp4", f"out/{MARK}")
    monkeypatch.chdir("out")
    assert paths(inputs.find(["../*.mp4"])) == ["../a.mp4"]
