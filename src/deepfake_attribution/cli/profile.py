"""``deepfake-attribution profile``: write a named set of settings into params.yaml."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deepfake_attribution.catalog.registry import hold_settings
from deepfake_attribution.params import profiles
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.load import PARAMS, read, validate
from deepfake_attribution.params.roots import ROOTS, read_roots, with_roots


def profile(
    name: Annotated[str, typer.Argument(help="demo, paper, tiny, or your own in profiles/")],
    datasets: Annotated[str, typer.Option(help="only these datasets, separated by commas")] = "",
) -> None:
    """Write the profile NAME into params.yaml; its comments stay, and so do your datasets' roots.

    Name your folders once in roots.yaml (``faceforensics: /data/FaceForensics++``, a line each):
    every profile takes them.
    """
    settings = profiles.profile(name)
    there = list(settings["datasets"])
    if datasets:
        keep = [entry.strip() for entry in datasets.split(",") if entry.strip()]
        settings = profiles.restrict(settings, keep)
    hold_settings(validate(Datasets, settings, Path(name)).root, Path(f"profiles/{name}.yaml"))
    before = read(PARAMS) if PARAMS.exists() else {}
    named = read_roots()
    settings = with_roots(settings, named, before)
    changed = profiles.write(settings, PARAMS)
    console = Console()
    strange = [key for key in named if key not in there]
    if 0 < len(strange) < len(named):  # the profile is not about others than those named
        told = f"{ROOTS}: {', '.join(strange)}: no such dataset; there are {', '.join(there)}"
        console.print(told, highlight=False)
    for key in changed:
        console.print(f"  {key}", highlight=False)
    count = f"{len(changed)} settings changed" if changed else "nothing to change"
    console.print(f"{PARAMS}: profile {name}, {count}", highlight=False)
