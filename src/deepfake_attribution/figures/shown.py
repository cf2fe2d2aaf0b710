"""What the pictures show, as params.yaml says."""

from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.figures import gallery, maps
from deepfake_attribution.figures.gallery import Shown
from deepfake_attribution.train.settings import Train


def from_settings() -> Shown:
    """Return databases, classes and seeds of the project in the current folder.

    Raises:
        UserError: params.yaml or a catalog is missing or broken.
    """
    names, training = list(load(Datasets).root), load(Superset).datasets
    rows = load(Databases)
    protocol = Protocol(training, maps.tested(names), rows.reals_from, rows.families)
    return Shown(protocol, gallery.classes_of(names, training), load(Train).seeds)
