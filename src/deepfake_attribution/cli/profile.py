"""``deepfake-attribution profile``: write a named set of settings into params.yaml."""

from typing import Annotated

import typer
from rich.console import Console

from deepfake_attribution.catalog.registry import check_settings
from deepfake_attribution.cli import profiles
from deepfake_attribution.cli.roots import ROOTS, read_roots, strangers, with_roots
from deepfake_attribution.core import params_file
from deepfake_attribution.core.params import PARAMS, read, validate
from deepfake_attribution.core.settings import Datasets


def profile(
    names: Annotated[list[str], typer.Argument(help="in profiles/: demo, paper, best, ...")],
    datasets: Annotated[str, typer.Option(help="only these datasets, separated by commas")] = "",
) -> None:
    """Write profiles into params.yaml; its comments and your datasets' roots are kept.

    Settings that no profile names are those of the demo. Later profiles override earlier ones:
    ``paper-honest best`` is the paper's data and protocol with the better recipe.

    List your folders once in roots.yaml (``faceforensics: /data/FaceForensics++``, a line each):
    every profile uses them.
    """
    settings = profiles.stacked(names)
    there = settings["datasets"]
    if datasets:
        keep = [entry.strip() for entry in datasets.split(",") if entry.strip()]
        settings = profiles.restrict(settings, keep)
    title = " ".join(names)
    files = profiles.FOLDER / " + ".join(f"{name}.yaml" for name in names)
    check_settings(validate(Datasets, settings, files).root, files)
    before = read(PARAMS) if PARAMS.exists() else {}
    named = read_roots()
    mine = profiles.own_datasets(before)
    others = strangers(named, there, {*profiles.shipped(), *mine})
    settings = with_roots(settings, named, before)
    changed = params_file.write(settings, PARAMS)
    console = Console()
    for key in changed:
        console.print(f"  {key}", highlight=False)
    count = f"{len(changed)} settings changed" if changed else "nothing to change"
    console.print(f"{PARAMS}: profile {title}, {count}", highlight=False)
    if 0 < len(others) < len(named):
        note = f"{ROOTS}: not in this profile: {', '.join(others)}"
        console.print(note, highlight=False, soft_wrap=True)
    gone = [name for name in mine if name not in settings["datasets"]]
    if gone:
        note = f"{PARAMS}: removed, because no profile has them: {', '.join(gone)}"
        remedy = f"to keep them, list them in a profile of your own ({profiles.FOLDER}/mine.yaml)"
        console.print(f"{note}: {remedy}", highlight=False, soft_wrap=True)
