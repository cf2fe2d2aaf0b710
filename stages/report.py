"""Write the tables for people: python stages/report.py."""

from deepfake_attribution import paths
from deepfake_attribution.errors import run
from deepfake_attribution.params.classifiers import Classifiers
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.evaluate import Evaluate
from deepfake_attribution.params.load import load
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.report import markdown, results


def main() -> None:
    """Write reports/tables: the page in Markdown and the long table in CSV."""
    figures, accuracy = results.collect("figures"), results.collect("accuracy")
    settings, tuning = load(Evaluate), load(Classifiers)
    rendered = any(dataset.adapter == "rendered" for dataset in load(Datasets).root.values())
    said = {
        markdown.DEMO: rendered,
        markdown.PAPER_TUNING: tuning.tune_on == "test",
        markdown.IN_SAMPLE: settings.threshold_scores == "in_sample",
    }
    remarks = [text for text, holds in said.items() if holds]
    page = markdown.page(figures, accuracy, load(Superset).datasets, remarks, settings.fpr)
    folder = paths.report_tables()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(page, encoding="utf-8")
    figures.to_csv(folder / "figures.csv", index=False, float_format="%.6g", lineterminator="\n")
    print(f"tables: {folder / 'results.md'}")


if __name__ == "__main__":
    run(main)
