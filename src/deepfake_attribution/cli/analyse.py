"""``deepfake-attribution analyse``: analyses videos with a trained model."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deepfake_attribution.cli.finite import finite
from deepfake_attribution.core.listed import some


class Faces(StrEnum):
    """Which faces are analysed."""

    MODEL = "model"
    ALL = "all"


def analyse(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            help="videos, images, folders, image folders, 'patterns/**', @list.csv (column path), "
            "@list.txt, or - for a list from standard input",
        ),
    ],
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="a bundle; without it, the project in this folder"),
    ] = None,
    approach: Annotated[
        str,
        typer.Option(help="for verdict and attack; without it, the best of each on validation"),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="write pages and tables there; resumes a stopped run"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="print a line of JSON per video, and nothing else")
    ] = False,
    faces: Annotated[
        Faces, typer.Option(help="model: those the model was made for; all: each person separately")
    ] = Faces.MODEL,
    turned: Annotated[
        bool, typer.Option(help="search videos that lie on their side or are upside down, too")
    ] = True,
    least_faces: Annotated[
        int, typer.Option(min=1, help="no verdict with fewer frames with a face; an image has one")
    ] = 3,
    max_minutes: Annotated[
        float, typer.Option(callback=finite, help="longer videos are not analysed")
    ] = 60.0,
    max_seconds: Annotated[
        float, typer.Option(callback=finite, help="time limit for reading one video")
    ] = 300.0,
    max_megapixels: Annotated[
        float, typer.Option(callback=finite, help="videos with larger pictures are not analysed")
    ] = 64.0,
    workers: Annotated[int, typer.Option(min=0, help="videos read at a time; 0: one per core")] = 0,
    neighbours: Annotated[
        int, typer.Option(min=0, help="number of nearest known videos to list")
    ] = 5,
    crops: Annotated[bool, typer.Option(help="show faces on the pages of --out")] = True,
    explain: Annotated[
        bool, typer.Option("--explain", help="print what the results are based on")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="discard the results in the folder of --out")
    ] = False,
) -> None:
    """Analyse videos and images: real, fake or not known, which attack, how far from known videos.

    Exit code: 0 every video has a verdict; 3 some have none, with the reason; 1 an error, in one
    line; 2 a wrong option; 130 stopped by Ctrl-C, finished results are kept.
    """
    from deepfake_attribution.analyse import inputs
    from deepfake_attribution.analyse.bundle.finding import find
    from deepfake_attribution.analyse.options import Options
    from deepfake_attribution.cli.looking import Look
    from deepfake_attribution.core.errors import UserError

    if fresh and out is None:
        raise UserError("--fresh: discards the results of a folder, so give --out, too")
    found = inputs.find(paths, out=out)
    for line in inputs.refusals(found):  # before the model is loaded, which takes seconds
        typer.echo(line, err=True)
    bundle = find(model, approach or None)
    options = Options(
        faces=faces.value,
        least_faces=least_faces,
        max_minutes=max_minutes,
        max_seconds=max_seconds,
        neighbours=neighbours,
        workers=workers,
        max_megapixels=max_megapixels,
        turned=turned,
    )
    look = Look(found, bundle, options, _why(model, approach, bundle.record.seed), as_json, explain)
    raise typer.Exit(look.go(out, crops, fresh))


def _why(model: Path | None, approach: str, seed: int) -> str:
    """Return why this approach is used."""
    if approach:
        return "chosen by --approach"
    if model is not None and (model / "bundle.json").exists():
        return "the choice of the bundle"
    without = without_results(seed)
    if without:
        return (
            "best on this project's validation videos of the approaches that have results; "
            f"`dvc repro` makes those of {some(without)}"
        )
    return "best on this project's validation videos"


def without_results(seed: int) -> list[str]:
    """Return the approaches of this project that are not trained or evaluated, or not just now."""
    from deepfake_attribution.analyse.bundle.approaches import every

    return [one.name for one in every() if not all(file.exists() for file in one.needs(seed))]
