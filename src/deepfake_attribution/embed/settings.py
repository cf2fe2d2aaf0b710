"""Which crops are embedded: section ``embed``."""

from typing import Literal

from pydantic import ConfigDict, Field

from deepfake_attribution.core.settings import DegradedCopies


class Embed(DegradedCopies):
    """``embed``: crops to vectors.

    Attributes:
        splits: the splits of each dataset that are embedded; classifiers and thresholds need val,
            results need test.
        batch_size: crops at a time.
        degraded_chance: see `DegradedCopies`; independent of training.
    """

    model_config = ConfigDict(extra="forbid")
    splits: list[Literal["train", "val", "test"]] = Field(min_length=1)
    batch_size: int = Field(ge=1)
