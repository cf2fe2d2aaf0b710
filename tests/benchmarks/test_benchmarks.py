"""The arithmetic of the benchmarks, with work that only moves a clock."""

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from video_files import all_by_av, pictures, write_frames

FOLDER = Path(__file__).parents[2] / "benchmarks"


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a script of ``benchmarks/`` as a module, beside which others may find its name."""
    place = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert place is not None and place.loader is not None
    made = importlib.util.module_from_spec(place)
    monkeypatch.setitem(sys.modules, name, made)  # dataclasses ask for it
    place.loader.exec_module(made)
    return made


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return module("measure", monkeypatch)


@pytest.fixture
def table(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return module("table", monkeypatch)


@pytest.fixture
def extraction(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return module("extraction", monkeypatch)


class Clock:
    """A clock that stands still unless work moves it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.turns: list[str] = []

    def __call__(self) -> float:
        return self.now

    def work(self, name: str, units: float, seconds: list[float]):  # type: ignore[no-untyped-def]
        """Return work that takes the next of ``seconds`` each time."""
        left = iter(seconds)

        def once() -> float:
            self.turns.append(name)
            self.now += next(left)
            return units

        return once


def test_rates_are_units_per_second_and_the_first_turn_does_not_count(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(measure, "perf_counter", clock)
    contenders = {
        "ours": clock.work("ours", 10, [99, 1, 2, 4]),
        "peer": clock.work("peer", 20, [99, 4, 5, 8]),
    }
    found = measure.rates(contenders, 3)
    assert found == {"ours": [10, 5, 2.5], "peer": [5, 4, 2.5]}


def test_everybody_begins_in_turn(measure: ModuleType) -> None:
    clock = Clock()
    names = ["a", "b", "c"]
    measure.rates({name: clock.work(name, 1, [1] * 9) for name in names}, 4)
    turns = ["".join(clock.turns[start : start + 3]) for start in range(0, 15, 3)]
    assert turns == ["abc", "abc", "bca", "cab", "abc"]  # the first is the one that does not count


def test_ratio_is_the_median_of_the_rounds_ratios_not_the_ratio_of_medians(
    measure: ModuleType,
) -> None:
    found = {"ours": [10.0, 40.0, 30.0], "slow": [5.0, 10.0, 20.0], "fast": [20.0, 80.0, 30.0]}
    slow, fast = measure.compared("read", found, "crops/s")
    assert (slow.name, slow.ours, slow.peer, slow.ratio) == ("read/slow", 30, 10, 2)  # not 3
    assert (fast.name, fast.peer, fast.ratio, fast.unit) == ("read/fast", 30, 0.5, "crops/s")


def test_ours_may_have_another_name(measure: ModuleType) -> None:
    (only,) = measure.compared("read", {"a": [1.0], "b": [4.0]}, "crops/s", ours="b")
    assert (only.name, only.ours, only.ratio) == ("read/a", 4, 4)


def test_results_take_the_place_of_those_of_their_names(
    measure: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "results.json"

    def result(name: str, ours: float):  # type: ignore[no-untyped-def]
        return measure.Result(name, ours, 1.0, ours, "x/s", "here")

    measure.write([result("read/b", 1), result("read/a", 2)], path)
    measure.write([result("read/b", 3), result("detect/z", 4)], path)
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert [(row["name"], row["ours"]) for row in rows] == [
        *(("detect/z", 4), ("read/a", 2), ("read/b", 3))
    ]
    assert list(rows[0]) == ["name", "ours", "peer", "ratio", "unit", "machine"]
    assert [file.name for file in tmp_path.iterdir()] == ["results.json"]


def test_table_goes_between_the_marks_again_and_again(table: ModuleType) -> None:
    row = {"name": "read/lmdb", "ours": 3921.456, "peer": 12.34, "ratio": 1.0549}
    one = table.markdown([row | {"unit": "crops/s", "machine": "a box"}])
    assert "| read | lmdb | 3,921 | 12.3 | crops/s | **1.05** |" in one.splitlines()
    assert one.endswith("Measured on: a box.\n")
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    first = table.within(text, one)
    assert one in first and table.within(first, one) == first
    other = table.within(first, "other\n")
    assert one not in other and other.partition(table.BEGIN)[0] == text.partition(table.BEGIN)[0]
    with pytest.raises(ValueError, match="lacks the mark"):
        table.within(text.replace(table.END, ""), one)


def test_extraction_is_timed_in_turns_and_its_first_frames_are_compared(
    extraction: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(extraction, "perf_counter", clock)
    monkeypatch.setattr(extraction, "SELDOM", {"slow": 1})
    frames = pictures(45)
    files = [write_frames(tmp_path / "a.mp4", frames), tmp_path / "b.mp4"]
    # Not written anew: x264's macroblock trees give other bytes now and then (decision 5).
    files[1].write_bytes(files[0].read_bytes())
    decoded = all_by_av(files[0])
    middles = range(1, 45, 3)

    def taker(name: str, steps: float, ahead: int):  # type: ignore[no-untyped-def]
        work = clock.work(name, 1, [steps] * 9)

        def take(path: Path) -> list[np.ndarray]:
            work()
            shown = [decoded[number + ahead] for number in middles]
            return [*shown[:14], np.flip(shown[14], 2)] if name == "slow" else shown

        return take

    takers = {"ours": taker("ours", 1, 0), "late": taker("late", 2, 1), "slow": taker("slow", 4, 0)}
    tallies, asked = extraction.measured(files, takers, 3)
    assert asked == 30
    assert tallies["ours"] == extraction.Tally([2, 2, 2], right=30, same=30)
    assert tallies["late"] == extraction.Tally([4, 4, 4], right=0, same=0)
    assert tallies["slow"].seconds == [8] and tallies["slow"].same == 28
    assert clock.turns[:6] == ["ours", "late", "slow", "late", "slow", "ours"]
    assert "slow" not in clock.turns[6:]
    late, slow = extraction.rates(tallies, 2, "extract_x")
    assert (late.name, late.ours, late.peer, late.ratio) == ("extract_x/late", 1, 0.5, 2)
    assert (slow.name, slow.ours, slow.peer, slow.ratio) == ("extract_x/slow", 1, 0.25, 4)


def test_a_library_that_is_missing_is_one_line(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks/read.py"])
    with pytest.raises(SystemExit) as stop:
        measure.peer("no_such_library.part")
    assert stop.value.code == (
        "error: read.py measures no_such_library, which is missing: make .venv/.bench-installed"
    )
    assert measure.peer("json.decoder").JSONDecoder is json.JSONDecoder


def test_what_a_library_lacks_itself_keeps_its_traceback(
    measure: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_there.py").write_text("import no_such_library")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        measure.peer("half_there")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("", True),
        ("--sample elsewhere --device cuda", True),
        ("--rounds 3", True),  # the usual number
        ("--rounds 1", False),
        ("--seconds 10", False),
        ("--threads 1", False),
        ("--rounds 1 --keep", True),
    ],
)
def test_results_are_kept_at_usual_sizes_or_where_asked_for(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str, kept: bool
) -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--sample", type=Path)
    words.add_argument("--device", default="cpu")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--seconds", type=int, nargs="*", default=[10, 60])
    words.add_argument("--threads", type=int)
    words.add_argument("--profile", action="store_true")
    monkeypatch.setattr(sys, "argv", ["read.py", *line.split()])
    written: list[object] = []
    monkeypatch.setattr(measure, "write", written.append)
    measure.keep(["a result"], measure.options(words))
    assert written == ([["a result"]] if kept else [])
