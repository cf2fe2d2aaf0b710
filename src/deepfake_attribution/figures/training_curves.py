"""Training curves of all heads, a panel each."""

from collections.abc import Mapping, Sequence
from math import ceil

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deepfake_attribution.figures import style

COLUMNS = 2


def draw(curves: Mapping[str, Sequence[pd.DataFrame]]) -> Figure:
    """Return the curves.

    Args:
        curves: name of the approach -> ``epoch``, ``train_loss``, ``val_loss`` of each seed; the
            first has thicker lines.
    """
    rows = ceil(len(curves) / COLUMNS)
    figure = style.new(height=0.6 + 1.85 * rows)
    panels = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
    for axes, (name, (curve, *others)) in zip(panels, curves.items(), strict=False):
        axes.plot(
            curve["epoch"], curve["train_loss"], marker=".", linestyle="--", color=style.FAINT
        )
        axes.plot(curve["epoch"], curve["val_loss"], marker=".", color=style.REAL_COLOUR)
        best = curve.loc[curve["val_loss"].idxmin()]
        axes.plot(
            best["epoch"],
            best["val_loss"],
            linestyle="",
            marker="o",
            markersize=7.5,
            markerfacecolor="none",
            markeredgecolor=style.FAKE_COLOUR,
            markeredgewidth=1.3,
        )
        for other in others:
            thin = {"linewidth": 0.5}
            axes.plot(
                other["epoch"], other["train_loss"], linestyle="--", color=style.FAINT, **thin
            )
            axes.plot(other["epoch"], other["val_loss"], color=style.REAL_COLOUR, **thin)
        axes.set_title(f"{name}: epoch {best['epoch']:.0f} of {len(curve)} is kept", loc="left")
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in panels[len(curves) :]:
        axes.set_visible(False)
    lines = figure.axes[0].lines[:3]
    labels = ["training loss", "validation loss", "lowest validation loss"]
    figure.legend(lines, labels, loc="outside lower center", ncols=3)
    style.head_line(
        figure, "Training", "mean loss per crop; losses of two heads are not comparable"
    )
    return figure
