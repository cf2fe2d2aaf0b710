"""Draw all pictures: python stages/figures.py."""

from deepfake_attribution import paths
from deepfake_attribution.errors import run
from deepfake_attribution.figures import gallery, maps
from deepfake_attribution.params.databases import Databases
from deepfake_attribution.params.datasets import Datasets
from deepfake_attribution.params.load import load
from deepfake_attribution.params.superset import Superset
from deepfake_attribution.params.train import Train
from deepfake_attribution.protocol import Protocol


def main() -> None:
    """Write reports/pictures."""
    names, training = list(load(Datasets).root), load(Superset).datasets
    rows = load(Databases)
    protocol = Protocol(training, maps.tested(names), rows.reals_from, rows.families)
    classes = gallery.classes_of(names, training)
    pictures = gallery.draw_all(gallery.Shown(protocol, classes, load(Train).seeds))
    for picture in pictures:
        if not picture.file:
            print(f"{picture.title}: {picture.caption}")
    print(f"{sum(bool(picture.file) for picture in pictures)} pictures: {paths.pictures()}")


if __name__ == "__main__":
    run(main)
