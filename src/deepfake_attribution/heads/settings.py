"""Section ``heads``, and what the heads' own sections share."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.core.params import RootSection, Section, Strict


class HeadEntry(Strict):
    """What dvc.yaml reads of a head; `cli.all_settings` checks that it fits the head's file.

    Attributes:
        loss: the head's own section (`HeadSection`); its ``train`` stage depends on it.
        scored_by: folder of what scores videos: the model, or the classifiers on its embeddings.
        mapped_by: folder of what gives the crops on its map their class.
    """

    loss: str = Field(pattern=r"^[a-z0-9_]+$")
    scored_by: str = Field(min_length=1)
    mapped_by: str = Field(min_length=1)


class Heads(RootSection[Annotated[dict[str, HeadEntry], Field(min_length=1)]]):
    """``heads``: name of each head that is trained -> what its stages depend on."""

    section: ClassVar[str] = "heads"


def _more_than_one(size: int) -> int:
    if size < 2:
        raise ValueError("batch normalisation needs 2 crops at least; null is train.batch_size")
    return size


Sampling = Literal["shuffled", "balanced", "paired"]
Epochs = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class HeadSection(Section):
    """A head's own section: what its loss reads, and what it is trained with.

    A value of ``sampling``, ``epochs``, ``batch_size`` or ``learning_rate`` overrides the one of
    section ``train``, for this head only; null: ``train``'s (`train.settings.Train`). Batches of
    TripletLoss and ArcFaceMod must be real ones: accumulated gradients give no more negatives.
    """

    sampling: Sampling | None
    epochs: Epochs | None
    batch_size: Annotated[int, AfterValidator(_more_than_one)] | None
    learning_rate: Rate | None


class CrossEntropy(HeadSection):
    """Label smoothing: the share of the target that is spread evenly over all classes."""

    label_smoothing: float = Field(ge=0, lt=1)
