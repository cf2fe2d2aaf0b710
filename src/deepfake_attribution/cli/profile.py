"""``deepfake-attribution profile``: write a named set of settings into params.yaml."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deepfake_attribution.catalog.registry import hold_settings
from deepfake_attribution.params import profiles
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.load import PARAMS, read, validate
from deepfake_attribution.params.roots import ROOTS, read_roots, strangers, with_roots


def profile(
    name: Annotated[str, typer.Argument(help="in profiles/: demo, paper, paper-honest, ...")],
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
    others = strangers(named, there)
    settings = with_roots(settings, named, before)
    changed = profiles.write(settings, PARAMS)
    console = Console()
    for key in changed:
        console.print(f"  {key}", highlight=False)
    count = f"{len(changed)} settings changed" if changed else "nothing to change"
    console.print(f"{PARAMS}: profile {name}, {count}", highlight=False)
    if 0 < len(others) < len(named):
        told = f"{ROOTS}: not in this profile: {', '.join(others)}"
        console.print(told, highlight=False, soft_wrap=True)
