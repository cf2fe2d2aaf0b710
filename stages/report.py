"""Write the tables and the page for people: python stages/report.py."""

import pandas as pd

from deepfake_attribution import paths, tables
from deepfake_attribution.catalog import leaks
from deepfake_attribution.durable import write
from deepfake_attribution.errors import run
from deepfake_attribution.page import site
from deepfake_attribution.params.classifiers import Classifiers
from deepfake_attribution.params.crop import Crop
from deepfake_attribution.params.databases import Databases
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.evaluate import Evaluate
from deepfake_attribution.params.load import PARAMS, load, read
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.params.train import Train
from deepfake_attribution.params.unknown import Unknown
from deepfake_attribution.protocol import Protocol
from deepfake_attribution.report import (
    class_tables,
    comparison,
    latex,
    markdown,
    results,
    unknown,
    wording,
)
from deepfake_attribution.report.content import Run
from deepfake_attribution.superset import listed


def main() -> None:
    """Write reports/tables (Markdown, LaTeX, CSV) and the page with tables and pictures."""
    figures, settings, rows = results.collect("figures"), load(Evaluate), load(Databases)
    intervals = tables.read(paths.doubt() / "intervals.parquet")
    differences = tables.read(paths.doubt() / "differences.parquet")
    datasets, training = load(Datasets).root, load(Superset).datasets
    rendered = [name for name, dataset in datasets.items() if dataset.adapter == "rendered"]
    data = wording.drawn(rendered, list(datasets), training) if rendered else None
    joined, found = results.over_seeds(figures), unknown.read()
    reported = Run(
        figures=results.with_intervals(joined, intervals),
        accuracy=class_tables.with_class_intervals(results.collect("accuracy"), intervals),
        training=training,
        remarks=wording.remarks(data, load(Classifiers), settings, load(Crop)),
        rate=settings.fpr,
        degraded=settings.threshold_crops == "degraded",
        families=rows.families,
        published=rows.published,
        overlaps=leaks.overlap(listed(list(datasets)), training),
        further=unknown.sections(found, joined, load(Unknown).neighbours, rows.families),
        confusion=results.collect("confusion"),
        differences=differences,
        new_attacks=unknown.new_attacks(found),
    )
    folder = paths.report_tables()
    write(markdown.page(reported).encode(), folder / "results.md")
    write(latex.document(reported).encode(), folder / "results.tex")
    write(_csv(results.with_intervals(figures, intervals)), folder / "figures.csv")
    write(_csv(reported.confusion), folder / "confusion.csv")
    write(_csv(differences), folder / "differences.csv")
    (folder / "published.csv").unlink(missing_ok=True)  # of settings before
    if reported.published:
        compared = comparison.long(reported.figures, reported.published)
        write(_csv(compared), folder / "published.csv")
    tested = site.databases(figures, rows.families)
    site.write_all(
        site.Source(
            run=reported,
            figures=figures,
            settings=read(PARAMS),
            datasets=list(datasets),
            protocol=Protocol(training, tested, rows.reals_from, rows.families),
            seeds=load(Train).seeds,
        )
    )
    print(f"tables: {folder}; page: {paths.page()}")


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode()


if __name__ == "__main__":
    run(main)
