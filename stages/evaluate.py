"""Score a head's videos and count its errors: python stages/evaluate.py HEAD."""

import sys

from deepfake_attribution import paths
from deepfake_attribution.errors import run
from deepfake_attribution.evaluation import (
    approach_scores,
    every_video,
    expected_videos,
    write,
)
from deepfake_attribution.params.databases import Databases
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.evaluate import Evaluate
from deepfake_attribution.params.load import load
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.protocol import Protocol, evaluate


def main() -> None:
    """Write scores, metrics, tables and ROC points of the head that the command line names."""
    head = sys.argv[1]
    names = list(load(Datasets).root)
    training = load(Superset).datasets
    rows = load(Databases)
    videos, missing = every_video(names, training)
    tested = [name for name in names if name in set(videos["dataset"][videos["split"] == "test"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    frames = approach_scores(head, names, training)
    result = evaluate(frames, videos, protocol, load(Evaluate), missing, expected_videos(names))
    write(result, head, protocol)
    for approach, level in result.thresholds.items():
        passing = level["video"]
        print(
            f"{approach}: threshold {passing.value:.4f} ({passing.scores} scores), "
            f"{passing.k_pass} of {passing.n_fake} validation fakes pass"
        )
    print(f"figures: {paths.metrics(head)}")


if __name__ == "__main__":
    run(main)
