"""Which videos were trained on, validated on and tested on: a bar for each database."""

from collections.abc import Sequence

from deepfake_attribution.core import paths, tables
from deepfake_attribution.report.page.drawings import Bar, Drawing

SPLITS = {"train": "training", "val": "validation", "test": "test"}
CAPTION = (
    "Videos of each database. Those for training and validation made the models and thresholds; "
    "every figure is of the test videos."
)


def draw(datasets: Sequence[str], training: Sequence[str]) -> Drawing:
    """Return the drawing.

    Args:
        datasets: all of them.
        training: those trained on; of the others, the test videos alone are used.

    Raises:
        UserError: a dataset's catalog is missing.
    """
    groups: dict[str, list[Bar]] = {"Trained on": [], "Tested on only": []}
    most = 1
    for name in datasets:
        counted = tables.read(paths.catalog(name), ["split"])["split"].value_counts()
        used = SPLITS if name in training else {"test": SPLITS["test"]}
        parts = [(split, int(counted.get(split, 0))) for split in used]
        most = max(most, sum(count for _, count in parts))
        text = " + ".join(f"{count:,} {SPLITS[split]}" for split, count in parts if count)
        heading = "Trained on" if name in training else "Tested on only"
        groups[heading].append(Bar(name, text or "none", parts))
    return Drawing(
        label="videos",
        caption=CAPTION,
        low=0,
        high=most,
        groups=[(heading, bars) for heading, bars in groups.items() if bars],
        legend=tuple(SPLITS.items()),
    )
