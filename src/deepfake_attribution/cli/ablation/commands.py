"""``deepfake-attribution ablation``: compare recipes, part by part, as DVC experiments."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

PAGE = Path("docs/training.md")


class Step(StrEnum):
    """What to do."""

    queue = "queue"
    wait = "wait"
    table = "table"


def ablation(
    step: Annotated[Step, typer.Argument(help="queue, then `dvc queue start`; wait; table")],
    final: Annotated[
        bool, typer.Option("--final", help="the recipes as a whole, on the database kept for last")
    ] = False,
    page: Annotated[Path, typer.Option(help="where the table goes, between its marks")] = PAGE,
    jobs: Annotated[
        int, typer.Option(min=1, help="of wait: workers to start again if they end too early")
    ] = 1,
) -> None:
    """Compare the recipes of ablation.yaml on the data of params.yaml.

    ``make ablation`` and ``make final`` take all three steps. An experiment that is through is not
    queued again unless its settings or the code changed.
    """
    # here, for the help of every verb would wait for what this loads
    from deepfake_attribution.cli.comparing import compare

    compare(step.value, final, page, jobs)
