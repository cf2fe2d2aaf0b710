"""The data that scripts draw, and the pictures of the same for print and for pages without them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.protocol import LEVELS
from deepfake_attribution.evidence_maps import files as evidence_files
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.likelihood.files import read_ratios
from deepfake_attribution.model.description import load_description
from deepfake_attribution.report import matrix, open_set, results, strength_tables
from deepfake_attribution.report.page import (
    attack_picture,
    attack_plots,
    confusion_data,
    coverage_picture,
    coverage_plots,
    evidence_picture,
    evidence_plots,
    fallbacks,
    figure_files,
    forest_picture,
    forest_plots,
    likelihood_data,
    likelihood_picture,
    likelihood_plots,
    matrix_picture,
    oscr_picture,
    oscr_plots,
    ridge_picture,
    robustness_picture,
    robustness_plots,
    score_figures,
    strength_picture,
    strength_plots,
    threshold_pictures,
    threshold_plots,
    training_data,
    unseen_data,
    unseen_picture,
    unseen_plots,
)
from deepfake_attribution.report.page.fallbacks import Picture
from deepfake_attribution.report.page.source import Source
from deepfake_attribution.robustness import files as robustness_files


class Plotted(NamedTuple):
    """What plots and their pictures show.

    Attributes:
        video: `score_figures.summary` of the video level.
        seen: the databases trained on.
        new: the attacks that were never trained on.
        strengths: `strength_tables.of_heads`.
        unseen: `unseen_data.collect`.
        ratios: `likelihood_data.collect`.
        coverage: `coverage_plots.collect`.
        evidence: `evidence_maps.files.read_results`.
        damaged: `robustness.files.read_results`.
    """

    video: Mapping[str, Any]
    seen: Sequence[str]
    new: set[str]
    strengths: pd.DataFrame
    unseen: Sequence[unseen_data.Unseen]
    ratios: Sequence[likelihood_data.Drawn]
    coverage: Sequence[coverage_plots.Coverage]
    evidence: pd.DataFrame
    damaged: pd.DataFrame


def write_data(source: Source, folder: Path) -> Plotted:
    """Write what scripts draw; return what the pictures show, too."""
    run, seed = source.run, source.seeds[0]
    seen, _ = results.parted(run.figures, run.training, run.families)
    new = {name for names in run.new_attacks.values() for name in names}
    found = open_set.read()
    plotted = Plotted(
        video=_data(source, folder),
        seen=seen,
        new=new,
        strengths=strength_tables.of_heads(run.strengths),
        unseen=unseen_data.collect(
            found.shares, found.readings, unseen_data.read(seed), run.training, seed
        ),
        ratios=likelihood_data.collect(read_ratios(list(chosen()), seed), source.protocol),
        coverage=coverage_plots.collect(source.rated, source.protocol),
        evidence=evidence_files.read_results(),
        damaged=robustness_files.read_results(),
    )
    written = {
        "strengths": strength_plots.section(plotted.strengths) if len(plotted.strengths) else None,
        "forest": forest_plots.section(run.figures, run.differences, seen),
        "attacks": attack_plots.section(run.figures, seen, new),
        "unseen": unseen_plots.section(plotted.unseen),
        "likelihood": likelihood_plots.section(plotted.ratios) if plotted.ratios else None,
        "coverage": coverage_plots.section(plotted.coverage) if plotted.coverage else None,
        "oscr": oscr_plots.section(source.oscr) if source.oscr else None,
    }
    if len(plotted.evidence):
        written["evidence-maps"] = evidence_plots.section(plotted.evidence)
    if len(plotted.damaged):
        written["robustness"] = robustness_plots.section(plotted.damaged)
    for name, section in written.items():
        if section:
            figure_files.write_section(folder, name, section)
    return plotted


def draw_pictures(source: Source, plotted: Plotted, folder: Path) -> dict[str, Sequence[Picture]]:
    """Draw the pictures of a page without scripts; return them by the name of their gallery."""
    run = source.run
    drawn = evidence_picture.draw(plotted.evidence, evidence_files.read_examples(), folder)
    return {
        "matrix": matrix_picture.draw(matrix.matrices(run), folder),
        "forest": forest_picture.draw(run.figures, run.differences, plotted.seen, folder),
        "operating": threshold_pictures.draw(source.points, folder),
        "attack-bars": attack_picture.draw(run.figures, plotted.new, folder),
        "strength": strength_picture.draw(plotted.strengths, folder),
        "unseen": unseen_picture.draw(plotted.unseen, folder),
        "likelihood": likelihood_picture.draw(plotted.ratios, folder),
        "coverage": coverage_picture.draw(plotted.coverage, folder),
        "oscr": oscr_picture.draw(source.oscr, folder),
        "evidence-maps": drawn[:1],
        "evidence-examples": drawn[1:],
        "robustness": robustness_picture.draw(plotted.damaged, folder),
        "histograms": ridge_picture.draw(plotted.video, folder),
        "roc": fallbacks.draw(plotted.video, folder),
    }


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


def _names() -> dict[str, str]:
    """Return head -> name of its approaches, without the classifier."""
    parts = {
        head: tables.read(paths.results(head) / "figures.parquet", ["approach"])
        for head in chosen()
    }
    return {head: str(part["approach"].iloc[0]).partition("-")[0] for head, part in parts.items()}
