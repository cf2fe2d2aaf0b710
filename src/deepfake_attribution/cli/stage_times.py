"""The time that each stage took, measured from the output of ``dvc repro``.

Stages do not measure time, and DVC stores no durations. So the time is measured outside, from the
line in which DVC starts a stage to the line after it, and stored in ``.work``, outside all outputs.
"""

import json
import re
import time
from collections.abc import Callable, Iterable

import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError

FILE = paths.WORK / "times.json"
BEGUN = re.compile(r"Running stage '(.+)':")
# DVC prints one of these next, once the outputs of a stage are in its cache.
ENDED = ("Updating lock file", "Generating lock file", "Stage '", "Use `dvc push`")


def watch(
    lines: Iterable[str], show: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> dict[str, float]:
    """Pass each line on; return stage -> seconds, in order, of the stages that ended.

    Args:
        lines: the standard output of ``dvc repro``.
        show: is called with each line.
        clock: seconds.
    """
    found: dict[str, float] = {}
    running, since = "", 0.0
    for line in lines:
        now = clock()
        begun = BEGUN.match(line)
        if running and (begun or line.startswith(ENDED)):
            found[running] = now - since
            running = ""
        if begun:
            running, since = begun[1], now
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
