"""Write the tables and the page for people: python stages/report.py."""

from deepfake_attribution import paths
from deepfake_attribution.durable import write
from deepfake_attribution.errors import run
from deepfake_attribution.params.classifiers import Classifiers
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.evaluate import Evaluate
from deepfake_attribution.params.load import load
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.report import latex, markdown, page, results, wording


def main() -> None:
    """Write reports/tables (Markdown, LaTeX, CSV) and the page with tables and pictures."""
    figures, accuracy = results.collect("figures"), results.collect("accuracy")
    settings, tuning = load(Evaluate), load(Classifiers)
    training = load(Superset).datasets
    rendered = any(dataset.adapter == "rendered" for dataset in load(Datasets).root.values())
    said = {
        wording.DEMO: rendered,
        wording.PAPER_TUNING: tuning.tune_on == "test",
        wording.IN_SAMPLE: settings.threshold_scores == "in_sample",
    }
    remarks = [remark for remark, holds in said.items() if holds]
    folder = paths.report_tables()
    tables = markdown.page(figures, accuracy, training, remarks, settings.fpr)
    write(tables.encode(), folder / "results.md")
    document = latex.document(figures, training, remarks, settings.fpr)
    write(document.encode(), folder / "results.tex")
    csv = figures.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    write(csv.encode(), folder / "figures.csv")
    shown = page.render(figures, accuracy, training, remarks, settings.fpr, paths.pictures())
    write(shown.encode(), paths.page())
    print(f"tables: {folder}; page: {paths.page()}")


if __name__ == "__main__":
    run(main)
