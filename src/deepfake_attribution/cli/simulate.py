"""``deepfake-attribution simulate``: simulated attacks on your own real videos."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.core import paths
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Seed
from deepfake_attribution.faces.settings import Detector
from deepfake_attribution.render.settings import ATTACK_NAMES

DEFAULT = "sim_decoder_swap,sim_warp_swap,sim_mouth,sim_expression"


def simulate(
    root: Annotated[Path, typer.Argument(help="folder of the videos and their manifest")],
    out: Annotated[Path, typer.Argument(help="new folder for real videos, fakes and manifest")],
    manifest: Annotated[
        str, typer.Option(help="the table of the videos, in ROOT")
    ] = "manifest.csv",
    attacks: Annotated[
        str, typer.Option(help=f"separated by commas, of: {', '.join(ATTACK_NAMES)}")
    ] = DEFAULT,
    frames: Annotated[int, typer.Option(min=1, help="from the beginning of each video")] = 45,
    side: Annotated[int, typer.Option(min=64, help="maximum pixels of the longer side")] = 640,
) -> None:
    """Write the real videos in ROOT and simulated fakes of them to OUT.

    The result is a dataset for the manifest adapter. Its fakes are simulated: use them to try
    things on real faces, never for figures on real deepfakes.
    """
    from deepfake_attribution.cli.simulation import Plan, simulate
    from deepfake_attribution.faces import detector_files

    finder = load(Detector)
    weights = paths.BLAZEFACE
    if finder.kind == "blazeface" and not weights.exists():
        weights = paths.WORK / "blazeface"  # models/ belongs to DVC
        detector_files.make(finder.weights, weights)
    names = [name.strip() for name in attacks.split(",") if name.strip()]
    plan = Plan(root, names, frames, side, load(Seed).root, finder, weights)
    count, problems = simulate(plan, manifest, out, load(Compute).workers)
    console = Console(highlight=False, markup=False, soft_wrap=True)  # names may have brackets
    for problem in problems:
        console.print(f"  {problem}")
    console.print(f"{out}: {counted(count, 'video')}, {counted(len(problems), 'problem')}")
