"""``deepfake-attribution export``: a trained approach as one folder that works elsewhere."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

KNOWN = (
    20_000  # gathering.KNOWN, repeated so that the help need not import it; a test compares them
)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="new folder for the bundle")],
    approach: Annotated[
        str,
        typer.Option(help="for verdict and attack; without it, the best of each on validation"),
    ] = "",
    seed: Annotated[
        int | None, typer.Option(help="of train.seeds; without it, the first", show_default=False)
    ] = None,
    known: Annotated[
        int, typer.Option(min=1, help="maximum number of validation crops to compare videos with")
    ] = KNOWN,
    force: Annotated[bool, typer.Option("--force", help="replace a bundle in DIR")] = False,
) -> None:
    """Write a trained approach of this project to DIR: one folder that works on another machine.

    It contains the network, the classifier, the threshold, the settings, the face finder, the known
    crops, error rates, and a model card. `deepfake-attribution analyse --model DIR` uses it.
    """
    from deepfake_attribution.analyse.bundle.exporting import export, size
    from deepfake_attribution.analyse.bundle.gathering import gather
    from deepfake_attribution.analyse.bundle.record import CARD

    bundle = gather(approach or None, seed, known)
    export(bundle, folder, force)
    record = bundle.record
    hter = record.validation_hter
    chosen = "" if approach else ", the approach with the lowest validation HTER"
    rate = "none" if hter is None else f"{hter:.2f} %"
    crops = f"{record.known['crops']} crops of {record.known['videos']} validation videos"
    if "of_crops" in record.known:
        crops += f" (of {record.known['of_crops']} of {record.known['of_videos']})"
    one = record.attributing
    for line in (
        f"{record.approach}, seed {record.seed}{chosen} ({rate})",
        f"threshold {record.threshold.value:.4f}: {record.threshold.k_pass} of "
        f"{record.threshold.n_fake} validation fakes pass",
        "attack: "
        + (
            f"{one.approach}, right for {one.right:.1f} % of {one.n_fake} validation fakes"
            if one
            else record.names_attacks or "none is named"
        ),
        f"known: {crops}; {int(bundle.known['x'].notna().sum())} test crops on the map",
        f"ONNX: {'equals PyTorch to 1e-4' if bundle.description.onnx else 'none, PyTorch is used'}",
        f"{folder}: {size(folder) / 1e6:.1f} MB; read {folder / CARD}",
    ):
        Console().print(line, highlight=False, soft_wrap=True, markup=False)
