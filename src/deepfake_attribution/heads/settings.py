"""Section ``heads``, and what the sections of several losses share."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from deepfake_attribution.core.params import RootSection, Section, Strict


class HeadEntry(Strict):
    """What dvc.yaml reads of a head; `cli.all_settings` checks that it fits the head's file.

    Attributes:
        loss: the section that the head's loss reads; its ``train`` stage depends on it.
        scored_by: folder of what scores videos: the model, or the classifiers on its embeddings.
        mapped_by: folder of what gives the crops on its map their class.
    """

    loss: str = Field(pattern=r"^[a-z0-9_]+$")
    scored_by: str = Field(min_length=1)
    mapped_by: str = Field(min_length=1)


class Heads(RootSection[Annotated[dict[str, HeadEntry], Field(min_length=1)]]):
    """``heads``: name of each head that is trained -> what its stages depend on."""

    section: ClassVar[str] = "heads"


class CrossEntropy(Section):
    """Label smoothing: the share of the target that is spread evenly over all classes."""

    section: ClassVar[str] = "cross_entropy"

    label_smoothing: float = Field(ge=0, lt=1)


def _more_than_one(size: int) -> int:
    if size == 1:
        raise ValueError("batch normalisation needs 2 crops at least; 0 is train.batch_size")
    return size


OwnBatch = Annotated[int, Field(ge=0), AfterValidator(_more_than_one)]  # 0: train.batch_size
