"""How long each stage took, read from what ``dvc repro`` says while it runs.

No stage knows a clock, and DVC keeps no durations. So they are taken outside, from when DVC says
that a stage begins to when it goes on, and kept in ``.work``, outside all outputs.
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
# What DVC says next, once the outputs of a stage are in its cache.
ENDED = ("Updating lock file", "Generating lock file", "Stage '", "Use `dvc push`")


def watch(
    lines: Iterable[str], told: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> dict[str, float]:
    """Pass lines on as they come; return stage -> seconds, in order, of those that ended.

    Args:
        lines: what ``dvc repro`` writes to its standard output.
        told: takes each line.
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
        told(line)
    return found


def keep(found: dict[str, float]) -> None:
    """Write the durations over those of earlier runs; a stage that did not run keeps its last."""
    merged = {name: second for name, second in read().items() if name not in found} | found
    write(json.dumps(merged, indent=1).encode(), FILE)


def read() -> dict[str, float]:
    """Return stage -> seconds of its last run that was watched; empty if none was.

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
    """Return a row per kind of stage: how many ran, and the seconds of all together."""
    rows = pd.DataFrame(
        {"stage": [name.partition("@")[0] for name in found], "seconds": list(found.values())}
    )
    kinds = rows.groupby("stage", sort=False)["seconds"].agg(["size", "sum"]).reset_index()
    return kinds.set_axis(["stage", "number", "seconds"], axis=1)
