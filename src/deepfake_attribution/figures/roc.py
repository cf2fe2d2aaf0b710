"""ROC curves on test videos: a panel per approach, a line per group of databases."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deepfake_attribution.core import metrics
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.roc_points import roc_points
from deepfake_attribution.figures import style

COLUMNS = 4
LONG = 35  # characters of a name; a longer one has its own line in the legend
# These lines are not classes, so they have their own colours. Each has its own dashes (points drawn
# and left out), because lines overlap and may be printed in grey.
Look = tuple[str, Any]
LINES: tuple[Look, ...] = (
    (style.INK, "-"),
    ("#4477AA", (0, (5, 1.5))),
    ("#EE6677", (0, (5, 1.5, 1, 1.5))),
    ("#228833", (0, (1, 1.2))),
    ("#AA3377", (0, (9, 2))),
    ("#66CCEE", (0, (5, 1.2, 1, 1.2, 1, 1.2))),
    ("#DDAA33", (0, (2.5, 1))),
)


def groups(protocol: Protocol) -> dict[str, list[str]]:
    """Return the datasets of each line: those trained on are pooled, every other is alone."""
    pooled = [name for name in protocol.training if name in protocol.databases]
    others = [name for name in protocol.databases if name not in protocol.training]
    trained = {" + ".join(pooled): pooled} if pooled else {}
    return trained | {f"{name} (not trained on)": [name] for name in others}


def select(scores: pd.DataFrame, protocol: Protocol) -> dict[str, dict[str, pd.DataFrame]]:
    """Return approach -> group -> the scored test videos that count for it.

    A group without a scored real or without a scored fake has no curve and is left out.
    """
    scored = scores[scores["score"].notna()]
    chosen: dict[str, dict[str, pd.DataFrame]] = {}
    for approach in scored["approach"].unique():
        own = scored[scored["approach"] == approach]
        for name, members in groups(protocol).items():
            videos = protocol.select(own, members)
            if 0 < (videos["attack"] == REAL).sum() < len(videos):
                chosen.setdefault(approach, {})[name] = videos
    return chosen


def draw(
    chosen: Mapping[str, Mapping[str, pd.DataFrame]], thresholds: Mapping[str, float], below: str
) -> Figure:
    """Return the curves.

    Args:
        chosen: from `select`.
        thresholds: approach -> the score above which a video is called real.
        below: subtitle: level, and the meaning of the dot.
    """
    rows = ceil(len(chosen) / COLUMNS)
    names = list(dict.fromkeys(name for lines in chosen.values() for name in lines))
    beside = 1 if max(map(len, names)) > LONG else 2
    figure = style.new(height=0.9 + 2.03 * rows + 0.17 * ceil(len(names) / beside))
    panels = list(figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).flat)
    looks = {name: LINES[place % len(LINES)] for place, name in enumerate(names)}
    for axes, (approach, lines) in zip(panels, chosen.items(), strict=False):
        for name, videos in lines.items():
            _line(axes, videos, thresholds[approach], looks[name], _label(name, videos))
        _frame(axes, approach, thresholds[approach])
    for axes in panels[len(chosen) :]:
        axes.set_visible(False)
    for place, axes in enumerate(panels[: len(chosen)]):
        axes.set_ylabel("" if place % COLUMNS else "reals called real (1 - FNR)")
        axes.set_xlabel("fakes called real (FPR)" if place + COLUMNS >= len(chosen) else "")
    first = {line.get_label(): line for axes in panels for line in axes.lines}
    shown = {label: line for label, line in first.items() if not str(label).startswith("_")}
    figure.legend(list(shown.values()), list(shown), loc="outside lower center", ncols=beside)
    style.head_line(figure, "ROC", below)
    return figure


def operating_point(videos: pd.DataFrame, threshold: float) -> tuple[float, float]:
    """Return the FPR and 1 - FNR of ``videos`` at ``threshold``, in [0, 1]."""
    real = videos["attack"] == REAL
    scores = videos["score"]
    return metrics.fpr(scores, real, threshold), 1 - metrics.fnr(scores, real, threshold)


def _line(axes: Axes, videos: pd.DataFrame, threshold: float, look: Look, label: str) -> None:
    colour, dashes = look
    fpr, tpr = roc_points(videos["attack"] == REAL, videos["score"])
    axes.plot(fpr, tpr, color=colour, linestyle=dashes, linewidth=1.2, label=label)
    point = operating_point(videos, threshold)
    axes.plot(*point, marker="o", markersize=5.5, color=colour, markeredgecolor="white", zorder=3)


def _label(name: str, videos: pd.DataFrame) -> str:
    real = int((videos["attack"] == REAL).sum())
    return f"{name}: {real} real, {len(videos) - real} fake"


def _frame(axes: Axes, approach: str, threshold: float) -> None:
    axes.plot([0, 1], [0, 1], color="#cccccc", linewidth=0.8, zorder=0)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks(np.linspace(0, 1, 3), ["0", "0.5", "1"])
    axes.set_yticks(np.linspace(0, 1, 3), ["0", "0.5", "1"])
    axes.set_aspect("equal")
    axes.set_title(f"{approach}\nthreshold {threshold:.4f}", fontsize=8, loc="left")
