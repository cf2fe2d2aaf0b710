"""Which crops are embedded: section ``embed``."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.core.params import Section


class Embed(Section):
    """``embed``: crops to vectors.

    Attributes:
        splits: parts of each dataset that are embedded; classifiers and thresholds need val,
            results need test.
        batch_size: crops at a time.
        degraded_chance: validation crops are embedded once more, degraded as section ``augment``
            says, but with this chance of each step, whatever trainings use; 0: they are not.
    """

    section: ClassVar[str] = "embed"
    splits: list[Literal["train", "val", "test"]] = Field(min_length=1)
    batch_size: int = Field(ge=1)
    degraded_chance: float = Field(ge=0, le=1)
