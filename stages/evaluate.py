"""Score a head's videos and count its errors: python stages/evaluate.py HEAD."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset, TrainingSeeds
from deepfake_attribution.evaluate import headline
from deepfake_attribution.evaluate.evaluation import (
    approach_scores,
    every_video,
    expected_videos,
    write,
)
from deepfake_attribution.evaluate.protocol import Evaluation, Protocol, evaluate
from deepfake_attribution.evaluate.settings import Databases, Evaluate


def main() -> None:
    """Write scores, metrics, tables and ROC points of the head that the command line names."""
    head = sys.argv[1]
    names = list(load(Datasets).root)
    training = load(Superset).datasets
    rows = load(Databases)
    videos, missing = every_video(names, training, rows.reals_from)
    tested = [name for name in names if name in set(videos["dataset"][videos["split"] == "test"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    expected = expected_videos(names)
    settings = load(Evaluate)
    results = {}
    for seed in load(TrainingSeeds).seeds:
        frames = approach_scores(head, seed, names, settings)
        results[seed] = evaluate(frames, videos, protocol, settings, missing, expected)
        _print(results[seed], seed)
    write(results, head, protocol, settings, rows.compared_on)
    headline.write_metrics(head)
    print(f"figures: {paths.results(head)}")


def _print(result: Evaluation, seed: int) -> None:
    for approach, level in result.thresholds.items():
        passing = level["video"]
        print(
            f"{approach}, seed {seed}: threshold {passing.value:.4f} ({passing.scores} scores), "
            f"{passing.k_pass} of {passing.n_fake} validation fakes pass"
        )


if __name__ == "__main__":
    run(main)
