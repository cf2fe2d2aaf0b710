"""What is shown while `dvc repro` runs: a script stands in for DVC and prints what DVC printed."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from deepfake_attribution.cli import repro_plan, repro_runs, stage_times
from deepfake_attribution.cli.main import app
from deepfake_attribution.cli.repro_display import Display, duration

PIPELINE = """\
stages:
  crop:
    foreach: [one, two]
    do: {desc: Find the face in the frames of a dataset, cmd: x}
  report: {desc: Write the tables and the page, cmd: x}
"""
# DVC 3.67 on such a pipeline; a stage prints warnings of libraries, and how far it is
RAN = """\
Stage 'crop@one' is cached - skipping run, checking out outputs
Running stage 'crop@two':
> python stages/crop.py two
UserWarning: a library is going to change something
crop two: 30 of 120
Updating lock file 'dvc.lock'

Running stage 'report':
> python stages/report.py
Updating lock file 'dvc.lock'
Use `dvc push` to send your updates to remote storage.
"""
FAILED = """\
Stage 'crop@one' didn't change, skipping
Running stage 'crop@two':
> python stages/crop.py two
error: data/frames/two: no such folder
ERROR: failed to reproduce 'crop@two': failed to run: python stages/crop.py two, exited with 1
"""
STAND_IN = """\
import sys, time
from pathlib import Path
if sys.argv[1] == "dag":
    Path("asked.txt").touch()
    print('strict digraph {\\n"crop@one";\\n"crop@two";\\n"report";\\n"crop@one" -> "report";\\n}')
    sys.exit()
Path("arguments.txt").write_text(" ".join(sys.argv[1:]))
print(Path("output.txt").read_text(), end="", flush=True)
if Path("hang").exists():
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(252)
sys.exit(int(Path("code.txt").read_text()))
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("dvc.yaml").write_text(PIPELINE)
    Path("stand_in.py").write_text(STAND_IN)
    monkeypatch.setattr(repro_plan, "DVC", (sys.executable, "stand_in.py"))
    monkeypatch.setattr("deepfake_attribution.cli.outcome.best_unseen", lambda: "best: A")
    return tmp_path


def run(output: str, *arguments: str, code: int = 0) -> tuple[int, list[str]]:
    """Run the command; DVC prints ``output`` and ends with ``code``."""
    Path("output.txt").write_text(output)
    Path("code.txt").write_text(str(code))
    result = CliRunner().invoke(app, ["repro", *arguments])
    return result.exit_code, result.output.splitlines()


def test_without_a_terminal_each_stage_that_runs_is_one_line(folder: Path) -> None:
    code, lines = run(RAN)
    assert code == 0
    lines[3] = re.sub(r"in \d+ s;", "in 0 s;", lines[3])  # it is the time that passed
    assert lines == [
        "[2/3] crop two: Find the face in the frames of a dataset",
        "[3/3] report: Write the tables and the page",
        "best: A",
        "time: 2 of 3 stages ran, in 0 s; each: `deepfake-attribution times`; all output: "
        ".work/repro.log",
        f"open: {folder}/reports/index.html",
    ]
    assert list(stage_times.read()) == ["crop@two", "report"]


def test_dry_run_says_what_would_run_and_keeps_no_times() -> None:
    code, lines = run(RAN, "--dry")
    assert code == 0 and lines[-1] == "2 of 3 stages would run"
    assert stage_times.read() == {}


def test_every_line_is_in_the_log_and_the_run_before_is_kept() -> None:
    run(RAN)
    assert repro_runs.LOG.read_text() == RAN
    run(FAILED, code=255)
    assert repro_runs.LOG.read_text() == FAILED and repro_runs.BEFORE.read_text() == RAN


def test_a_failure_names_the_stage_shows_its_last_lines_and_passes_the_code_on() -> None:
    code, lines = run(FAILED, code=255)
    assert code == 255
    assert lines[0].startswith("[2/3] crop two")
    assert "  error: data/frames/two: no such folder" in lines
    assert lines[-1] == "failed: crop@two, exit code 255; all output: .work/repro.log"
    assert not any("best" in line or "open" in line for line in lines)
    assert stage_times.read() == {}


def test_only_the_last_lines_are_shown_and_none_of_other_stages() -> None:
    long = "".join(f"line {number}\n" for number in range(100))
    _, lines = run(FAILED.replace("error: data", long + "error: data"), code=255)
    shown = [line for line in lines if line.startswith("  ")]
    assert len(shown) == repro_runs.SHOWN and "  line 99" in shown and "  line 1" not in shown
    later = FAILED.partition("\n")[2].replace("crop@two", "report")
    _, lines = run(RAN.partition("Running stage 'report'")[0] + later, code=255)
    assert "  crop two: 30 of 120" not in lines and lines[-1].startswith("failed: report")


def test_a_failure_before_any_stage_shows_what_dvc_says() -> None:
    code, lines = run("ERROR: you are not inside of a DVC repository\n", code=253)
    assert code == 253
    assert lines == [
        "  ERROR: you are not inside of a DVC repository",
        "failed: dvc repro, exit code 253; all output: .work/repro.log",
    ]


def test_nothing_to_do_is_told_in_a_line() -> None:
    skipped = "".join(
        f"Stage '{name}' didn't change, skipping\n" for name in ("crop@one", "report")
    )
    code, lines = run(skipped + "Data and pipelines are up to date.\n")
    assert code == 0 and lines[1].startswith("time: 0 of 2 stages ran")
    assert not Path("asked.txt").exists()  # what would run takes DVC two seconds to list


