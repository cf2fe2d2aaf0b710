"""The longest files first, by the seconds that they took when durations.json was written.

Processes that share the files then end at about the same time. ``make durations`` measures anew.
Files are known by their name alone, which is theirs only; one that is not known yet begins early.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

STORED = Path(__file__).with_name("durations.json")
LEAST = 1.0  # seconds; files below need no order
Seconds = dict[str, dict[str, float]]  # by "fast" or "slow", and by file


def kind(item: pytest.Item) -> str:
    return "slow" if item.get_closest_marker("slow") else "fast"


def sort(items: list[pytest.Item], stored: Seconds) -> None:
    """Bring ``items`` into the order of their files' seconds, the longest first.

    A file counts with its tests that are among ``items``. Its tests keep their order.
    """
    kinds = defaultdict(set)
    for item in items:
        kinds[item.path.stem].add(kind(item))
    known = {name for seconds in stored.values() for name in seconds}
    takes = {
        file: sum(stored.get(one, {}).get(file, 0.0) for one in found)
        if file in known
        else float("inf")
        for file, found in kinds.items()
    }
    items.sort(key=lambda item: -takes[item.path.stem])


class Measuring:
    """Sums up what each file takes, and writes it when all tests have run."""

    def __init__(self) -> None:
        self._seconds: dict[str, dict[str, float]] = {"fast": {}, "slow": {}}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        seconds = self._seconds["slow" if "slow" in report.keywords else "fast"]
        file = Path(report.location[0]).stem
        seconds[file] = seconds.get(file, 0.0) + report.duration

    def pytest_sessionfinish(self) -> None:
        content = {
            name: {file: round(took, 1) for file, took in sorted(seconds.items()) if took >= LEAST}
            for name, seconds in self._seconds.items()
        }
        STORED.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
