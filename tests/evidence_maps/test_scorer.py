"""A network is given a few crops at a time, and each crop keeps its score."""

import numpy as np
import pytest

from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.evidence_maps.scorer import AT_ONCE, Scorer


class Network:
    """Its logit is the crop's first value; it notes how many crops it is given."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.given.append(len(images))
        last = images[:, 0, 0, :1].astype(np.float32)
        return last, last


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, 2 * AT_ONCE + 1])
def test_scores_come_in_the_order_of_the_crops(count: int) -> None:
    images = np.zeros((count, 3, 4, 4), np.uint8)
    images[:, 0, 0, 0] = np.arange(count)
    network = Network()
    (scores,) = Scorer(network, ONE_LOGIT, [])(images)
    assert np.allclose(scores, 1 / (1 + np.exp(-np.arange(count, dtype=np.float64))))
    assert sum(network.given) == count and max(network.given) <= AT_ONCE
