"""Databases, classes and seeds of the pictures, from params.yaml."""

from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset, TrainingSeeds
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.figures import gallery, maps
from deepfake_attribution.figures.gallery import Shown


def from_settings() -> Shown:
    """Return databases, classes and seeds of the project in the current folder.

    Raises:
        UserError: params.yaml or a catalog is missing or broken.
    """
    names, training = list(load(Datasets).root), load(Superset).datasets
    rows = load(Databases)
    protocol = Protocol(training, maps.tested(names), rows.reals_from, rows.families)
    return Shown(protocol, gallery.classes_of(names, training), load(TrainingSeeds).seeds)
