import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import stored_durations


def item(file: str, name: str, slow: bool) -> Any:
    marker = object() if slow else None
    return SimpleNamespace(path=Path(f"{file}.py"), name=name, get_closest_marker=lambda _: marker)


def test_longest_files_begin_and_new_ones_before_them() -> None:
    stored = {"fast": {"long": 9.0, "mixed": 1.0}, "slow": {"mixed": 20.0}}
    fast = [item("short", "a", False), item("long", "b", False), item("mixed", "c", False)]
    items = [*fast, item("long", "d", False), item("new", "e", False)]
    stored["fast"]["short"] = 0.5
    stored_durations.sort(items, stored)
    assert [one.name for one in items] == ["e", "b", "d", "c", "a"]
    items = [*fast, item("mixed", "f", True)]  # the slow ones count where they are run
    stored_durations.sort(items, stored)
    assert [one.name for one in items] == ["c", "f", "b", "a"]


def test_seconds_are_summed_up_by_file_and_kind(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "durations.json"
    monkeypatch.setattr(stored_durations, "STORED", path)
    measuring = stored_durations.Measuring()
    for file, seconds, words in (
        *(("tests/a/test_b.py", 2.0, {}), ("tests/a/test_b.py", 1.26, {})),
        *(("tests/a/test_b.py", 30.0, {"slow": 1}), ("tests/test_c.py", 0.2, {})),
    ):
        report: Any = SimpleNamespace(location=(file, 1, ""), duration=seconds, keywords=words)
        measuring.pytest_runtest_logreport(report)
    measuring.pytest_sessionfinish()
    assert json.loads(path.read_text()) == {"fast": {"test_b": 3.3}, "slow": {"test_b": 30.0}}
