"""The batch size of a head of its own."""

from typing import Annotated

from pydantic import AfterValidator, Field


def _more_than_one(size: int) -> int:
    if size == 1:
        raise ValueError("batch normalisation needs 2 crops at least; 0 is train.batch_size")
    return size


OwnBatch = Annotated[int, Field(ge=0), AfterValidator(_more_than_one)]  # 0: train.batch_size
