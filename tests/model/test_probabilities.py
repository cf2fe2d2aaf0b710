import numpy as np
import pytest

from deepfake_attribution.model.probabilities import probabilities


def test_binary_gives_real_and_fake() -> None:
    shares = probabilities("binary", np.array([[2.0], [-1.0]], np.float32))
    real = 1 / (1 + np.exp([-2.0, 1.0]))
    np.testing.assert_allclose(shares, np.stack([real, 1 - real], axis=1), rtol=1e-6)


def test_attribution_gives_a_share_per_class() -> None:
    shares = probabilities("attribution", np.array([[0.0, 1.0, 2.0]], np.float16))
    np.testing.assert_allclose(shares[0], np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum(), rtol=1e-6)
    assert shares.dtype == np.float32


@pytest.mark.filterwarnings("error")
def test_outputs_far_off_neither_overflow_nor_round_to_nothing() -> None:
    real = probabilities("binary", np.array([[-80.0], [-1e4], [1e4]], np.float32))[:, 0]
    assert real[0] == pytest.approx(np.exp(-80.0), rel=1e-4)
    assert real[1:].tolist() == [0, 1]
    many = probabilities("attribution", np.array([[1e4, 0.0, -1e4]], np.float32))
    assert many.tolist() == [[1, 0, 0]]
