"""Paths that cannot exist: a row for an input, one line for a folder."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import fake_analysis as fake
from deepfake_attribution.analyse import inputs
from deepfake_attribution.analyse.bundle import exporting, finding
from deepfake_attribution.analyse.places import usable
from deepfake_attribution.cli import looking
from deepfake_attribution.cli.main import app
from deepfake_attribution.core.errors import UserError

LONG = 300 * "n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fake.clip("a.mp4", "0.75")
    Path("circle").symlink_to("circle")
    Path("dangling").symlink_to("nowhere")


def test_name_that_is_too_long_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "find", lambda model, approach: fake.bundle())
    monkeypatch.setattr("deepfake_attribution.cli.analyse.without_results", lambda seed: [])
    monkeypatch.setattr(looking, "Analyser", fake.FakeAnalyser)
    monkeypatch.setattr(fake.FakeAnalyser, "seen", [], raising=False)
    Path("list.txt").write_text(f"{LONG}\na.mp4\n")
    result = CliRunner().invoke(app, ["analyse", "@list.txt", f"{LONG}.mkv", "--out", "out"])
    assert result.exit_code == 3, result.output
    assert fake.FakeAnalyser.seen == ["a.mp4"]
    rows = Path("out/results.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [LONG, "a.mp4", f"{LONG}.mkv"]
    assert rows[1].count("File name too long") == 1


def test_folder_that_may_not_be_entered_is_a_row(
    unprivileged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(unprivileged)
    fake.clip("a.mp4", "0.75")
    Path("shut").mkdir(mode=0)
    found = inputs.find(["shut/b.mp4", "a.mp4"])
    Path("shut").chmod(0o700)
    assert [(one.path, one.reason) for one in found.inputs] == [
        ("shut/b.mp4", "Permission denied"),
        ("a.mp4", ""),
    ]


@pytest.mark.parametrize("name", [f"{LONG}.csv", f"@{LONG}.csv", f"@{LONG}.txt"])
def test_list_with_such_a_name_is_one_line(name: str) -> None:
    with pytest.raises(UserError, match="File name too long; it should list a path per"):
        inputs.find([name])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (LONG, "the name is too long"),
        (f"new/{LONG}", "the name is too long"),
        ("a.mp4/x", "leads through a file, which is no folder"),
        ("dangling", "a file or a broken link is in the way"),
    ],
)
def test_out_that_cannot_be_made_is_one_line(
    name: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "find", lambda model, approach: fake.bundle())
    monkeypatch.setattr("deepfake_attribution.cli.analyse.without_results", lambda seed: [])
    result = CliRunner().invoke(app, ["analyse", "a.mp4", "--out", name])
    assert result.exit_code == 1
    assert result.output == f"error: --out: {name}: {reason}; give another folder\n"


@pytest.mark.parametrize("name", [LONG, "circle"])
@pytest.mark.parametrize(
    "words",
    [
        ["analyse", "a.mp4", "--model"],
        ["enrol", "bend", "a.mp4", "--model"],
        ["enrol", "--undo", "--model"],
        ["serve", "--port", "0", "--model"],
        ["serve", "--port", "0", "--folder"],
    ],
)
def test_folder_that_cannot_exist_is_one_line(words: list[str], name: str) -> None:
    result = CliRunner().invoke(app, [*words, name])
    assert (result.exit_code, result.output.count("\n")) == (1, 1), result.output
    assert result.output.startswith(f"error: {words[-1]}: {name}: ")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (LONG, "the name is too long"),
        ("a.mp4/x", "a file or a broken link is in the way"),
        ("a.mp4/x/y", "leads through a file"),
        ("circle", "a link that leads to itself"),
    ],
)
def test_export_to_a_path_that_cannot_exist(
    name: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_networks", lambda bundle: [])
    with pytest.raises(UserError, match=f"{name}: {reason}.*; give another folder"):
        exporting.export(fake.bundle(), Path(name))


def test_other_errors_stay_as_they_are() -> None:
    with pytest.raises(OSError, match="No space"), usable(Path("x")):
        raise OSError(28, "No space left on device")


def test_root_is_no_bundle() -> None:
    result = CliRunner().invoke(app, ["enrol", "--undo", "--model", "/"])
    assert result.exit_code == 1
    assert result.output == "error: --model: /: the root folder; give the folder of a bundle\n"
