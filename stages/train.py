"""Train a head: python stages/train.py HEAD."""

import sys

from deepfake_attribution import paths, tables
from deepfake_attribution.errors import run
from deepfake_attribution.heads import loss_settings
from deepfake_attribution.params.backbone import Backbone
from deepfake_attribution.params.compute import Compute
from deepfake_attribution.params.load import load
from deepfake_attribution.params.seed import Seed
from deepfake_attribution.params.train import Train
from deepfake_attribution.training import Recipe, train


def main() -> None:
    """Write the model and the training curve of the head that the command line names."""
    head = sys.argv[1]
    line = train(
        Recipe(head, load(Seed).root, load(Backbone), load(Train), loss_settings(head)),
        table=tables.read(paths.SUPERSET),
        faces=paths.DATA / "faces",
        compute=load(Compute),
        checkpoints=paths.CHECKPOINTS,
        out=paths.model(head),
        curve=paths.curve(head),
    )
    print(line)


if __name__ == "__main__":
    run(main)
