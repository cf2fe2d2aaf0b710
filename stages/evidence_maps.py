"""Compare evidence maps of simulated fakes with their masks: python stages/evidence_maps.py."""

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Datasets, Seed, Superset, TrainingSeeds
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.evidence_maps import files, stage
from deepfake_attribution.evidence_maps.settings import EvidenceMaps
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.model.description import load_description
from deepfake_attribution.render.settings import Rendered


def main() -> None:
    """Write maps of test crops, how true they are, and example pictures."""
    heads, chance = list(chosen()), load(Uncertainty)
    first = load(TrainingSeeds).seeds[0]
    asked = load(EvidenceMaps)
    asked.check_installed()
    settings = stage.Settings(
        videos=asked.evidence_maps,
        grad_cam=asked.grad_cam,
        heads=heads,
        training=load(Superset).datasets,
        seed=load(Seed).root,
        trained_with=first,
        draws=chance.draws,
        level=chance.level,
        workers=load(Compute).workers,
    )
    datasets = load(Datasets).root
    rendered = {name: own for name, own in load(Rendered).root.items() if name in datasets}
    classes = load_description(paths.model(heads[0], first)).classes
    found = stage.compare(rendered, classes, settings)
    print(f"attacks with maps: {len(found[['dataset', 'attack']].drop_duplicates())}")
    print(f"evidence maps: {files.folder()}")


if __name__ == "__main__":
    run(main)
