"""``deepfake-attribution enrol``: a new attack joins a bundle without training."""

from pathlib import Path
from typing import Annotated

import typer


def enrol(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="of the new attack")] = "",
    clips: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CLIP]...",
            help="fakes of this attack: videos, folders, image folders, 'patterns/**', @list.csv "
            "(columns path, source)",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="the bundle, which gets a new version")
    ] = None,
    reals: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="real clips of the same camera, as CLIP; they join as reals (repeatable)",
            show_default=False,
        ),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="put the version before back, byte for byte")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="list the bundle's versions")] = False,
    workers: Annotated[int, typer.Option(min=0, help="clips read at a time; 0: one per core")] = 0,
) -> None:
    """Let a bundle know a new attack, from some of its fakes, without training.

    The crops join the known ones, the classifier is fitted again, and all limits are set again.
    Prints what that changed for clips and known videos that were held out.
    """
    from deepfake_attribution.core.errors import UserError
    from deepfake_attribution.enrol import telling, versions

    if model is None:
        raise UserError("--model: give the folder of the bundle that shall know the attack")
    if undo and history:
        raise UserError("--undo, --history: give one of them")
    if (undo or history) and (name or clips or reals):
        raise UserError(f"{'--undo' if undo else '--history'}: takes no name and no clips")
    if history:
        _print(telling.versions(versions.history(model)))
        return
    if not undo:  # which gives back what the stage wrote
        _refuse_output(model)
    with versions.claimed(model) as folder:
        if undo:
            gone = versions.undo(folder)
            _print([f"{model}: {gone} is no longer known; the version before is back"])
            return
        _print(_enrolled(folder, name, clips or [], reals or [], workers))


def _enrolled(
    folder: Path, name: str, clips: list[str], reals: list[str], workers: int
) -> list[str]:
    from deepfake_attribution.analyse import inputs, lists
    from deepfake_attribution.analyse.analyser import Analyser
    from deepfake_attribution.analyse.bundle.opening import open_bundle, read_record
    from deepfake_attribution.analyse.options import Options
    from deepfake_attribution.core.errors import UserError
    from deepfake_attribution.enrol import enrolling, naming, reading, telling, versions

    # all that takes no time first
    naming.check(name, read_record(folder))
    if not clips:
        raise UserError(f"{name}: no clip is given; give at least {reading.LEAST} fakes")
    lists.check_once([*clips, *reals])
    found = inputs.find(clips)
    real = inputs.find(reals) if reals else None
    bundle = open_bundle(folder)
    enrolling.check_gallery(bundle)
    options = Options(workers=workers, neighbours=0)
    got = reading.read(name, found, bundle, lambda: Analyser(bundle, options), real)
    remarks = [*found.remarks, *(real.remarks if real else ())]
    for line in [*remarks, *(f"{line}: not used" for line in got.lost)]:
        typer.echo(line, err=True)
    after = enrolling.enrol(bundle, name, got)
    versions.write(folder, after, enrolling.enrolled_rows(after))
    return telling.summary(bundle.record, after.record)


def _refuse_output(model: Path) -> None:
    """Raise if the folder belongs to a stage of a project, which would write it again."""
    from deepfake_attribution.analyse.places import usable
    from deepfake_attribution.cli.stage_outputs import writer
    from deepfake_attribution.core.errors import UserError

    with usable(model, "--model"):
        found = writer(model)
    if found and not found.inside:
        raise UserError(
            f"--model: {model}: is written by the stage '{found.stage}' of {found.project}, which "
            "would undo this; make one of your own: run `deepfake-attribution export DIR` in that "
            "folder"
        )


def _print(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
