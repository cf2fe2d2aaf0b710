"""Score videos by plain facts of their files, without a pixel: python stages/baseline.py."""

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset
from deepfake_attribution.evaluate.evaluation import every_video, expected_videos, write
from deepfake_attribution.evaluate.metadata_baseline import baseline
from deepfake_attribution.evaluate.metadata_baseline.settings import Cues
from deepfake_attribution.evaluate.protocol import Protocol, evaluate
from deepfake_attribution.evaluate.settings import Databases, Evaluate
from deepfake_attribution.train.settings import Train


def main() -> None:
    """Write the same tables as for a head, and what each fact tells alone."""
    names, training = list(load(Datasets).root), load(Superset).datasets
    rows = load(Databases)
    videos, missing = every_video(names, training, rows.reals_from)
    tested = [name for name in names if name in set(videos["dataset"][videos["split"] == "test"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    known, places = baseline.read(names)
    frames = baseline.scores(known, places, training, load(Cues))
    # Facts have no degraded copies: the threshold is from the videos as they are.
    settings = load(Evaluate).model_copy(update={"threshold_crops": "clean"})
    result = evaluate(frames, videos, protocol, settings, missing, expected_videos(names))
    seed = load(Train).seeds[0]  # nothing here is random: it stands beside the first training
    write({seed: result}, baseline.HEAD, protocol)
    tables.write(baseline.alone(known, training), paths.results(baseline.HEAD) / "facts.parquet")
    print(f"figures: {paths.metrics(baseline.HEAD)}")


if __name__ == "__main__":
    run(main)
