"""The time that each stage took, measured from the output of ``dvc repro``.

Stages do not measure time, and DVC stores no durations. So the time is measured outside, from the
line in which DVC starts a stage to the line after it, and stored in ``.work``, outside all outputs.
"""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError

FILE = paths.WORK / "times.json"
BEGUN = re.compile(r"Running stage '(.+)':")
SKIPPED = re.compile(r"Stage '(.+)' (?:didn't change|is cached)")
# DVC prints one of these next, once the outputs of a stage are in its cache.
ENDED = ("Updating lock file", "Generating lock file", "Stage '", "Use `dvc push`")


@dataclass
class Watched:
    """What `watch` saw.

    Attributes:
        seconds: stage -> its time, in order, of the stages that ran to their end.
        passed: all stages that DVC is done with, also those that it did not run.
        running: the stage that did not end; empty if the last one did.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    running: str = ""


def watch(
    lines: Iterable[str],
    show: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
    total: int = 0,
) -> Watched:
    """Pass each line on; return which stages ran, and how long each took.

    Args:
        lines: the standard output of ``dvc repro``.
        show: is called with each line; the line of a stage says which one it is of ``total``.
        clock: seconds.
        total: number of all stages; 0: it is not known.
    """
    found = Watched()
    since = 0.0
    for line in lines:
        now = clock()
        begun, skipped = BEGUN.match(line), SKIPPED.match(line)
        if found.running and (begun or line.startswith(ENDED)):
            found.seconds[found.running] = now - since
            found.passed.add(found.running)
            found.running = ""
        if skipped:
            found.passed.add(skipped[1])
        if begun:
            found.running, since = begun[1], now
            if total:
                line = line.replace("':", f"' ({len(found.passed) + 1} of {total}):", 1)
        show(line)
    return found


def keep(found: dict[str, float]) -> None:
    """Store the durations; a stage that did not run keeps its last one."""
    merged = {name: second for name, second in read().items() if name not in found} | found
    write(json.dumps(merged, indent=1).encode(), FILE)


def read() -> dict[str, float]:
    """Return stage -> seconds of its last measured run; empty if there was none.

    Raises:
        UserError: the file is damaged.
    """
    try:
        return dict(json.loads(FILE.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise UserError(f"{FILE}: damaged; remove it") from None


def table(found: dict[str, float]) -> pd.DataFrame:
    """Return a row per kind of stage: how many ran, and their total seconds."""
    rows = pd.DataFrame(
        {"stage": [name.partition("@")[0] for name in found], "seconds": list(found.values())}
    )
    kinds = rows.groupby("stage", sort=False)["seconds"].agg(["size", "sum"]).reset_index()
    return kinds.set_axis(["stage", "number", "seconds"], axis=1)
