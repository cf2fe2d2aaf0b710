"""Score videos by plain facts of their files, without a pixel: python stages/cues.py."""

from deepfake_attribution import cues, paths, tables
from deepfake_attribution.errors import run
from deepfake_attribution.evaluation import every_video, expected_videos, write
from deepfake_attribution.params.cues import Cues
from deepfake_attribution.params.databases import Databases
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.evaluate import Evaluate
from deepfake_attribution.params.load import load
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.params.train import Train
from deepfake_attribution.protocol import Protocol, evaluate


def main() -> None:
    """Write the same tables as for a head, and what each fact tells alone."""
    names, training = list(load(Datasets).root), load(Superset).datasets
    rows = load(Databases)
    videos, missing = every_video(names, training, rows.reals_from)
    tested = [name for name in names if name in set(videos["dataset"][videos["split"] == "test"])]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    known, places = cues.read(names)
    frames = cues.scores(known, places, training, load(Cues))
    # Facts have no degraded copies: the threshold is from the videos as they are.
    settings = load(Evaluate).model_copy(update={"threshold_crops": "clean"})
    result = evaluate(frames, videos, protocol, settings, missing, expected_videos(names))
    seed = load(Train).seeds[0]  # nothing here is random: it stands beside the first training
    write({seed: result}, cues.HEAD, protocol)
    tables.write(cues.alone(known, training), paths.results(cues.HEAD) / "facts.parquet")
    print(f"figures: {paths.metrics(cues.HEAD)}")


if __name__ == "__main__":
    run(main)
