"""The verdicts on a dataset's test videos as a picture: each score and its threshold."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from deepfake_attribution.cli.video_verdicts import SEED, THRESHOLD
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import APPROACH, KEY, OK, SCORE
from deepfake_attribution.figures import style

COLUMNS = 4
ROW = 0.2  # inches of an attack
SPREAD = 0.3  # of a row: how far points move up or down, so that they do not hide each other
LETTERS = 26  # of an attack's name


def write(table: pd.DataFrame, dataset: str, path: Path) -> None:
    """Draw the verdicts and write them to ``path`` as PNG.

    Args:
        table: `video_verdicts.verdicts` of the dataset.
        dataset: its name.
        path: of the picture.
    """
    with style.drawing():
        style.save(draw(table, dataset), path)


def draw(table: pd.DataFrame, dataset: str) -> Figure:
    """Return the picture: a panel per approach, a row per attack, a point per video and seed.

    Arguments as for `write`.
    """
    scored = table[table["status"] == OK]
    attacks = sorted(scored["attack"].unique(), key=lambda name: (name != REAL, name))
    videos = scored.groupby("attack")[KEY].nunique()
    approaches = list(scored[APPROACH].unique())
    down = math.ceil(len(approaches) / COLUMNS)
    height = style.HEAD + 0.3 + down * (0.45 + ROW * len(attacks))
    figure = style.new(height=height)
    shape = (down, min(COLUMNS, len(approaches)))
    grid = figure.subplots(*shape, sharey=True, squeeze=False)
    for axes, approach in zip(grid.flat, approaches, strict=False):
        _panel(axes, scored[scored[APPROACH] == approach], attacks)
        axes.set_title(approach, loc="left")
    for axes in grid.flat[len(approaches) :]:
        axes.set_axis_off()
    labels = [f"{style.shortened(name, LETTERS)} ({videos[name]})" for name in attacks]
    grid[0][0].set_yticks(range(len(attacks)), labels)
    grid[0][0].set_ylim(len(attacks) - 0.5, -0.5)
    figure.supxlabel("score minus threshold", fontsize=8)
    seeds = scored[SEED].nunique()
    points = "each point is a video" + (f" in one of {seeds} trainings" if seeds > 1 else "")
    below = f"{points}; right of the line: called real; blue: is real, orange: is fake"
    style.head_line(figure, f"Verdicts on the test videos of {dataset}", below)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, attacks: list[str]) -> None:
    axes.axvline(0, color=style.QUIET, linewidth=0.8)
    axes.grid(axis="y", color="#eeeeee", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    for place, attack in enumerate(attacks):
        own = rows[rows["attack"] == attack]
        across = np.sort((own[SCORE] - own[THRESHOLD]).to_numpy())
        moved = SPREAD * np.resize([0, -1, 1, -0.5, 0.5], len(across))
        colour = style.REAL_COLOUR if attack == REAL else style.FAKE_COLOUR
        axes.plot(across, place + moved, "o", color=colour, markersize=3, alpha=0.6, mew=0)
