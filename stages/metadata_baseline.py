"""Score videos by the metadata of their files: python stages/metadata_baseline.py."""

import own_code  # noqa: F401
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset, TrainingSeeds
from deepfake_attribution.evaluate.evaluation import every_video, expected_videos, write
from deepfake_attribution.evaluate.metadata_baseline import baseline
from deepfake_attribution.evaluate.metadata_baseline.settings import MetadataBaseline
from deepfake_attribution.evaluate.protocol import Protocol, evaluate
from deepfake_attribution.evaluate.settings import Databases, Evaluate


def main() -> None:
    """Write the same tables as for a head, and how well each fact alone separates videos."""
    names, training = list(load(Datasets).root), load(Superset).datasets
    rows = load(Databases)
    videos, missing = every_video(names, training, rows.reals_from)
    tested = [name for name in names if name in set(videos["dataset"][videos["split"] == "test"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    known, places = baseline.read(names)
    frames = baseline.scores(known, places, training, load(MetadataBaseline))
    # Facts have no degraded copies: the threshold is set on the videos as they are.
    settings = load(Evaluate).model_copy(update={"threshold_crops": "clean"})
    result = evaluate(frames, videos, protocol, settings, missing, expected_videos(names))
    seed = load(TrainingSeeds).seeds[0]  # nothing is random here: one result
    write({seed: result}, baseline.HEAD, protocol, settings)
    tables.write(baseline.alone(known, training), paths.results(baseline.HEAD) / "facts.parquet")
    print(f"figures: {paths.results(baseline.HEAD)}")


if __name__ == "__main__":
    run(main)
