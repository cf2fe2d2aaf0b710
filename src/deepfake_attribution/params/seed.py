"""The one seed of everything random but the trainings, which have ``train.seeds``."""

from typing import Annotated, ClassVar

from pydantic import Field

from deepfake_attribution.params.load import RootSection


class Seed(RootSection[Annotated[int, Field(ge=0, lt=2**31)]]):
    """``seed``: renderings, folds and samples of the classifiers, maps."""

    section: ClassVar[str] = "seed"
