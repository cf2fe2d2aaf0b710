"""Evidence maps as pictures: how far they lie inside what attacks changed, and examples."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from deepfake_attribution.core import images
from deepfake_attribution.evaluate.headline import SEEN
from deepfake_attribution.evidence_maps.files import OCCLUSION
from deepfake_attribution.figures import style
from deepfake_attribution.report.page.evidence_plots import crops, ends, without_line
from deepfake_attribution.report.page.fallbacks import COLUMNS, Picture, grid, saved

TITLE = "Evidence maps inside what the attack changed"
CAPTION = (
    "The share of what speaks for fake that lies inside the pixels that the attack changed, in "
    "percent. Black mark: chance, the share of the crop that was changed. Thin line: the interval "
    "of the difference to chance. Blue: trained on, orange: attacks or databases never trained on. "
    "First training seed."
)
EXAMPLES_FILE = "evidence-map-examples"
EXAMPLES = "Examples of evidence maps"
ABOUT_EXAMPLES = (
    "The first fake of each attack, not chosen: the face with the edge of what was changed, then "
    "the map of each approach with the face's score. Orange speaks for fake, blue for real. The "
    "strongest place of each map has the full colour; no colour: no part stands out. First "
    "training seed."
)
LONGEST = 34  # characters of a row's name


def draw(results: pd.DataFrame, examples: Sequence[dict[str, Any]], page: Path) -> list[Picture]:
    """Write the pictures below the page's folder.

    Args:
        results: `evidence_maps.files.read_results`; without rows there is no picture. Occlusion's
            are drawn.
        examples: `evidence_maps.files.read_examples`.
        page: the folder of the page's files.
    """
    if results.empty:
        return []
    results = results[results["method"] == OCCLUSION]
    with style.drawing():
        caption = f"{CAPTION} {without_line(results)}".strip()
        found = [saved(_shares(results), page, "evidence-maps", TITLE, caption)]
        if examples:
            # no PDF: it would hold nothing but pixels
            style.save(_examples(examples), page / "pictures" / f"{EXAMPLES_FILE}.png")
            file = f"{page.name}/pictures/{EXAMPLES_FILE}.png"
            found.append(Picture(file, EXAMPLES, ABOUT_EXAMPLES))
    return found


def _shares(results: pd.DataFrame) -> Figure:
    attacks = list(dict.fromkeys(zip(results["dataset"], results["attack"], strict=True)))
    attacks.sort(key=lambda key: list(results["dataset"].unique()).index(key[0]))
    approaches = list(results["approach"].unique())
    figure, panels = grid(
        len(approaches), top=0.75, row=0.55 + 0.15 * len(attacks), sharex=True, sharey=True
    )
    for place, (axes, approach) in enumerate(zip(panels, approaches, strict=True)):
        own = results[results["approach"] == approach]
        at = np.array([attacks.index((row.dataset, row.attack)) for row in own.itertuples()])
        seen = own["part"] == SEEN
        colours = np.where(seen, style.REAL_COLOUR, style.FAKE_COLOUR)
        axes.barh(at, 100 * own["inside"], height=0.7, color=colours)
        between = np.array([ends(row) for _, row in own.iterrows()])
        axes.hlines(at, between[:, 0], between[:, 1], color=style.FAINT, linewidth=0.9)
        axes.vlines(100 * own["chance"], at - 0.42, at + 0.42, color=style.INK, linewidth=1.6)
        axes.set_title(approach, fontsize=9.5, loc="left")
        axes.tick_params(axis="x", labelbottom=True)
        axes.tick_params(axis="y", length=0)
        if place % COLUMNS == 0:
            names = [style.shortened(f"{one}: {attack}", LONGEST) for one, attack in attacks]
            axes.set_yticks(range(len(attacks)), names, fontsize=style.SMALLEST)
    panels[0].set_ylim(len(attacks) - 0.4, -0.6)
    panels[0].set_xlim(0, 100)
    below = f"percent, {crops(results)} crops each; black: chance"
    style.head_line(figure, TITLE, below)
    return figure


def _examples(examples: Sequence[dict[str, Any]]) -> Figure:
    approaches = list(dict.fromkeys(row["approach"] for row in examples))
    attacks = list(dict.fromkeys((row["dataset"], row["attack"]) for row in examples))
    side = style.WIDTH / (len(approaches) + 0.2)
    figure = style.new(height=0.6 + (side + 0.22) * len(attacks))
    panels = figure.subplots(len(attacks), len(approaches), squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    for row in examples:
        axes = panels[
            attacks.index((row["dataset"], row["attack"])), approaches.index(row["approach"])
        ]
        axes.imshow(images.decode(row["picture"]))
        score = row["score"]
        known = score is not None and not math.isnan(score)
        axes.set_title(
            f"{score:.2f}" if known else style.shortened(row["attack"].removeprefix("sim_"), 14),
            fontsize=6,
            pad=1.5,
        )
    for axes, approach in zip(panels[0], approaches, strict=True):
        if approach:
            head, _, kind = approach.partition("-")
            axes.set_title(f"{head}\n{kind}\n{axes.get_title()}", fontsize=6, pad=1.5)
    style.head_line(figure, EXAMPLES, "mask, then the map of each approach and the face's score")
    return figure
