"""Limits on the command line: one meaning everywhere, a finite number above 0."""

import typer


def finite(value: float) -> float:
    """Return ``value`` if it may be a limit; a callback of options.

    Raises:
        typer.BadParameter: it may not.
    """
    from deepfake_attribution.analyse.options import not_allowed

    if problem := not_allowed(value):
        raise typer.BadParameter(problem)
    return value
