"""What training curves are drawn from."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepfake_attribution.figures import curve_files

COLUMNS = ("epoch", "train_loss", "val_loss", "val_auc")


def curves(names: Mapping[str, str], seeds: Sequence[int]) -> list[dict[str, Any]]:
    """Return the curves of every head: ``name``, and ``seeds``: ``seed``, ``best`` and `COLUMNS`.

    ``best`` is the epoch whose network was kept: the lowest validation loss, the first of equals.

    Args:
        names: head -> name of its approach.
        seeds: of the trainings.

    Raises:
        UserError: a curve is not there, or empty.
    """
    return [
        {"name": name, "seeds": [_curve(head, seed) for seed in seeds]}
        for head, name in names.items()
    ]


def _curve(head: str, seed: int) -> dict[str, Any]:
    table = curve_files.read(head, seed)
    best = int(table["epoch"][table["val_loss"].idxmin()])
    columns = {name: table[name].tolist() for name in COLUMNS if name in table}
    return {"seed": seed, "best": best} | columns
