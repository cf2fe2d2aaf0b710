"""The benchmarks of full sizes, on next to nothing."""

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from deepfake_attribution.render.settings import RenderedDatabase

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
BUSY = "x = bytearray({size} * 2**20); t = __import__('time').process_time; e = t() + 0.3\n"
BUSY += "while t() < e: x[::4096] = x[::4096]\n"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import processes  # type: ignore[import-not-found]

    return processes


def test_time_and_memory_are_those_of_all_processes(processes: Any, tmp_path: Path) -> None:
    child = BUSY.format(size=150)
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])\n"
    program += BUSY.format(size=40)
    took = processes.used([sys.executable, "-c", program], tmp_path, os.environ)
    assert 0.6 < took.cpu < 5 and took.seconds > 0.6
    assert 40 < took.own < 150 < took.largest_other < 400
    assert took.total > took.largest_other


def test_a_program_is_killed_with_all_that_it_started(processes: Any, tmp_path: Path) -> None:
    program = "touch begun; sleep 60 & echo $! > child; wait"
    place = tmp_path / "child"
    processes.used(
        ["bash", "-c", program],
        tmp_path,
        os.environ,
        lambda: place.exists() and place.read_text().endswith("\n"),
    )
    child = int(place.read_text())
    for _ in range(200):  # a busy machine takes a moment to end what was killed
        if not alive(child):
            return
        time.sleep(0.05)
    raise AssertionError(f"process {child} runs on")


def alive(process: int) -> bool:
    """Return whether a process runs; one that waits for its parent to notice its end does not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_a_program_that_fails_or_ends_early_is_an_error(processes: Any, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        processes.used(["false"], tmp_path, os.environ)
    with pytest.raises(subprocess.CalledProcessError):
        processes.used(["true"], tmp_path, os.environ, lambda: False)


def test_videos_of_the_benchmark_can_be_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import stages  # type: ignore[import-not-found]

    RenderedDatabase.model_validate(stages.RENDERED)


@pytest.mark.parametrize("script", sorted(path.stem for path in BENCHMARKS.glob("*.py")))
def test_every_benchmark_fits_the_code(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it imports is there, and the settings that it names are valid."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    before = set(sys.modules)
    importlib.import_module(script)
    own = {path.stem for path in BENCHMARKS.glob("*.py")}
    for name in own & set(sys.modules) - before:  # short names, which other tests may use
        del sys.modules[name]


def test_the_demo_is_held_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import demo  # type: ignore[import-not-found]

    stages = {"render@demo_a": 100.0, "embed@binary-demo_a": 9.0, "embedding": 4.0, "report": 16.0}
    found = {one.name: one for one in demo.against_limits(840.0, stages, 3.0)}
    assert (found["demo/from_nothing"].ours, found["demo/from_nothing"].ratio) == (840, 0.5)
    assert (found["demo/short_stages"].ours, found["demo/short_stages"].ratio) == (20, 2)
    assert (found["demo/nothing_to_do"].ours, found["demo/nothing_to_do"].ratio) == (3, 0.5)


@pytest.mark.slow
def test_catalogs_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import catalog  # type: ignore[import-not-found]

    monkeypatch.chdir(BENCHMARKS.parent)
    monkeypatch.setattr(catalog, "OWN", 30)
    rows = catalog.measured(tmp_path, ["dfdc_preview", "own_manifest"])
    assert [(row.names, row.videos) for row in rows] == [(397, 396)] * 4 + [(31, 30)]
    assert all(row.cpu > 0.3 and row.memory_mb > 50 for row in rows)
    assert "| dfdc_preview | 397 | 396 | " in catalog.markdown(rows)
