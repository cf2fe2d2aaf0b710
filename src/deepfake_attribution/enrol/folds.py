"""Folds of samples by source."""

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.folds import Folds, is_one_sided, sources, split
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.enrol.samples import Samples


def folds(samples: Samples, wanted: int) -> Folds:
    """Return positions (rest, held out), as the stage ``fit`` makes folds.

    Raises:
        UserError: the sources are too few.
    """
    crops = Crops(samples.vectors, samples.labels, samples.sources)
    for side, count in sources(crops).items():
        if count < 2:
            raise UserError(
                f"the bundle's known {side} videos are of {counted(count, 'source')}: a refit "
                "needs two of each to test itself; export a bundle of a project with more "
                "validation videos"
            )
    parts = split(crops, wanted)
    if is_one_sided(crops, parts):
        raise UserError(
            "the bundle's known videos are of too few sources: without one of the folds only "
            "reals or only fakes are left; export a bundle of a project with more of them"
        )
    return parts
