"""The time that each stage took, measured from the output of ``dvc repro``.

Stages do not measure time, and DVC stores no durations. So the time is measured outside, from the
line in which DVC starts a stage to the line after it, and stored in ``.work``, outside all outputs.
"""

import json
import re
from dataclasses import dataclass, field

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from deepfake_attribution.core import paths
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError

FILE = paths.WORK / "times.json"
BEGUN = re.compile(r"Running stage '(.+)':")
SKIPPED = re.compile(r"(?:Stage )?'(.+)' (?:didn't change, skipping|is cached - skipping run)")
FAILED = re.compile(r"(?:ERROR|WARNING): failed to reproduce(?: stages:)? '([^']+)'")
# DVC prints one of these next, once the outputs of a stage are in its cache.
ENDED = ("Updating lock file", "Generating lock file", "Stage '", "Use `dvc push`")


@dataclass
class Watched:
    """What the lines of ``dvc repro`` tell.

    Attributes:
        seconds: stage -> its time, in order, of the stages that ran to their end.
        passed: all stages that DVC is done with, also those that it did not run.
        running: the stage that has not ended; empty if the last one did.
        since: when it began.
        failed: the first stage that DVC calls failed.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    running: str = ""
    since: float = 0.0
    failed: str = ""

    def take(self, line: str, now: float) -> bool:
        """Take in a line of standard output or of standard error.

        Args:
            line: without its end.
            now: when it came, in seconds.

        Returns:
            Whether it is DVC's; otherwise the running stage printed it.
        """
        begun, skipped, failed = BEGUN.match(line), SKIPPED.match(line), FAILED.match(line)
        if failed:
            self.failed = self.failed or failed[1]
            self.running = ""
        if self.running and (begun or line.startswith(ENDED)):
            self.seconds[self.running] = now - self.since
            self.passed.add(self.running)
            self.running = ""
        if skipped:
            self.passed.add(skipped[1])
        if begun:
            self.running, self.since = begun[1], now
        return bool(begun or skipped or failed or line.startswith(ENDED))


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
        return TypeAdapter(dict[str, float]).validate_json(FILE.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError:
        raise UserError(f"{FILE}: damaged; remove it") from None


def table(found: dict[str, float]) -> pd.DataFrame:
    """Return a row per kind of stage: how many ran, and their total seconds."""
    rows = pd.DataFrame(
        {"stage": [name.partition("@")[0] for name in found], "seconds": list(found.values())}
    )
    kinds = rows.groupby("stage", sort=False)["seconds"].agg(["size", "sum"]).reset_index()
    return kinds.set_axis(["stage", "number", "seconds"], axis=1)
