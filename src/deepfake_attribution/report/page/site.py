"""Everything of the page: the HTML, its scripts and styles, and the data that they draw."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.evaluate.protocol import LEVELS, Protocol
from deepfake_attribution.figures.gallery import classes_of
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.model.description import load_description
from deepfake_attribution.report import matrix, open_set, results, strength_tables
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.page import (
    assets,
    attack_picture,
    attack_plots,
    confusion_data,
    document,
    fallbacks,
    figure_files,
    first_faces,
    forest_picture,
    forest_plots,
    made_from,
    map_part,
    matrix_picture,
    ridge_picture,
    score_figures,
    strength_picture,
    strength_plots,
    threshold_pictures,
    threshold_plots,
    training_data,
    unseen_data,
    unseen_faces,
    unseen_picture,
    unseen_plots,
)


@dataclass(frozen=True)
class Source:
    """What the page is made from.

    Attributes:
        run: what is reported on.
        figures: `results.collect` ("figures").
        points: `further_thresholds.joined`.
        settings: the whole of params.yaml.
        datasets: all of it.
        protocol: which videos are counted where.
        seeds: of the trainings; figures show the first.
    """

    run: Run
    figures: pd.DataFrame
    points: pd.DataFrame
    settings: Mapping[str, Any]
    datasets: Sequence[str]
    protocol: Protocol
    seeds: Sequence[int]


def databases(figures: pd.DataFrame, families: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the datasets that have a row of their own, in the order of the tables."""
    return [name for name in figures["database"].unique() if name not in families]


def write_all(source: Source) -> None:
    """Write reports/index.html and, beside it, reports/page, anew.

    Raises:
        UserError: something that an earlier stage makes is not there.
    """
    folder = paths.page_files()
    shutil.rmtree(folder, ignore_errors=True)  # nothing stays of datasets that were there before
    assets.copy(folder)
    strengths = strength_tables.of_heads(source.run.strengths)
    if len(strengths):
        section = strength_plots.section(strengths)
        figure_files.write_section(folder / "data", "strengths", section)
    video = _data(source, folder / "data")
    classes = _classes(source)
    run = source.run
    seen, _ = results.parted(run.figures, run.training, run.families)
    compared = forest_plots.section(run.figures, run.differences, seen)
    if compared:
        figure_files.write_section(folder / "data", "forest", compared)
    new = {name for names in run.new_attacks.values() for name in names}
    attacks = attack_plots.section(run.figures, seen, new)
    if attacks:
        figure_files.write_section(folder / "data", "attacks", attacks)
    tables_ = open_set.read()
    videos = unseen_data.read(source.seeds[0])
    unseen = unseen_data.collect(
        tables_.shares, tables_.readings, videos, run.training, source.seeds[0]
    )
    shown = unseen_plots.section(unseen)
    if shown:
        figure_files.write_section(folder / "data", "unseen", shown)
    content = document.Content(
        run=source.run,
        details=[
            unseen_faces.section(source.datasets),
            made_from.section(source.settings, source.datasets, list(chosen()), source.seeds),
        ],
        sheets=unseen_faces.sheets(source.datasets, folder),
        fallbacks={
            "matrix": matrix_picture.draw(matrix.matrices(run), folder),
            "forest": forest_picture.draw(run.figures, run.differences, seen, folder),
            "operating": threshold_pictures.draw(source.points, folder),
            "attack-bars": attack_picture.draw(run.figures, new, folder),
            "strength": strength_picture.draw(strengths, folder),
            "unseen": unseen_picture.draw(unseen, folder),
            "histograms": ridge_picture.draw(video, folder),
            "roc": fallbacks.draw(video, folder),
        },
        faces=first_faces.write(source.datasets, classes, folder),
        map=map_part.write(folder, paths.pictures(), classes, source.seeds[0]),
    )
    write(document.render(content, paths.pictures()).encode(), paths.page())


def _data(source: Source, folder: Path) -> dict[str, Any]:
    """Write what scripts draw; return the scores of the video level."""
    seed = source.seeds[0]
    levels = {
        level: score_figures.summary(
            score_figures.read(level, seed), source.figures, source.protocol, level, seed
        )
        for level in LEVELS
    }
    classes = load_description(paths.model(next(iter(chosen())), seed)).classes
    counts = results.collect("confusion")
    matrices = confusion_data.matrices(
        counts, source.figures, classes, source.protocol.training, source.protocol.families, seed
    )
    curves = training_data.curves(_names(), source.seeds)
    seen, _ = results.parted(source.figures, source.protocol.training, source.protocol.families)
    points = threshold_plots.section(source.points, seen)
    figure_files.write_all(folder, list(levels.values()), matrices, curves, source.seeds, points)
    return levels["video"]


def _classes(source: Source) -> Classes:
    return classes_of(source.datasets, source.run.training)


def _names() -> dict[str, str]:
    """Return head -> name of its approaches, without the classifier."""
    parts = {
        head: tables.read(paths.results(head) / "figures.parquet", ["approach"])
        for head in chosen()
    }
    return {head: str(part["approach"].iloc[0]).partition("-")[0] for head, part in parts.items()}
