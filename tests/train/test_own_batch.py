"""A head's own batch size."""

import pytest
from pydantic import ValidationError

from deepfake_attribution.train.settings import Triplet


@pytest.mark.parametrize("size", [0, 2, 512])
def test_none_or_at_least_two_crops(size: int) -> None:
    assert Triplet(margin=0.2, batch_size=size).batch_size == size


@pytest.mark.parametrize("size", [1, -1])
def test_one_crop_is_no_batch(size: int) -> None:
    with pytest.raises(ValidationError, match="batch_size"):
        Triplet(margin=0.2, batch_size=size)
