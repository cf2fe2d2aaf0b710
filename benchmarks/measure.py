"""How every benchmark measures: the contenders take turns, and medians are compared.

Two cores of a shared machine are noisy, so a figure alone says little: each round runs every
contender once, and a ratio is the median of the rounds' own ratios.
"""

import argparse
import json
import multiprocessing
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
Work = Callable[[], float]  # does it once and returns how many units that were


@dataclass(frozen=True)
class Result:
    """One comparison.

    Attributes:
        name: ``<work>/<peer>``.
        ours, peer: in ``unit``; medians.
        ratio: above 1 where ours is better.
        unit: what ``ours`` and ``peer`` count.
        machine: where it was measured.
    """

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str
    machine: str


def peer(name: str) -> Any:
    """Return a module of another library that is measured; without it the script ends with a line.

    Only its own absence is told so: what it lacks itself keeps its traceback.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        library = name.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != library:
            raise
        script = Path(sys.argv[0]).name
        sys.exit(
            f"error: {script} measures {library}, which is missing: make .venv/.bench-installed"
        )


def options(words: argparse.ArgumentParser) -> argparse.Namespace:
    """Parse the command line, with ``--keep`` beside what ``words`` has.

    ``keep`` is true where it was asked for, and where every size (whole numbers, lists of them) is
    the script's own: a quick look must not take the place of a measurement.
    """
    words.add_argument(
        "--keep", action="store_true", help="write the results though sizes are not the usual ones"
    )
    chosen = words.parse_args()
    usual = {name: words.get_default(name) for name in vars(chosen)}
    sizes = [
        name
        for name, value in vars(chosen).items()
        if any(
            isinstance(one, int | list) and not isinstance(one, bool)
            for one in (value, usual[name])
        )
    ]
    chosen.keep |= all(getattr(chosen, name) == usual[name] for name in sizes)
    return chosen


def rates(contenders: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Return units per second of every contender, one number per round; they take turns.

    Each does its work once before, unmeasured: files are read, libraries loaded.
    """
    for work in contenders.values():
        work()
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)
        # nobody always comes after the same one
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun = perf_counter()
            units = contenders[name]()
            found[name].append(units / (perf_counter() - begun))
    return found


def apart(work: Work) -> Work:
    """Return ``work`` as done by a process of its own, which waits between the rounds.

    For contenders that change their process: its memory, its threads. It is forked here: before
    anything has started threads.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def serve() -> None:
        while there.recv():
            there.send(work())

    context.Process(target=serve, daemon=True).start()

    def asked() -> float:
        here.send(True)
        units: float = here.recv()
        return units

    return asked


def compared(
    work: str, found: Mapping[str, Sequence[float]], unit: str, ours: str = "ours"
) -> list[Result]:
    """Return ours against each other contender of `rates`, as ``<work>/<contender>``."""
    results = []
    for name, values in found.items():
        if name == ours:
            continue
        ratios = [one / other for one, other in zip(found[ours], values, strict=True)]
        pair = (round(median(found[ours]), 2), round(median(values), 2))
        results.append(Result(f"{work}/{name}", *pair, round(median(ratios), 2), unit, machine()))
    return results


def write(results: Sequence[Result], path: Path = RESULTS) -> None:
    """Add ``results`` to the list at ``path``, in the place of older ones of their names."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    rows = {row["name"]: row for row in known} | {one.name: asdict(one) for one in results}
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(json.dumps([rows[name] for name in sorted(rows)], indent=2) + "\n")
    temporary.replace(path)


def keep(results: Sequence[Result], chosen: argparse.Namespace) -> None:
    """`write` the results if `options` says so; else say that they were not."""
    if chosen.keep:
        write(results)
    else:
        print(f"{RESULTS.name} stays as it is, for these are not the usual sizes; or: --keep")


def show(results: Sequence[Result]) -> None:
    """Print a line for each result."""
    for one in results:
        pair = f"ours {one.ours:10.2f}  peer {one.peer:10.2f}"
        print(f"{one.name:34} {pair} {one.unit:16} x{one.ratio:.2f}")


def machine() -> str:
    """Return processor, cores and system in words; nothing that names this very machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )
