"""The map of known crops, small enough for a page."""

from typing import Any

import pandas as pd

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.core.video import REAL

MOST = 4000  # points; of more, an even choice is shown


def points(bundle: Bundle) -> dict[str, Any]:
    """Return the known crops that have a place on the map, for a page.

    Returns:
        ``classes``: a name and whether it was trained on, reals first, then as the model lists
        them, then the others by name; ``x``, ``y`` and ``kind`` (the place of its class in
        ``classes``) of each point; ``of``: of how many crops they are a choice.
    """
    table = bundle.known[["attack", "x", "y"]].dropna()
    chosen = table.iloc[:: max(1, -(-len(table) // MOST))]
    classes = _classes(chosen["attack"], bundle.record.classes)
    place = {name: number for number, (name, _) in enumerate(classes)}
    return {
        "classes": [{"name": name, "trained": trained} for name, trained in classes],
        "x": [round(float(value), 3) for value in chosen["x"]],
        "y": [round(float(value), 3) for value in chosen["y"]],
        "kind": [place[name] for name in chosen["attack"]],
        "of": len(table),
    }


def _classes(shown: pd.Series, trained: list[str]) -> list[tuple[str, bool]]:
    present = set(shown)
    known = [name for name in dict.fromkeys([REAL, *trained]) if name in present]
    return [(name, True) for name in known] + [(n, False) for n in sorted(present - set(known))]
