"""The files that figures.js draws from: one for each section's choices, one for each of its views.

A view is loaded when it is chosen: with many videos, all together would be megabytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deepfake_attribution.core.durable import write
from deepfake_attribution.report.page import (
    matrix_plots,
    ridge_plots,
    score_plots,
    script_data,
    training_plots,
)


def write_all(
    folder: Path,
    levels: Sequence[Mapping[str, Any]],
    matrices: Sequence[Mapping[str, Any]],
    heads: Sequence[Mapping[str, Any]],
    seeds: Sequence[int],
    points: Mapping[str, Any],
) -> None:
    """Write the figures of every section into ``folder``.

    Args:
        folder: ``data`` of the page's files.
        levels: from `score_figures.summary`, videos first.
        matrices: from `confusion_data.matrices`.
        heads: from `training_data.curves`.
        seeds: of the trainings; scores and matrices are of the first.
        points: from `threshold_plots.section`.
    """
    sections = {
        "curves": score_plots.curves(levels),
        "operating": dict(points),
        "ridges": ridge_plots.section(levels),
        "matrices": matrix_plots.section(matrices, seeds[0]),
        "training": training_plots.section(heads, seeds),
    }
    for name, section in sections.items():
        write_section(folder, name, section)


def write_section(folder: Path, name: str, section: Mapping[str, Any]) -> None:
    """Write a section of `plots.section` into ``folder``: its choices, and each of its views."""
    _write(folder, name, {key: value for key, value in section.items() if key != "views"})
    for number, view in enumerate(section["views"]):
        _write(folder, f"{name}-{number}", view)


def _write(folder: Path, name: str, value: Mapping[str, Any]) -> None:
    write(script_data.script(name, value), folder / f"{name}.js")
