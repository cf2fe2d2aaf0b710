"""``deepfake-attribution doctor``: checks the datasets."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.catalog.listing import nested
from deepfake_attribution.cli.all_settings import check
from deepfake_attribution.cli.leftovers import leftovers
from deepfake_attribution.cli.profiles import FOLDER, shipped
from deepfake_attribution.cli.project import foreign_code, no_experiments_in_copies
from deepfake_attribution.cli.roots import read_roots, strangers, unlike
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, load, read
from deepfake_attribution.core.settings import Dataset, Datasets, Superset
from deepfake_attribution.core.video import REAL, SPLITS
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.frames.settings import Extract


class Content(StrEnum):
    """How much of the files is read."""

    none = "none"
    sample = "sample"
    full = "full"


OPENED = {
    Content.none: " (no file was opened)",
    Content.sample: " (20 videos of each dataset were opened; --content full opens all)",
    Content.full: "",
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
    content: Annotated[
        Content,
        typer.Option(
            help="sample: open 20 videos of each dataset, compare both ends of files of equal "
            "size; full: open all, compare all bytes; none: names and sizes only"
        ),
    ] = Content.sample,
) -> None:
    """Check every dataset of params.yaml: which videos exist, which are missing, what leaks.

    And this folder: whether its own code runs, and whether DVC's queue can work here.

    The exit code is 1 if something would make results wrong or stop the pipeline. Missing videos
    are reported but are no error: partial data is normal.
    """
    from deepfake_attribution.cli import checkup

    check(read(PARAMS), PARAMS)
    datasets, training = load(Datasets).root, load(Superset).datasets
    settings = load(Databases), load(Extract).max_failed
    found = checkup.look(datasets, training, *settings, content.value)
    notes = [no_experiments_in_copies(), _left_over(), *_roots(datasets)]
    own = {"wrong": [foreign_code()], "notes": notes}
    own = {kind: [line for line in lines if line] for kind, lines in own.items()}
    if as_json:
        plain = {name: _plain(one) for name, one in found.items()}
        typer.echo(json.dumps({"project": own, "datasets": plain}, indent=2))
    else:
        _show(found, content, own)
    if own["wrong"] or not checkup.healthy(found.values()):
        raise typer.Exit(1)


def _roots(datasets: Mapping[str, Dataset]) -> list[str]:
    """Return notes on roots.yaml: what params.yaml does not have, or has otherwise."""
    try:
        named = read_roots()
        mine = {name: one.model_dump() for name, one in datasets.items()}
        strangers(named, mine, shipped() if FOLDER.is_dir() else ())
    except UserError as error:
        return [str(error)]
    return unlike(named, datasets)


def _left_over() -> str:
    """Return a note on the outputs of removed datasets and heads; empty if there are none.

    Where DVC cannot list its stages, the note is what it says.
    """
    try:
        found = leftovers()
    except UserError as error:
        return str(error)
    if not found:
        return ""
    return (
        f"{len(found)} of the outputs here are of datasets or heads that {PARAMS} no longer names; "
        "no result uses them, but later stages depend on their folders and run again because of "
        "them: `deepfake-attribution tidy` removes them"
    )


def _plain(checkup: Any) -> dict[str, Any]:
    return {
        "adapter": checkup.adapter,
        "root": checkup.root,
        "counts": nested(checkup.counts),
        "expected": nested(checkup.expected),
        "apart": checkup.apart,
        "problems": [*checkup.wrong, *checkup.problems],
        "wrong": checkup.wrong,
        "notes": checkup.notes,
    }


def _show(found: Mapping[str, Any], depth: Content, own: Mapping[str, Sequence[str]]) -> None:
    console = Console(highlight=False)
    columns = ("dataset", "class", *SPLITS, "splits apart")
    table = Table(*columns, title="Videos by name: found, or found of expected")
    for column in table.columns:
        column.overflow = "fold"
    for column in table.columns[2:]:
        column.justify = "right"
    for name, checkup in found.items():
        attacks = {attack for _, attack in [*checkup.counts, *checkup.expected]}
        ordered = sorted(attacks, key=lambda attack: (attack != REAL, attack))
        if not ordered:
            table.add_row(name, *["-"] * (len(columns) - 1))
        for place, attack in enumerate(ordered):
            cells = [_cell(checkup, split, attack) for split in SPLITS]
            apart = {True: "yes", False: "[red]NO[/red]", None: "-"}[checkup.apart]
            table.add_row("" if place else name, attack, *cells, "" if place else apart)
        table.add_section()
    console.print(table)
    _show_lines(console, "this folder", own["wrong"], [], own["notes"])
    for name, checkup in found.items():
        _show_lines(console, name, checkup.wrong, checkup.problems, checkup.notes)
    wrong = len(own["wrong"]) + sum(len(checkup.wrong) for checkup in found.values())
    problems = sum(len(checkup.problems) for checkup in found.values())
    if wrong:
        things = counted(wrong, "thing")
        summary = f"{things} would make results wrong or stop the pipeline: fix this first"
    elif problems:
        things = counted(problems, "problem")
        summary = f"nothing wrong; {things}, see above: the pipeline runs all the same"
    else:
        summary = "nothing wrong"
    there = any(checkup.videos is not None and len(checkup.videos) for checkup in found.values())
    console.print(f"{summary}{OPENED[depth if there else Content.none]}", soft_wrap=True)


def _show_lines(console: Console, name: str, *kinds: Sequence[str]) -> None:
    styles = {"wrong": "bold red", "problem": "yellow", "note": "dim"}
    for (kind, style), lines in zip(styles.items(), kinds, strict=True):
        for line in lines:
            console.print(f"{name}: ", end="")
            console.print(f"{kind}: ", style=style, end="")
            console.print(line, markup=False, soft_wrap=True)


def _cell(checkup: Any, split: str, attack: str) -> str:
    count = checkup.counts.get((split, attack), 0)
    expected = checkup.expected.get((split, attack), count)
    return f"[yellow]{count} of {expected}[/yellow]" if count < expected else str(count)
