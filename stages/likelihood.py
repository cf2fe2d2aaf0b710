"""Calibrate all heads' scores to likelihood ratios: python stages/likelihood.py."""

import own_code  # noqa: F401
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Seed, Superset
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.likelihood import files, stage
from deepfake_attribution.likelihood.settings import Folds, Likelihood


def main() -> None:
    """Write calibrations, likelihood ratios and results of every head."""
    training, rows, chance = load(Superset).datasets, load(Databases), load(Uncertainty)
    videos = files.every_video(list(load(Datasets).root))
    there = set(videos.loc[videos["split"] == "test", "dataset"])
    tested = [name for name in load(Datasets).root if name in there]
    protocol = Protocol(training, tested, rows.reals_from, rows.families)
    settings = stage.Settings(
        choice=load(Likelihood).calibration,
        folds=load(Folds).folds,
        draws=chance.draws,
        level=chance.level,
        seed=load(Seed).root,
    )
    for head in chosen():
        for line in stage.calibrate(head, videos, protocol, settings):
            print(line)
        print(f"likelihood ratios: {files.folder(head)}")


if __name__ == "__main__":
    run(main)
