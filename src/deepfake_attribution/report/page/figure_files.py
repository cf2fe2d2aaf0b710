"""The files that figures.js draws from: one for each section's choices, one for each of its views.

A view is loaded when it is chosen: with many videos, all together would be megabytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.core.durable import write
from deepfake_attribution.report.page import (
    matrix_plots,
    score_plots,
    script_data,
    strength_plots,
    training_plots,
)


def write_all(
    folder: Path,
    levels: Sequence[Mapping[str, Any]],
    matrices: Sequence[Mapping[str, Any]],
    heads: Sequence[Mapping[str, Any]],
    seeds: Sequence[int],
    strengths: pd.DataFrame,
) -> None:
    """Write the figures of every section into ``folder``.

    Args:
        folder: ``data`` of the page's files.
        levels: from `score_figures.summary`, videos first.
        matrices: from `confusion_data.matrices`.
        heads: from `training_data.curves`.
        seeds: of the trainings; scores and matrices are of the first.
        strengths: of ``data/uncertainty``; without rows there is no such section.
    """
    sections = {
        "curves": score_plots.curves(levels),
        "histograms": score_plots.histograms(levels),
        "matrices": matrix_plots.section(matrices, seeds[0]),
        "training": training_plots.section(heads, seeds),
    }
    if len(strengths):
        sections["strengths"] = strength_plots.section(strengths)
    for name, section in sections.items():
        views = section.pop("views")
        _write(folder, name, section)
        for number, view in enumerate(views):
            _write(folder, f"{name}-{number}", view)


def _write(folder: Path, name: str, value: Mapping[str, Any]) -> None:
    write(script_data.script(name, value), folder / f"{name}.js")
