"""Blocks that crash, hang or fail under several workers: what it costs, and what comes out."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from block_kinds import PLACES, SCHEMA, lost, produce, spread, wait_for
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.shards import digest
from deepfake_attribution.workers.blocks import Kind, process

BLOCKS = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]


def run(folder: Path, bad: dict[int, str], workers: int = 2, seconds: float = 600) -> list[dict]:
    log = folder / "log"
    log.mkdir(parents=True, exist_ok=True)
    kind = Kind(partial(produce, log=log, bad=bad), lost, SCHEMA)
    how = spread(workers, block_seconds=seconds)
    return list(process(BLOCKS, kind, folder / "work", folder / "out", how, "test"))


def times(folder: Path) -> dict[int, int]:
    """Return how often each number was begun."""
    return {int(path.name): path.stat().st_size for path in (folder / "log").iterdir()}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "out").iterdir())}


@pytest.mark.slow
def test_a_video_that_always_crashes_is_listed_and_all_others_are_used(tmp_path: Path) -> None:
    bad = {4: "crash"}
    rows = run(tmp_path / "two", bad, workers=2)
    assert [row["number"] for row in rows] == list(range(10))
    assert {row["number"]: row["word"] for row in rows if row["word"]} == {
        4: "it crashed (signal 11)"
    }
    assert [row["hash"] is None for row in rows] == [number == 4 for number in range(10)]
    assert rows[5]["hash"] == digest(bytes([5]) * 1000)
    # other blocks once; of its own, what comes before it in both tries, and all alone
    assert times(tmp_path / "two") == dict.fromkeys(range(10), 1) | {3: 3, 4: 3}
    run(tmp_path / "three", bad, workers=3)
    assert files(tmp_path / "two") == files(tmp_path / "three")


@pytest.mark.slow
def test_a_video_that_crashed_once_is_used(tmp_path: Path) -> None:
    rows = run(tmp_path / "once", {4: "crash once"})
    assert not any(row["word"] for row in rows)
    assert times(tmp_path / "once") == dict.fromkeys(range(10), 1) | {3: 2, 4: 2}
    run(tmp_path / "never", {}, workers=1)
    assert files(tmp_path / "once") == files(tmp_path / "never")


@pytest.mark.slow
def test_every_end_has_its_reason(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # three times it waits so long; another block takes milliseconds
    rows = run(tmp_path, {1: "memory", 5: "hang", 9: "exit"}, workers=3, seconds=5)
    assert {row["number"]: row["word"] for row in rows if row["word"]} == {
        1: "it was killed (signal 9), most likely because memory ran out",
        5: "it took longer than compute.block_seconds allows",
        9: "it ended with code 3",
    }
    told = capfd.readouterr().err.splitlines()
    assert sorted(line for line in told if line.startswith("block-000003")) == [
        "block-000003-000: its process ended with code 3: this video is listed as unreadable",
        "block-000003: its process ended with code 3: it is tried again",
        "block-000003: its process ended with code 3: its videos are tried one by one",
    ]


@pytest.mark.slow
def test_an_error_in_one_block_stops_all_soon_and_keeps_what_is_finished(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.mkdir()
    (log / "9").mkdir()  # where a file must be written
    begun = time.monotonic()
    with pytest.raises(IsADirectoryError) as caught:
        run(tmp_path, {7: "hang"})
    assert time.monotonic() - begun < 30
    assert "block_kinds.py" in caught.value.__notes__[0]  # where it happened, over there
    (log / "9").rmdir()
    before = times(tmp_path)
    run(tmp_path, {})
    once = dict.fromkeys(range(6), 1)  # both blocks that were through
    assert once.items() <= before.items()
    assert once.items() <= times(tmp_path).items()
    run(tmp_path / "whole", {})
    assert files(tmp_path) == files(tmp_path / "whole")


@pytest.mark.slow
def test_folder_that_vanishes_is_one_line_and_the_work_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    shared, away = tmp_path / "shared", tmp_path / "away"
    shared.mkdir()
    (shared / "video.mp4").write_text("x")
    log = tmp_path / "log"
    log.mkdir()

    def start(seen: Path) -> list[dict]:
        kind = Kind(partial(produce, log=log, bad={}), lost, SCHEMA, needs=(seen,))
        return process(BLOCKS, kind, tmp_path / "work", tmp_path / "out", spread(2), "test")

    shared.rename(away)
    for _ in ("gone", "empty: nothing is mounted there"):
        with pytest.raises(UserError, match=f"{shared}: this folder is gone, or empty") as caught:
            start(shared)
        assert "\n" not in str(caught.value)
        assert not list((tmp_path / "work").glob("block-*"))
        shared.mkdir(exist_ok=True)
    shared.rmdir()
    away.rename(shared)
    assert len(start(shared)) == 10


@pytest.mark.slow
def test_work_folder_that_vanishes_is_not_made_again_elsewhere(tmp_path: Path) -> None:
    """As of a share that is unmounted: what is written then must not lie beneath it."""
    code = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path\n"
        "import test_retries\n"
        "from deepfake_attribution.core.errors import run\n"
        "bad = dict.fromkeys(range(10), 'slow')\n"
        "run(lambda: print(len(test_retries.run(Path(sys.argv[1]), bad))))\n"
    )
    share, away = tmp_path / "share", tmp_path / "away"
    share.mkdir()
    here = [str(share), *PLACES]

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *here],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    going = start()
    wait_for(lambda: list(share.glob("work/block-*")), going)
    share.rename(away)
    _, told = going.communicate(timeout=60)
    # a slow machine is told how far the work is
    [line] = [line for line in told.splitlines() if not line.startswith("test: ")]
    assert going.returncode == 1 and line.startswith("error: "), told
    work = share / "work"
    assert f"{work}/" in told or f"{work}: this" in told or f"{share}/log" in told
    assert not work.exists()
    finished = len(list(away.glob("work/block-00000?")))
    assert 1 <= finished < 4
    away.rename(share)
    again = start()
    assert again.communicate(timeout=60)[0] == "10\n"
    run(tmp_path / "whole", {})
    assert files(share) == files(tmp_path / "whole")


@pytest.mark.slow
def test_stopped_stage_leaves_no_process_and_goes_on(tmp_path: Path) -> None:
    """Ctrl-C reaches the whole group: the stage ends at once, with those that hang."""
    code = (
        # a shell that runs the tests in the background has them ignore Ctrl-C, and all below them
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path\n"
        "import test_retries\n"
        "test_retries.run(Path(sys.argv[1]), {7: 'hang', 9: 'hang'})\n"
    )
    stage = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), *PLACES],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(lambda: (tmp_path / "log/7").exists() and (tmp_path / "log/9").exists(), stage)
    os.killpg(stage.pid, signal.SIGINT)
    stage.wait(timeout=20)
    wait_for(lambda: not group(stage.pid))
    assert sorted(path.name for path in tmp_path.glob("work/block-*")) == [
        "block-000000",
        "block-000001",
    ]
    run(tmp_path, {})
    assert times(tmp_path) == dict.fromkeys(range(10), 1) | {6: 2, 7: 2, 9: 2}


def group(number: int) -> bool:
    try:
        os.killpg(number, 0)
    except ProcessLookupError:
        return False
    return True
