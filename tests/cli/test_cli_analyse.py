"""`analyse` from the outside, with a model that reads its scores in the files."""

import csv
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import fake_analysis as fake
import warm_python
from deepfake_attribution.analyse import approach_words, words
from deepfake_attribution.analyse.bundle import finding
from deepfake_attribution.analyse.examination import writing
from deepfake_attribution.analyse.files import json_line
from deepfake_attribution.analyse.journal import Journal
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.table import strange_marked
from deepfake_attribution.cli import looking
from deepfake_attribution.cli.main import app
from deepfake_attribution.core.errors import UserError

GONE = "gone.mp4: no such file: it is not analysed\n"
ARGUMENTS = ["analyse", "clips", "gone.mp4", "--out", "out"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Stand in a folder with five clips."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(finding, "find", lambda model, approach: fake.bundle())
    monkeypatch.setattr("deepfake_attribution.cli.analyse.without_results", lambda seed: [])
    monkeypatch.setattr(looking, "Analyser", fake.FakeAnalyser)
    monkeypatch.setattr(fake.FakeAnalyser, "seen", [], raising=False)
    if request.node.get_closest_marker("slow") is None:  # a PDF takes a fifth of a second
        monkeypatch.setattr(writing, "as_pdf", lambda shown: shown.title.encode())
    clips = {"1": "0.75", "2": "0.25", "3": "0.75 0.25", "10": "0.625", "11": "too dark"}
    Path("clips").mkdir()
    for name, text in clips.items():
        fake.clip(f"clips/{name}.mp4", text)
    return tmp_path


def run(*arguments: str, code: int) -> tuple[str, str]:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def error(*arguments: str) -> str:
    """Return the one line of a mistake."""
    result = CliRunner().invoke(app, arguments)
    text = result.output.removeprefix(GONE)
    assert result.exit_code == 1 and text.count("\n") == 1, result.output
    return text


def files(folder: str) -> dict[str, bytes]:
    """Return what lies in a folder of results but for the lock and the seconds that it took."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and not path.name.endswith(".lock"):
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def test_approaches_without_results_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = ["TripletLoss-NN", "ArcFaceMod-NN"]
    monkeypatch.setattr("deepfake_attribution.cli.analyse.without_results", lambda seed: gone)
    out, _ = run("analyse", "clips/1.mp4", code=0)
    assert (
        "best on this project's validation videos of the approaches that have results; `dvc repro` "
        "makes those of TripletLoss-NN, ArcFaceMod-NN"
    ) in " ".join(out.split())


def test_table_has_a_row_per_person_and_one_line_of_caveats() -> None:
    out, errors = run("analyse", "clips", "gone.mp4", code=3)
    lines = [line.split() for line in out.splitlines()]
    assert ["clips/3.mp4", "(person", "2)", "fake", "0.250"] in [line[:5] for line in lines]
    assert "Videos in clips" not in out  # gone.mp4 is not in it
    assert "gone.mp4: not found: no such file" in out
    assert (
        "6 videos: 2 called fake, 2 called real, 2 without a verdict (no face: 1, not found: 1)."
    ) in out
    assert errors == GONE  # before the model is loaded
    row = next(line for line in lines if line[:1] == ["gone.mp4"])
    assert row == ["gone.mp4", "none", "-", "-", "-", "-", "-", "-"]  # not 0 of 4 faces
    assert "gone.mp4" not in fake.FakeAnalyser.seen
    lines = out.rstrip().splitlines()
    # after the counts: what it rests on, and its limits
    text = " ".join(out.split())  # a long line is folded
    assert (
        "not found: 1). Verdict and attack by Attribution (validation HTER 12.5 %); best on" in text
    )
    assert f". {approach_words.LIMITS} --explain: what it is based on." in text
    rests = text[text.index("Verdict and attack") :]
    assert rests.count(". ") <= 3
    explained, _ = run("analyse", "clips", "gone.mp4", "--explain", code=3)
    assert explained.splitlines()[: len(lines) - 1] == lines[:-1]  # the answer comes first
    based = [f"- {sentence}" for sentence in words.rests_on(fake.record())]
    rest = " ".join(explained.splitlines()[len(lines) - 1 :])  # long sentences are folded
    assert rest.split() == " ".join(["What this is based on:", *based]).split()
    assert any(
        "A method that the model was not trained on may pass as real" in one for one in based
    )


def test_simulated_attacks_are_named_right_below_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    out, _ = run("analyse", "clips/2.mp4", "clips/11.mp4", code=3)
    assert "simulated" not in out
    simulated = fake.bundle(classes=["real", "sim_mouth"])
    monkeypatch.setattr(finding, "find", lambda model, approach: simulated)
    out, _ = run("analyse", "clips/2.mp4", "clips/11.mp4", code=3)
    lines = [line.strip() for line in out.splitlines() if line.strip()]
    (place,) = [place for place, line in enumerate(lines) if "simulated" in line]
    (warning,) = approach_words.simulated_in_short(simulated.record)
    assert lines[place] == warning and "nothing about real deepfakes" in warning
    assert lines[place - 1].split()[0] == "11.mp4"  # the last row
    out, errors = run("analyse", "clips/2.mp4", "--json", code=0)
    assert warning in errors and warning not in out
    mixed = approach_words.simulated_in_short(fake.record(classes=["real", "sim_mouth", "swap"]))
    assert mixed == ["sim_mouth is simulated: results on it say nothing about real deepfakes."]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("notes.txt", "text, not a video"),
        ("gone.mp4", "no such file"),
        ("bare", "the folder is empty"),
    ],
)
def test_without_anything_to_analyse_the_reason_is_all(given: str, reason: str) -> None:
    Path("notes.txt").write_text("hello")
    Path("bare").mkdir()
    out, errors = run("analyse", given, code=3)
    assert (out, errors) == ("", f"{given}: {reason}: it is not analysed\n")
    out, errors = run("analyse", given, "--json", code=3)
    assert json.loads(out)["reason"] == reason
    assert errors == f"{given}: {reason}: it is not analysed\n"


def test_explanation_with_json_is_not_on_standard_output() -> None:
    out, errors = run("analyse", "clips/1.mp4", "--json", "--explain", code=0)
    assert len(out.splitlines()) == 1 and "Trained on 20 videos of one" in errors


def test_earlier_results_of_other_videos_are_counted_and_listed_again() -> None:
    _, errors = run("analyse", "clips/1.mp4", "clips/2.mp4", "--out", "there", code=0)
    assert "earlier results" not in errors
    _, errors = run("analyse", "clips/2.mp4", "--out", "there", code=0)
    assert "earlier results of other videos in there: 1; they are kept, and" in errors
    assert "clips/1.mp4" not in Path("there/results.jsonl").read_text()
    out, errors = run("analyse", "clips/1.mp4", "clips/2.mp4", "--out", "there", code=0)
    assert "2 of 2 were there already" in out and "earlier results" not in errors


def test_mark_of_a_video_out_of_distribution_is_explained() -> None:
    usual, strange = fake.result("a.mp4", 0.2), fake.result("b.mp4", 0.2, unlike=0.96)
    assert strange_marked([usual]) == []
    (line,) = strange_marked([usual, strange])
    assert line == "! out of distribution, from 95 % on: the verdict means little"


def test_exit_codes() -> None:
    run("analyse", "clips/1.mp4", code=0)
    run("analyse", "clips", code=3)
    errors = error("analyse", "list.csv")
    assert errors.startswith("error: list.csv: no such file")
    errors = error("analyse", "clips", "--fresh")
    assert "give --out, too" in errors
    run("analyse", "clips", "--faces", "some", code=2)
    run("analyse", code=2)


@pytest.mark.parametrize("value", ["inf", "1e20", "0", "-1", "nan", "-inf"])
@pytest.mark.parametrize("option", ["--max-seconds", "--max-minutes", "--max-megapixels"])
def test_limits_are_finite_and_above_0(option: str, value: str) -> None:
    result = CliRunner().invoke(app, ["analyse", "clips", f"{option}={value}"])
    assert result.exit_code == 2 and fake.FakeAnalyser.seen == []
    text = " ".join(re.sub("[^ -~]", " ", result.output).split())  # without the box
    assert "is not allowed: give a number above 0, at most 1,000,000" in text
    with pytest.raises(UserError, match=r"max_.*: .* is not allowed: give a number above 0"):
        Options(**{option.removeprefix("--").replace("-", "_"): float(value)})


def test_json_is_a_line_per_video_in_the_order_given_and_nothing_else() -> None:
    Path("notes").mkdir()
    out, errors = run("analyse", "clips/2.mp4", "clips", "notes", "--json", code=3)
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["path"] for line in lines] == [
        *("clips/2.mp4", "clips/1.mp4", "clips/3.mp4", "clips/10.mp4", "clips/11.mp4", "notes"),
    ]
    assert list(lines[0])[:6] == ["path", "status", "verdict", "p_real", "attack", "faces"]
    assert (lines[-1]["status"], lines[-1]["reason"]) == ("no_video", "the folder is empty")
    assert "clips: named before, analysed once: clips/2.mp4" in errors
    assert "never a proof" in errors


def test_folder_of_results(folder: Path) -> None:
    (folder / "list.csv").write_text("path,case,score\nclips/2.mp4,7,1\nclips/11.mp4,8,1\n")
    _, errors = run("analyse", "list.csv", "clips/1.mp4", "--out", "out", code=3)
    assert "score: left out of the list's columns: results have their own" in errors
    made = files("out")
    pages = [name for name in made if name.startswith("videos/")]
    assert len(pages) == 3 and len([name for name in made if name.startswith("crops/")]) == 2
    assert {*made} - {*pages} >= {"index.html", "results.jsonl", "results.csv", ".journal.jsonl"}
    lines = made["results.jsonl"].decode().splitlines()
    assert lines[0] == json_line(fake.result("clips/2.mp4", 0.25))
    rows = list(csv.DictReader(made["results.csv"].decode().splitlines()))
    assert [(row["path"], row["case"]) for row in rows] == [
        *(("clips/2.mp4", "7"), ("clips/11.mp4", "8"), ("clips/1.mp4", "")),
    ]
    documents = [name for name in made if name.startswith("reports/")]
    assert len(documents) == 9  # PDF, HTML and JSON of each
    for name in [*pages, *documents]:
        assert name in made["index.html"].decode()


def test_finished_videos_are_not_looked_at_again() -> None:
    run(*ARGUMENTS, code=3)
    before = files("out")
    fake.FakeAnalyser.seen.clear()
    out, _ = run(*ARGUMENTS, code=3)
    assert fake.FakeAnalyser.seen == [] and "5 of 6 were there already" in out
    assert files("out") == before
    fake.clip("clips/2.mp4", "0.9375")
    fake.clip("clips/12.mp4", "0.875")
    out, _ = run(*ARGUMENTS, code=3)
    assert fake.FakeAnalyser.seen == ["clips/2.mp4", "clips/12.mp4"]
    assert "7 videos: 1 called fake" in out
    lines = Path("out/results.jsonl").read_text().splitlines()
    assert [json.loads(line)["path"] for line in lines][3:] == [
        *("clips/10.mp4", "clips/11.mp4", "clips/12.mp4", "gone.mp4"),
    ]


def test_video_that_was_too_slow_is_tried_again() -> None:
    run(*ARGUMENTS, code=3)
    whole = files("out")
    stamp = Path("clips/3.mp4").stat()
    fake.clip("clips/3.mp4", "SLOW")
    arguments = ["analyse", "clips", "gone.mp4", "--out", "again"]
    out, errors = run(*arguments, code=3)
    assert "clips/3.mp4: not finished: too slow" in out
    assert "1 video was not finished: the same command tries again; --max-seconds raises" in errors
    lines = [json.loads(line) for line in Path("again/results.jsonl").read_text().splitlines()]
    assert [line["status"] for line in lines if line["path"] == "clips/3.mp4"] == ["not_finished"]
    assert "clips/3.mp4" not in Path("again/.journal.jsonl").read_text()
    fake.clip("clips/3.mp4", "0.75 0.25")
    os.utime("clips/3.mp4", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    fake.FakeAnalyser.seen.clear()
    _, errors = run(*arguments, "--max-seconds", "600", code=3)  # another limit changes no result
    assert fake.FakeAnalyser.seen == ["clips/3.mp4"] and "not finished" not in errors
    assert {**files("again"), ".journal.jsonl": b""} == {**whole, ".journal.jsonl": b""}


def test_file_that_is_no_video_has_a_document_with_its_hash() -> None:
    Path("text.mp4").write_text("no video\n")
    run("analyse", "text.mp4", "gone.mp4", "--out", "out", code=3)
    (document,) = Path("out/reports").glob("*.json")
    found = json.loads(document.read_text())
    assert found["verdict"] is None and "No verdict" in found["summary"]
    assert found["source"]["sha256"] == hashlib.sha256(b"no video\n").hexdigest()
    assert f"reports/{document.stem}.pdf" in Path("out/index.html").read_text()


@pytest.mark.parametrize("name", ["videos/3-*", "reports/3-*.pdf", "reports/3-*.json"])
def test_page_that_was_removed_is_made_again(name: str) -> None:
    run(*ARGUMENTS, code=3)
    before = files("out")
    next(Path("out").glob(name)).unlink()
    run(*ARGUMENTS, code=3)
    assert {**files("out"), ".journal.jsonl": b""} == {**before, ".journal.jsonl": b""}


def test_other_options_are_refused_and_fresh_begins_anew() -> None:
    run(*ARGUMENTS, code=3)
    before = files("out")
    errors = error(*ARGUMENTS, "--least-faces", "2")
    assert "other options (least_faces 3, now 2); name another folder" in errors
    assert files("out") == before
    fake.FakeAnalyser.seen.clear()
    run(*ARGUMENTS, "--no-crops", "--fresh", code=3)
    assert len(fake.FakeAnalyser.seen) == 5
    assert not any(name.startswith("crops/") for name in files("out"))


@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_files_of_others_are_left_alone(fresh: list[str]) -> None:
    Path("out").mkdir()
    Path("out/index.html").write_text("mine")
    errors = error(*ARGUMENTS, *fresh)
    assert "--out: out: contains index.html, which no analysis wrote" in errors
    assert Path("out/index.html").read_text() == "mine"
    errors = error("analyse", "clips", "--out", "clips/1.mp4")
    assert "clips/1.mp4: a file" in errors


@pytest.mark.parametrize("is_last", [False, True])
def test_folder_that_is_removed_meanwhile_is_one_line(is_last: bool) -> None:
    fake.clip(f"clips/{99 if is_last else 0}.mp4", "REMOVE")
    errors = error("analyse", "clips", "--out", "out")
    assert "error: out: it or its .journal.jsonl was removed while the analysis ran" in errors
    assert not Path("out").exists()
    Path("out").mkdir()  # a new one without the journal is not written to either
    (journal := Journal.begin(Path("out/j"), {})).check_is_there()
    Path("out/j").rename("out/k")
    Path("out/j").touch()
    with pytest.raises(UserError, match="out: it or its j was removed"):
        journal.check_is_there()


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on() -> None:
    run(*ARGUMENTS, code=3)
    whole = files("out")
    Path("clips/3.mp4").rename("3.mp4")
    fake.clip("clips/3.mp4", "STOP")
    out, errors = run("analyse", "clips", "gone.mp4", "--out", "again", code=130)
    assert "3 videos: 1 called fake, 1 called real, 1 without" in out and "; 3 were not" in out
    assert "Stopped; the same command goes on from here." in errors
    assert len(Path("again/results.jsonl").read_text().splitlines()) == 3
    Path("3.mp4").rename("clips/3.mp4")
    fake.FakeAnalyser.seen.clear()
    run("analyse", "clips", "gone.mp4", "--out", "again", code=3)
    assert fake.FakeAnalyser.seen == [f"clips/{n}.mp4" for n in (3, 10, 11)]
    assert files("again") == whole


DRIVER = """
import sys
import fake_analysis as fake
from deepfake_attribution.analyse import words
from deepfake_attribution.analyse.bundle import finding
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.cli import analyse as of_command, looking
from deepfake_attribution.cli.main import app
from deepfake_attribution.core import durable

durable.PATIENCE = 0.5
finding.find = lambda model, approach: fake.bundle()
of_command.without_results = lambda seed: []
looking.Analyser = fake.FakeAnalyser
fake.FakeAnalyser.seen, fake.FakeAnalyser.wait = [], float(sys.argv.pop(1))
app()
"""


def started(wait: float, *arguments: str, warm: bool = False) -> subprocess.Popen[str]:
    """Start the command in a process of its own; a warm one can be killed, but not asked to end."""
    Path("driver.py").write_text(DRIVER)
    python = str(warm_python.folder() / "python") if warm else sys.executable
    command = [python, "driver.py", str(wait), *arguments]
    places = [str(Path(fake.__file__).parent), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))},
    )


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_with_the_same_bytes() -> None:
    for number in range(20, 60):
        fake.clip(f"clips/{number}.mp4", f"0.{number}")
    run(*ARGUMENTS, code=3)
    whole = files("out")
    rounds = 0
    journal = Path("again/.journal.jsonl")
    before = -1
    while True:
        rounds += 1
        process = started(0.05, "analyse", "clips", "gone.mp4", "--out", "again", warm=True)
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            size = journal.stat().st_size if journal.exists() else 0
            if size > max(before, 0) + 28_000:
                process.kill()
            time.sleep(0.003)
        process.communicate()
        if process.returncode == 3:
            break
        assert process.returncode == -signal.SIGKILL
        before = journal.stat().st_size
        assert rounds < 30
    assert rounds > 2
    assert files("again") == whole


@pytest.mark.slow
def test_asked_to_end_it_keeps_what_is_done() -> None:
    process = started(0.3, *ARGUMENTS, "--json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["path"] == "clips/1.mp4"  # at once, not at the end
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 143 and "Stopped; the same command goes on" in errors
    assert Path("out/results.jsonl").exists()


@pytest.mark.slow
def test_two_at_a_time_do_not_mix() -> None:
    first = started(20.0, *ARGUMENTS)
    until = time.monotonic() + 60
    while not Path("out/.journal.jsonl").exists() and time.monotonic() < until:
        time.sleep(0.05)
    second = started(0, *ARGUMENTS)
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 1
    assert f"\nerror: out: another process (number {first.pid})" in errors
    first.kill()
    first.communicate()


@pytest.mark.slow
def test_reader_that_goes_away_ends_it_quietly() -> None:
    for number in range(20, 40):
        fake.clip(f"clips/{number}.mp4", f"0.{number}")
    process = started(0.05, "analyse", "clips", "--json")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(60) == 1 and "Traceback" not in errors


def test_list_from_standard_input_and_names_that_are_no_text() -> None:
    raw = os.fsdecode(b"clips/\xff\x1b[2J.mp4")
    fake.clip(raw, "0.75")
    result = CliRunner().invoke(app, ["analyse", "-", "--json"], input=os.fsencode(raw))
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["path"] == raw
    out, _ = run("analyse", raw, "--out", "out", code=0)
    assert "\\x1b[2J.mp4" in out and "\x1b" not in out
    assert os.fsencode(raw) in Path("out/results.csv").read_bytes()
