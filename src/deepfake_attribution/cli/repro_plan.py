"""What a run of the pipeline will do: its stages, what each does, and how long it may take."""

import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read

DVC = (sys.executable, "-m", "dvc")
PIPELINE = Path("dvc.yaml")
NODE = re.compile(r'^"([^"]+)";$', re.MULTILINE)
ONLY = ("-s", "--single-item")
# With these, DVC runs other stages than the targets and what they need.
OTHERS = (
    "-p",
    "--pipeline",
    "-P",
    "--all-pipelines",
    "-R",
    "--recursive",
    "--downstream",
    "--glob",
)
# Seconds of a stage on two cores of an EPYC (docs/demo.md), until this machine has its own.
DEMO = {
    "settings": 4,
    "weights": 3,
    "starting_weights": 8,
    "render": 11,
    "catalog": 1,
    "extract": 3,
    "crop": 4,
    "superset": 1,
    "train": 40,
    "embed": 4,
    "fit": 4,
    "evaluate": 3,
    "likelihood": 6,
    "evidence_maps": 44,
    "robustness": 2,
    "open_set": 4,
    "metadata_baseline": 3,
    "uncertainty": 6,
    "maps": 6,
    "figures": 9,
    "bundle": 8,
    "report": 16,
}


class Listing:
    """What ``dvc dag`` prints, which takes two seconds: it runs when it is needed.

    Args:
        command: prints it; empty: there is nothing to print.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    @cached_property
    def text(self) -> str:
        """What it prints, also if it fails: then DVC says what is wrong in the run itself."""
        if not self._command:
            return ""
        done = subprocess.run(
            self._command,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.stdout


def graph(arguments: Sequence[str]) -> Listing:
    """Return the list of the stages that ``dvc repro`` looks at, for `stages`.

    Nothing is listed where the arguments alone tell, or ask for more than the targets need.

    Args:
        arguments: of ``dvc repro``.
    """
    if any(one in arguments for one in (*ONLY, *OTHERS)):
        return Listing(())
    return Listing([*DVC, "dag", "--dot", *_targets(arguments)])


def stages(arguments: Sequence[str], listing: str) -> list[str]:
    """Return the stages that ``dvc repro`` looks at; empty if that is not known.

    Args:
        arguments: of ``dvc repro``.
        listing: the text of `graph`.
    """
    if any(one in arguments for one in ONLY):
        return _targets(arguments)
    return NODE.findall(listing)


def _targets(arguments: Sequence[str]) -> list[str]:
    return [one for one in arguments if not one.startswith("-")]  # no option takes a value


def descriptions() -> dict[str, str]:
    """Return kind of stage, such as ``crop`` -> its ``desc`` in dvc.yaml."""
    try:
        listed = read(PIPELINE).get("stages") or {}
    except UserError:  # DVC says what is wrong with it
        return {}
    bodies = {name: body.get("do", body) for name, body in listed.items() if isinstance(body, dict)}
    return {name: str(body.get("desc", "")) for name, body in bodies.items()}


def is_demo() -> bool:
    """Return whether params.yaml has the demo's datasets: for others `DEMO` means nothing."""
    try:
        settings = read(PARAMS)
    except UserError:
        return False
    datasets, rendered = settings.get("datasets") or {}, settings.get("rendered") or {}
    return bool(rendered) and {*datasets} == {*rendered}


def expected(
    remaining: Iterable[str], last: Mapping[str, float], demo: bool = False
) -> float | None:
    """Return how many seconds the stages take if all of them run; None if that is not known.

    Args:
        remaining: names of stages.
        last: seconds of earlier runs on this machine; others of the same kind stand for a stage
            that has none.
        demo: whether `DEMO` may be used for kinds that have never run.
    """
    kinds: dict[str, list[float]] = {}
    for name, seconds in last.items():
        kinds.setdefault(kind(name), []).append(seconds)
    means = {name: sum(values) / len(values) for name, values in kinds.items()}
    if demo:
        means = DEMO | means
    total = 0.0
    for name in remaining:
        if name not in last and kind(name) not in means:
            return None
        total += last[name] if name in last else means[kind(name)]
    return total


def kind(stage: str) -> str:
    """Return ``crop`` for ``crop@demo_a``."""
    return stage.partition("@")[0]