def test_arguments_are_passed_on() -> None:
    run(RAN, "--force", "crop@two", "-k")
    assert Path("arguments.txt").read_text() == "repro --force crop@two -k"


def test_questions_cannot_be_asked() -> None:
    code, _ = run(RAN, "-i")
    assert code == 1 and not Path("arguments.txt").exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_dvc_too_and_the_way_on_is_told(number: signal.Signals) -> None:
    Path("hang").touch()
    Path("output.txt").write_text("Running stage 'crop@two':\n> python stages/crop.py two\n")
    script = (
        # a shell that runs the tests in the background has them ignore Ctrl-C, and all below them
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "import sys; from deepfake_attribution.cli import repro_plan; "
        "repro_plan.DVC = (sys.executable, 'stand_in.py'); "
        "from deepfake_attribution.cli.main import app; app(['repro', 'report'])"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not repro_runs.LOG.exists() or "crop.py" not in repro_runs.LOG.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.kill(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    last = output.splitlines()[-1]
    assert last == "stopped in crop@two; to go on: deepfake-attribution repro report"


def display(width: int, **changes: object) -> Display:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, force_interactive=True)
    names = ["crop@one", "crop@two", "report"]
    about = {"crop": "Find the face " + "and follow it " * 10, "report": "Write"}
    return Display(console, about, stages=names, runs=[stage_times.Watched()], **changes)


def drawn(shown: Display) -> list[str]:
    """Return the lines that the terminal shows, without colours."""
    lines = shown.console.render_lines(shown.render(), pad=False)
    return ["".join(segment.text for segment in line) for line in lines]


@pytest.mark.parametrize("width", [20, 80, 120])
def test_no_line_of_the_display_is_wider_than_the_terminal(width: int) -> None:
    shown = display(width, last={"crop@one": 5.0, "report": 100.0})
    for line in RAN.splitlines()[:5]:
        if not shown.runs[0].take(line, time.monotonic()):
            shown.printed(shown.runs[0].running, line)
    lines = drawn(shown)
    assert len(lines) == 3 and all(len(line) <= width for line in lines)
    if width == 80:
        assert "[2/3]" in lines[0] and "up to 1 min 45 s left" in lines[0]
        assert lines[1].startswith("crop two, 0 s: Find the face and")
        assert lines[2] == "crop two: 30 of 120"


def test_time_left_is_of_the_stages_that_are_not_done() -> None:
    shown = display(80, last={"crop@one": 5.0, "crop@two": 7.0, "report": 100.0})
    assert shown.remaining(0.0) == "up to 1 min 52 s left"
    shown.runs[0].take("Running stage 'crop@two':", 10.0)
    assert shown.remaining(13.0) == "up to 1 min 49 s left"
    assert shown.remaining(18.0) == "longer than expected, then up to 1 min 45 s"
    shown.runs[0].take("Stage 'crop@one' didn't change, skipping", 19.0)
    assert shown.remaining(19.0) == "up to 1 min 40 s left"
    shown.runs[0].take("Running stage 'report':", 20.0)
    assert shown.remaining(121.0) == "longer than expected"
    assert display(80).remaining(0.0) == ""  # nothing is known


def test_colours_and_other_control_codes_of_a_stage_do_not_reach_the_display() -> None:
    shown = display(80)
    shown.runs[0].take("Running stage 'report':", time.monotonic())
    shown.printed("report", "\x1b[2K\x1b[31mred\x1b[0m\x07 text")
    shown.printed("report", "\x1b[1A")
    assert drawn(shown)[2] == "red text"


def test_warnings_of_libraries_are_left_to_the_log() -> None:
    shown = display(80)
    shown.runs[0].take("Running stage 'report':", time.monotonic())
    shown.printed("report", "report: 3 of 9")
    shown.printed("report", "/lib/sklearn/base.py:7: FutureWarning: `n_jobs` is going to change")
    shown.printed("report", "  warnings.warn(")
    assert drawn(shown)[2] == "report: 3 of 9"


def test_durations_are_short() -> None:
    assert [duration(seconds) for seconds in (4.4, 200.0, 3720.0)] == [
        "4 s",
        "3 min 20 s",
        "1 h 2 min",
    ]


@pytest.mark.slow
def test_dvc_itself_is_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repro_plan, "DVC", (sys.executable, "-m", "dvc"))
    Path("dvc.yaml").write_text(
        "stages:\n"
        "  first: {desc: Do it, cmd: echo out; echo err >&2; echo 1 > a.txt, outs: [a.txt]}\n"
        "  last: {cmd: exit 3, deps: [a.txt]}\n"
        "  other: {cmd: exit 0}\n"
    )
    for command in (["git", "init", "-q"], [sys.executable, "-m", "dvc", "init", "-q"]):
        subprocess.run(command, check=True, env=os.environ | {"DVC_NO_ANALYTICS": "1"})
    result = CliRunner().invoke(app, ["repro", "last"])
    lines = result.output.splitlines()
    assert lines[:2] == ["[1/2] first: Do it", "[2/2] last"]
    assert result.exit_code == 255 and lines[-1].startswith("failed: last, exit code 255")
    log = repro_runs.LOG.read_text().splitlines()
    assert {"out", "err"} <= {*log} and list(stage_times.read()) == ["first"]
    assert CliRunner().invoke(app, ["repro", "first"]).output.startswith("time: 0 of 1 stages ran")
