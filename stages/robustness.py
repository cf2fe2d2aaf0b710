"""Score damaged copies of test videos: python stages/robustness.py."""

from pathlib import Path

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Datasets, Seed, Superset, TrainingSeeds
from deepfake_attribution.evaluate.settings import Databases
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.robustness import files, stage
from deepfake_attribution.robustness.copies import Stored
from deepfake_attribution.robustness.settings import Robustness


def main() -> None:
    """Write the scores of damaged videos and what they mean for AUC, FNR and FPR."""
    rows, chance, frames = load(Databases), load(Uncertainty), load(Extract)
    settings = stage.Settings(
        videos=load(Robustness).robustness,
        heads=list(chosen()),
        training=load(Superset).datasets,
        reals_from=rows.reals_from,
        families=rows.families,
        stored=Stored(load(Crop), frames.format, frames.quality),
        seed=load(Seed).root,
        trained_with=load(TrainingSeeds).seeds[0],
        draws=chance.draws,
        level=chance.level,
    )
    found = stage.measure(
        roots={name: Path(one.root) for name, one in load(Datasets).root.items()},
        settings=settings,
        compute=load(Compute),
        work=paths.WORK / "robustness",
        out=files.folder(),
    )
    turned_off = "" if len(found) else " (empty: evaluate.robustness is 0)"
    print(f"robustness: {files.folder()}{turned_off}")


if __name__ == "__main__":
    run(main)
