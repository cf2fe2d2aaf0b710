"""``deepfake-attribution verdicts``: the verdicts of every approach on your own videos."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets
from deepfake_attribution.heads.settings import Heads

EVERY = "all"


def verdicts(
    dataset: Annotated[str, typer.Argument(help="its name in params.yaml")],
    videos: Annotated[
        str, typer.Option(help=f"list the videos of these attacks, comma-separated, or '{EVERY}'")
    ] = "",
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="also draw how far each score is off")
    ] = None,
) -> None:
    """Show which test videos of DATASET each approach calls real, and their predicted classes.

    The first table counts the videos called real, by attack. With --videos, each video follows with
    a line per approach. With several training seeds, the smallest and the largest are shown.
    --picture draws each video's score minus the threshold, by attack, in a panel per approach.
    """
    from deepfake_attribution.cli.video_verdicts import counts, per_video, verdicts

    if picture is not None and picture.suffix != ".png":
        raise UserError(
            f"--picture: {picture}: the picture is a PNG: give a name that ends in .png"
        )
    datasets = load(Datasets).root
    if dataset not in datasets:
        raise UserError(f"{dataset}: no such dataset; there are {', '.join(datasets)}")
    table = verdicts(dataset, list(load(Heads).root))
    chosen = _chosen(table, videos)
    console = Console(highlight=False)
    _show(console, _fitting(counts(table), console.width), "Videos called real")
    if picture is not None:
        if table["score"].isna().all():
            raise UserError(f"--picture: no test video of {dataset} has a score: nothing to draw")
        from deepfake_attribution.cli import verdict_picture  # drawing is slow to load

        verdict_picture.write(table, dataset, picture)
        said = f"{picture}: score minus threshold of each video"
        console.print(said, markup=False, soft_wrap=True)
    for name, rows in per_video(chosen).groupby("video", sort=False) if len(chosen) else ():
        console.print()
        console.print(str(name), markup=False, soft_wrap=True)
        _show(console, rows.drop(columns="video"))


def _chosen(table: pd.DataFrame, videos: str) -> pd.DataFrame:
    """Return the rows of the attacks in ``videos``.

    Raises:
        UserError: there is no video of one of them.
    """
    if videos == EVERY:
        return table
    names = [name.strip() for name in videos.split(",") if name.strip()]
    known = list(table["attack"].unique())
    for name in names:
        if name not in known:
            raise UserError(f"--videos: no test video of '{name}'; there are {', '.join(known)}")
    return table[table["attack"].isin(names)]


def _fitting(counted: pd.DataFrame, width: int) -> pd.DataFrame:
    """Return the counts with a column per attack, or, where these are too wide, a row for each."""
    widths = [max(map(len, [name, *map(str, counted[name])])) + 3 for name in counted]
    if sum(widths) < width:
        return counted
    first = counted.columns[0]  # the approach
    long = counted.set_index(first).stack().reset_index()
    return long.set_axis([first, "attack", "called real"], axis=1)


def _show(console: Console, table: pd.DataFrame, title: str | None = None) -> None:
    shown = Table(*table.columns, title=title, box=box.MARKDOWN)
    for column in shown.columns:
        column.overflow = "fold"
    for row in table.itertuples(index=False):
        shown.add_row(*map(str, row))
    console.print(shown, highlight=False)
