"""How long the demo takes: python benchmarks/demo.py.

The last commit is cloned, and ``make demo`` run there; what is not committed is not measured. Three
rows, each against a limit that the project set itself:

- ``demo/from_nothing``: seconds that ``make demo`` takes, with the environment (its packages come
  from uv's cache if they are there);
- ``demo/short_stages``: of these, all stages but ``render``, ``crop``, ``train`` and ``embed``, one
  after another;
- ``demo/nothing_to_do``: processor seconds of ``dvc repro`` afterwards.

Prints how long each kind of stage took. The clone stays: `analyse.py` takes its bundle.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import measure
from deepfake_attribution.cli import stage_times
from processes import Used, used

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).with_name(".files") / "demo"
LONG = ("render", "crop", "train", "embed")  # mostly arithmetic, not start-up
LIMITS = {"from_nothing": 420.0, "short_stages": 40.0, "nothing_to_do": 1.5}


def main() -> None:
    """Clone, run, run again with nothing to do, write results.json."""
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False).returncode:
        print("changes that are not committed are not measured")
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(FOLDER)], check=True)
    first = used(["make", "demo"], FOLDER, os.environ)
    idle = _nothing_to_do()
    stages = json.loads((FOLDER / stage_times.FILE).read_text(encoding="utf-8"))
    for row in stage_times.table(stages).itertuples(index=False):
        print(f"{row.stage:20} {row.number:3} {row.seconds:6.0f} s")
    print(f"from nothing: {first.cpu:.0f} s of processor time")
    results = against_limits(first.seconds, stages, idle.cpu)
    measure.show(results)
    measure.write(results)


def against_limits(whole: float, stages: Mapping[str, float], idle: float) -> list[measure.Result]:
    """Return a row for each limit.

    Args:
        whole: seconds of the run from nothing.
        stages: stage -> its seconds in that run.
        idle: processor seconds of a run with nothing to do.
    """
    short = sum(took for name, took in stages.items() if name.partition("@")[0] not in LONG)
    found = {"from_nothing": whole, "short_stages": short, "nothing_to_do": idle}
    return [
        measure.Result(
            f"demo/{name}",
            round(found[name], 2),
            limit,
            round(limit / found[name], 2),
            "seconds",
            measure.machine(),
        )
        for name, limit in LIMITS.items()
    ]


def _nothing_to_do() -> Used:
    """Run ``dvc repro`` once more, as in a terminal of the clone."""
    programs = FOLDER / ".venv/bin"
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    return used([str(programs / "dvc"), "repro"], FOLDER, os.environ | {"PATH": path})


if __name__ == "__main__":
    main()
