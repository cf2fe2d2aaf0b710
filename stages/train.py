"""Train a head once per seed: python stages/train.py HEAD."""

import sys

import own_code  # noqa: F401
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.heads.registry import loss_settings
from deepfake_attribution.model.settings import Augment, Backbone
from deepfake_attribution.train.recipe import Recipe
from deepfake_attribution.train.repeated_training import train_all
from deepfake_attribution.train.settings import Train


def main() -> None:
    """Write models and training curves of the head that the command line names."""
    head = sys.argv[1]
    backbone, settings, augment = load(Backbone), load(Train), load(Augment)
    loss = loss_settings(head)
    train_all(
        {
            paths.model(head, seed): Recipe(head, seed, backbone, settings, augment, loss)
            for seed in settings.seeds
        },
        table=tables.read(paths.SUPERSET),
        faces=paths.DATA / "faces",
        compute=load(Compute),
        checkpoints=paths.CHECKPOINTS,
        curve=paths.curve(head),
    )


if __name__ == "__main__":
    run(main)
