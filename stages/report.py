"""Write the tables and the page for people: python stages/report.py."""

import pandas as pd

import own_code  # noqa: F401
from deepfake_attribution.catalog import leaks
from deepfake_attribution.catalog.superset import listed
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import PARAMS, load, read
from deepfake_attribution.core.settings import Datasets, Superset, TrainingSeeds
from deepfake_attribution.evaluate.open_set.settings import OpenSet
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.settings import Databases, Evaluate
from deepfake_attribution.evidence_maps import files as evidence_files
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.likelihood import files as ratios
from deepfake_attribution.report import (
    abstention,
    class_tables,
    comparison,
    evidence_maps,
    further_thresholds,
    latex,
    likelihood,
    markdown,
    open_set,
    oscr,
    published,
    results,
    robustness,
    strength_tables,
    wording,
)
from deepfake_attribution.report.content import Run, ours
from deepfake_attribution.report.page import site
from deepfake_attribution.report.page.source import Source
from deepfake_attribution.report.source_draws import Draws
from deepfake_attribution.robustness import files as robustness_files


def main() -> None:
    """Write reports/tables (Markdown, LaTeX, CSV) and the page with tables and pictures."""
    figures, settings, rows = results.collect("figures"), load(Evaluate), load(Databases)
    intervals = tables.read(paths.uncertainty() / "intervals.parquet")
    differences = tables.read(paths.uncertainty() / "differences.parquet")
    strengths = tables.read(paths.uncertainty() / "strengths.parquet")
    datasets, training = load(Datasets).root, load(Superset).datasets
    rendered = [name for name, dataset in datasets.items() if dataset.adapter == "rendered"]
    data = wording.drawn(rendered, list(datasets), training) if rendered else None
    joined, found = results.over_seeds(figures), open_set.read()
    rates, with_intervals = results.collect("further_thresholds"), results.with_intervals
    shown = with_intervals(joined, intervals)
    points = further_thresholds.joined(rates, shown, intervals)
    about_attacks = open_set.sections(found, joined, load(OpenSet).neighbours, rows.families)
    mapped, damaged = evidence_files.read_results(), robustness_files.read_results()
    evidence = ratios.read_results(list(chosen()))
    first = load(TrainingSeeds).seeds[0]
    rated = abstention.read(
        ratios.read_ratios(list(chosen()), first), figures, first, load(OpenSet).known_share
    )
    tested = site.databases(figures, rows.families)
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    new_attacks = open_set.new_attacks(found)
    draws = Draws.read(list(datasets))
    named = oscr.collect(oscr.read(list(chosen()), first), protocol, new_attacks, draws)
    calibrations = [one for head in chosen() for one in ratios.read_calibrations(head)]
    reported = Run(
        figures=shown,
        accuracy=class_tables.with_class_intervals(results.collect("accuracy"), intervals),
        training=training,
        remarks=wording.remarks(data, load(Classifiers), settings, load(Crop)),
        rate=settings.fpr,
        degraded=settings.threshold_crops == "degraded",
        families=rows.families,
        published=published.named(rows.published),
        frames=load(Extract).frames,
        compared_on=rows.compared_on,
        overlaps=leaks.overlap(listed(list(datasets)), training),
        further=[
            *about_attacks,
            further_thresholds.section(points),
            likelihood.section(evidence, calibrations, rows.families, rows.compared_on),
            abstention.section(
                rated, protocol, new_attacks, draws, rows.compared_on, oscr.part(named, draws.level)
            ),
            evidence_maps.section(mapped),
            *([robustness.section(damaged)] if len(damaged) else []),
        ],
        confusion=results.collect("confusion"),
        differences=differences,
        new_attacks=new_attacks,
        strengths=strength_tables.ordered(strengths, joined),
    )
    folder = paths.report_tables()
    write(markdown.page(reported).encode(), folder / "results.md")
    write(latex.document(reported).encode(), folder / "results.tex")
    write(_csv(with_intervals(figures, intervals)), folder / "figures.csv")
    write(_csv(further_thresholds.of_seeds(rates, intervals)), folder / "further_thresholds.csv")
    write(_csv(reported.confusion), folder / "confusion.csv")
    write(_csv(differences), folder / "differences.csv")
    write(_csv(evidence), folder / "likelihood.csv")
    left = ("published.csv", "strengths.csv", "evidence_maps.csv", "robustness.csv")
    for name in left:  # by earlier settings
        (folder / name).unlink(missing_ok=True)
    if len(strengths):
        write(_csv(strengths), folder / "strengths.csv")
    if len(mapped):
        write(_csv(mapped), folder / "evidence_maps.csv")
    if len(damaged):
        write(_csv(damaged), folder / "robustness.csv")
    if reported.published:
        compared = comparison.long(ours(reported), reported.published)
        write(_csv(compared), folder / "published.csv")
    site.write_all(
        Source(
            run=reported,
            figures=figures,
            points=points,
            settings=read(PARAMS),
            datasets=list(datasets),
            protocol=protocol,
            seeds=load(TrainingSeeds).seeds,
            rated=rated.videos,
            oscr=named,
        )
    )
    print(f"tables: {folder}; page: {paths.page()}")


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()


if __name__ == "__main__":
    run(main)
