"""The command ``deepfake-attribution``."""

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any

import typer

from deepfake_attribution.cli.ablation.commands import ablation
from deepfake_attribution.cli.analyse import analyse
from deepfake_attribution.cli.doctor import doctor
from deepfake_attribution.cli.enrol import enrol
from deepfake_attribution.cli.export import export
from deepfake_attribution.cli.profile import profile
from deepfake_attribution.cli.project import check_code
from deepfake_attribution.cli.repro import repro
from deepfake_attribution.cli.serve import serve
from deepfake_attribution.cli.simulate import simulate
from deepfake_attribution.cli.tidy import tidy
from deepfake_attribution.cli.times import times
from deepfake_attribution.cli.verdicts import verdicts
from deepfake_attribution.cli.wrong_paths import naming_wrong_paths
from deepfake_attribution.core import errors

app = typer.Typer(
    help="Deepfake detection and attribution. `repro` runs the pipeline, and so does `dvc repro`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("deepfake-attribution"))
        raise typer.Exit


@app.callback()
def _commands(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="print the version"),
    ] = False,
) -> None:
    """Make every command a subcommand, even if there is only one."""


def _verb(
    command: Callable[..., None], changes_project: bool = False, passes_on: bool = False
) -> None:
    @wraps(command)
    def guarded(**arguments: Any) -> None:
        if changes_project:
            errors.run(check_code)
        errors.run(lambda: naming_wrong_paths(lambda: command(**arguments)))

    # options of another program are arguments to us
    settings = {"ignore_unknown_options": True} if passes_on else None
    app.command(context_settings=settings)(guarded)


_verb(ablation, changes_project=True)
_verb(analyse)
_verb(doctor)
_verb(enrol)
_verb(export, changes_project=True)
_verb(profile, changes_project=True)
_verb(repro, changes_project=True, passes_on=True)
_verb(serve)
_verb(simulate)
_verb(tidy, changes_project=True)
_verb(times)
_verb(verdicts)
