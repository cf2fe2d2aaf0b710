import math
from itertools import pairwise

import pytest
import torch
from pytorch_metric_learning.losses import ArcFaceLoss
from torch import Tensor

from deepfake_attribution.losses.arcface_mod import ArcFaceMod
from deepfake_attribution.params.loss import Loss

CLASSES = ["Deepfakes", "real", "FaceSwap"]
DIMENSION = 6


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def make(margin_real: float, margin_fake: float, scale: float = 64.0) -> ArcFaceMod:
    settings = Loss(margin_real=margin_real, margin_fake=margin_fake, scale=scale, batch_size=0)
    return ArcFaceMod(CLASSES, DIMENSION, settings, seeded(0))


def batch(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    embeddings = 3 * torch.randn(40, DIMENSION, generator=seeded(1), dtype=dtype)
    return embeddings, torch.randint(3, (40,), generator=seeded(2))


def by_hand(loss: ArcFaceMod, embeddings: Tensor, labels: Tensor) -> float:
    """Equation 3 of ArcFace, one sample at a time, with Python's own arithmetic."""
    total = 0.0
    for embedding, label in zip(embeddings.tolist(), labels.tolist(), strict=True):
        logits = []
        for position, weight in enumerate(loss.weight.tolist()):
            dot = sum(a * b for a, b in zip(embedding, weight, strict=True))
            theta = math.acos(dot / math.hypot(*embedding) / math.hypot(*weight))
            cosine = math.cos(theta)
            if position == label:
                real = CLASSES[label] == "real"
                m = loss.settings.margin_real if real else loss.settings.margin_fake
                beyond = cosine - m * math.sin(m)
                cosine = math.cos(theta + m) if theta + m <= math.pi else beyond
            logits.append(loss.settings.scale * cosine)
        peak = max(logits)
        total += peak + math.log(sum(math.exp(x - peak) for x in logits)) - logits[label]
    return total / len(labels)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
@pytest.mark.parametrize("margins", [(0.6, 0.4), (0.0, 0.5), (1.5, 1.2)])
def test_equals_the_formula_per_sample(
    margins: tuple[float, float], dtype: torch.dtype, tolerance: float
) -> None:
    loss = make(*margins).to(dtype)
    embeddings, labels = batch(dtype)
    expected = by_hand(loss, embeddings, labels)
    assert loss(embeddings, labels).dtype == dtype
    assert loss(embeddings, labels).item() == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-4), (torch.float64, 1e-9)])
@pytest.mark.parametrize("margin", [0.0, 0.5, 1.5])
def test_equals_arcface_forward_and_backward_when_the_margins_agree(
    margin: float, dtype: torch.dtype, tolerance: float
) -> None:
    ours = make(margin, margin).to(dtype)
    peer = ArcFaceLoss(len(CLASSES), DIMENSION, margin=math.degrees(margin), scale=64)
    peer.W.data = ours.weight.data.T.clone()
    embeddings, labels = batch(dtype)
    left = embeddings.clone().requires_grad_()
    right = embeddings.clone().requires_grad_()
    one, other = ours(left, labels), peer(right, labels)
    one.backward()
    other.backward()
    torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(left.grad, right.grad, rtol=tolerance, atol=tolerance)
    torch.testing.assert_close(ours.weight.grad, peer.W.grad.T, rtol=tolerance, atol=tolerance)


def test_each_margin_acts_on_its_own_class_only() -> None:
    embeddings, labels = batch()
    real = labels == 1
    base, more_real, more_fake = make(0.4, 0.4), make(0.6, 0.4), make(0.4, 0.6)
    for rows, changed, same in [(real, more_real, more_fake), (~real, more_fake, more_real)]:
        before = base(embeddings[rows], labels[rows])
        assert same(embeddings[rows], labels[rows]) == before
        assert changed(embeddings[rows], labels[rows]) > before


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("margin", [0.0, 0.6, math.pi / 2])
def test_gradient_is_finite_at_angle_0_and_pi(margin: float, sign: float) -> None:
    loss = make(margin, margin)
    embeddings = (sign * loss.weight.detach()).requires_grad_()
    value = loss(embeddings, torch.arange(3))
    value.backward()
    assert embeddings.grad is not None and loss.weight.grad is not None
    assert value.isfinite()
    assert embeddings.grad.isfinite().all() and loss.weight.grad.isfinite().all()


def test_gradient_is_finite_for_an_embedding_of_zeros() -> None:
    embeddings = torch.zeros(3, DIMENSION, requires_grad=True)
    make(0.6, 0.4)(embeddings, torch.arange(3)).backward()
    assert embeddings.grad is not None and embeddings.grad.isfinite().all()


@pytest.mark.parametrize("margin", [0.1, 0.6, 1.0, math.pi / 2])
def test_loss_grows_with_the_angle_all_the_way_to_pi(margin: float) -> None:
    # Scale 1: the loss itself, not its rounding, is compared.
    loss = make(margin, margin, scale=1.0).double()
    loss.weight.data = torch.eye(3, DIMENSION, dtype=torch.float64)
    values = []
    for theta in torch.linspace(0, math.pi, 400, dtype=torch.float64):
        # Orthogonal to the other classes' weights, whose cosines so stay 0.
        embedding = torch.zeros(1, DIMENSION, dtype=torch.float64)
        embedding[0, 1], embedding[0, 5] = torch.cos(theta), torch.sin(theta)
        values.append(loss(embedding, torch.tensor([1])).item())
    assert all(later > earlier for earlier, later in pairwise(values))


def test_autocast_keeps_the_angles_in_float32() -> None:
    loss = make(0.6, 0.4)
    embeddings, labels = batch()
    rounded = embeddings.bfloat16()
    expected = loss(rounded.float(), labels)
    with torch.autocast("cpu", torch.bfloat16):
        value = loss(rounded, labels)
    assert value.dtype == torch.float32
    assert torch.equal(value, expected)
    half = make(0.6, 0.4).bfloat16()
    assert half(rounded, labels).dtype == torch.float32


def test_logits_are_scaled_cosines_without_margin() -> None:
    loss = make(0.6, 0.4, scale=16.0)
    embeddings, _ = batch()
    cosines = torch.cosine_similarity(embeddings[:, None], loss.weight[None], dim=2)
    torch.testing.assert_close(loss.logits(embeddings), 16 * cosines)


def test_weights_follow_the_generator() -> None:
    settings = Loss(margin_real=0.6, margin_fake=0.4, scale=64, batch_size=0)
    first, second = (ArcFaceMod(CLASSES, 4, settings, seeded(7)) for _ in range(2))
    assert torch.equal(first.weight, second.weight)


@pytest.mark.parametrize("classes", [["a", "b"], ["real", "a", "a"]])
def test_classes_without_real_or_named_twice_are_refused(classes: list[str]) -> None:
    with pytest.raises(ValueError, match="distinct classes"):
        ArcFaceMod(classes, 4, Loss(margin_real=0.6, margin_fake=0.4, scale=64, batch_size=0))
