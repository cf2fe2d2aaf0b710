import math

import pytest
import torch

from deepfake_attribution.heads.classification import binary_cross_entropy, cross_entropy
from deepfake_attribution.heads.settings import CrossEntropy
from recipes import OWN

PLAIN, SMOOTH = (CrossEntropy(label_smoothing=value, **OWN) for value in (0, 0.2))


def test_binary_target_1_is_real() -> None:
    logits = torch.tensor([3.0, -3.0])
    right = binary_cross_entropy(logits, torch.tensor([True, False]), PLAIN)
    wrong = binary_cross_entropy(logits, torch.tensor([False, True]), PLAIN)
    assert right.item() == pytest.approx(math.log1p(math.exp(-3)))
    assert wrong.item() == pytest.approx(math.log1p(math.exp(3)))


def test_binary_smoothing_moves_targets_by_half() -> None:
    p = 1 / (1 + math.exp(-2))
    expected = -(0.9 * math.log(p) + 0.1 * math.log(1 - p))
    value = binary_cross_entropy(torch.tensor([2.0]), torch.tensor([1]), SMOOTH)
    assert value.item() == pytest.approx(expected)


@pytest.mark.parametrize("settings", [PLAIN, SMOOTH])
def test_binary_equals_cross_entropy_over_two_classes(settings: CrossEntropy) -> None:
    logits = torch.linspace(-4, 4, 9)
    real = torch.arange(9) % 2
    pair = torch.stack([torch.zeros(9), logits], dim=1)
    one = binary_cross_entropy(logits[:, None], real, settings)
    torch.testing.assert_close(one, cross_entropy(pair, real, settings))


def test_cross_entropy_spreads_the_smoothing_over_all_classes() -> None:
    logits = torch.tensor([[1.0, 0.0, -1.0]])
    logs = torch.log_softmax(logits, dim=1)[0].tolist()
    expected = -(0.8 * logs[1] + 0.2 * sum(logs) / 3)
    assert cross_entropy(logits, torch.tensor([1]), SMOOTH).item() == pytest.approx(expected)


def test_losses_are_float32_under_autocast() -> None:
    logits = torch.tensor([[1.0, 2.0]], dtype=torch.bfloat16)
    with torch.autocast("cpu", torch.bfloat16):
        assert cross_entropy(logits, torch.tensor([0]), PLAIN).dtype == torch.float32
        value = binary_cross_entropy(logits[:, 0], torch.tensor([True]), PLAIN)
    assert value.dtype == torch.float32
