import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from pytorch_metric_learning.losses import ArcFaceLoss
from torch import Tensor

from deepfake_attribution.heads.arcface import ArcFaceMod
from deepfake_attribution.heads.arcface import Settings as Loss
from recipes import OWN

CLASSES = ["Deepfakes", "real", "FaceSwap"]
DIMENSION = 6


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def make(margin_real: float, margin_fake: float, scale: float = 64.0) -> ArcFaceMod:
    settings = Loss(margin_real=margin_real, margin_fake=margin_fake, scale=scale, **OWN)
    return ArcFaceMod(CLASSES, DIMENSION, settings, seeded(0))


def batch(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    embeddings = 3 * torch.randn(40, DIMENSION, generator=seeded(1), dtype=dtype)
    return embeddings, torch.randint(3, (40,), generator=seeded(2))


def by_formula(loss: ArcFaceMod, embeddings: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    """Equation 3 of ArcFace as it is printed: in float64, with arc cosines, a sample at a time."""
    losses = []
    for embedding, label in zip(embeddings.double(), labels.tolist(), strict=True):
        logits = []
        for position, row in enumerate(weight.double()):
            theta = torch.acos(embedding @ row / embedding.norm() / row.norm())
            logit = torch.cos(theta)
            if position == label:
                real = CLASSES[label] == "real"
                m = loss.settings.margin_real if real else loss.settings.margin_fake
                beyond = torch.cos(theta) - m * math.sin(m)
                logit = torch.cos(theta + m) if theta + m <= math.pi else beyond
            logits.append(loss.settings.scale * logit)
        shares = torch.stack(logits).exp() / torch.stack(logits).exp().sum()
        losses.append(-shares[label].log())
    return torch.stack(losses).mean()


# The loss is some 30 and its gradients about 1, each a sum of terms of up to the scale, 64: a step
# of float32 there is 8e-6. A gradient that goes back to bfloat16 is rounded to 8 bits.
ROUNDING = {torch.float64: 1e-10, torch.float32: 2e-5, torch.bfloat16: 2**-8}


@pytest.mark.parametrize("dtype", list(ROUNDING))
@pytest.mark.parametrize("margins", [(0.6, 0.4), (0.0, 0.5), (1.5, 1.2)])
def test_equals_the_paper_s_formula_forward_and_backward(
    margins: tuple[float, float], dtype: torch.dtype
) -> None:
    loss = make(*margins, scale=16.0).to(torch.promote_types(dtype, torch.float32))
    embeddings, labels = batch(torch.float64)
    left = embeddings.to(dtype).requires_grad_()
    right = left.detach().double().requires_grad_()  # the same numbers: only arithmetic differs
    weight = loss.weight.detach().double().requires_grad_()
    value, expected = loss(left, labels), by_formula(loss, right, labels, weight)
    value.backward()
    expected.backward()
    assert value.dtype == loss.weight.dtype
    assert left.grad is not None and right.grad is not None and loss.weight.grad is not None
    exact = ROUNDING[loss.weight.dtype]  # the loss and the weights are of float32 at least
    assert value.item() == pytest.approx(expected.item(), rel=exact)
    near = {"check_dtype": False, "atol": exact}
    torch.testing.assert_close(left.grad, right.grad, rtol=ROUNDING[dtype], **near)
    torch.testing.assert_close(loss.weight.grad, weight.grad, rtol=exact, **near)


@pytest.mark.parametrize("dtype", list(ROUNDING))
@pytest.mark.parametrize("margin", [0.0, 0.5, 1.5])
def test_equals_arcface_forward_and_backward_when_the_margins_agree(
    margin: float, dtype: torch.dtype
) -> None:
    precise = torch.promote_types(dtype, torch.float32)  # ours; the peer stays in what it is given
    ours = make(margin, margin).to(precise)
    peer = ArcFaceLoss(len(CLASSES), DIMENSION, margin=math.degrees(margin), scale=64)
    peer.W.data = ours.weight.data.T.clone()
    embeddings, labels = batch()
    left = embeddings.to(dtype).requires_grad_()
    right = left.detach().to(precise).requires_grad_()
    one, other = ours(left, labels), peer(right, labels)
    one.backward()
    other.backward()
    assert left.grad is not None and right.grad is not None and ours.weight.grad is not None
    exact = 5 * ROUNDING[precise]  # both round, and the peer's arc cosine once more
    near = {"check_dtype": False, "atol": exact}
    torch.testing.assert_close(one, other, rtol=exact, **near)
    torch.testing.assert_close(left.grad, right.grad, rtol=max(exact, ROUNDING[dtype]), **near)
    torch.testing.assert_close(ours.weight.grad, peer.W.grad.T, rtol=exact, **near)


def test_each_margin_acts_on_its_own_class_only() -> None:
    embeddings, labels = batch()
    real = labels == 1
    base, more_real, more_fake = make(0.4, 0.4), make(0.6, 0.4), make(0.4, 0.6)
    for rows, changed, same in [(real, more_real, more_fake), (~real, more_fake, more_real)]:
        before = base(embeddings[rows], labels[rows])
        assert same(embeddings[rows], labels[rows]) == before
        assert changed(embeddings[rows], labels[rows]) > before


@pytest.mark.parametrize("dtype", list(ROUNDING))
@pytest.mark.parametrize("cosine", [1.0, 1 - 1e-7, -1 + 1e-7, -1.0])
@pytest.mark.parametrize("margin", [0.0, 0.6, math.pi / 2])
def test_value_and_gradient_are_right_at_angle_0_and_pi(
    margin: float, cosine: float, dtype: torch.dtype
) -> None:
    precise = torch.promote_types(dtype, torch.float32)
    loss = make(margin, margin).to(precise)
    loss.weight.data = torch.eye(3, DIMENSION, dtype=precise)
    # Each at this angle to its own class, and at right angles to the two others.
    exact = cosine * torch.eye(3, DIMENSION, dtype=torch.float64)
    exact[:, 5] = math.sqrt(1 - cosine**2)
    embeddings = exact.to(dtype).requires_grad_()
    value = loss(embeddings, torch.arange(3))
    value.backward()
    theta = math.acos(cosine)
    beyond = cosine - margin * math.sin(margin)
    target = 64 * (math.cos(theta + margin) if theta <= math.pi - margin else beyond)
    expected = math.log(math.exp(target) + 2) - target  # the others' logits are 0
    # Where float32 rounds 1 - 1e-7, the sine and so the angle moves by up to 3.5e-4.
    assert value.item() == pytest.approx(expected, abs=64 * 4e-4)
    assert embeddings.grad is not None and loss.weight.grad is not None
    # Turning an embedding moves a logit by the scale at most, and the shares that are wrong sum
    # up to two: no gradient is longer, however steep the arc cosine is there.
    for gradient in (embeddings.grad, loss.weight.grad):
        assert gradient.isfinite().all()
        assert (gradient.norm(dim=1) <= 2 * 64 * 1.01).all()


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("margin", [0.0, 0.6, math.pi / 2])
def test_gradient_is_finite_where_rounding_takes_a_cosine_beyond_1(
    margin: float, sign: float
) -> None:
    # Rows of random numbers: of some the length is not 1 after normalising, but a step beside it.
    settings = Loss(margin_real=margin, margin_fake=margin, scale=64, **OWN)
    loss = ArcFaceMod(["real", *map(str, range(199))], DIMENSION, settings, seeded(0))
    embeddings = (sign * loss.weight.detach()).requires_grad_()
    cosines = loss.logits(embeddings).diagonal() / 64
    assert (cosines.abs() > 1).any() and (cosines.abs() < 1).any()
    value = loss(embeddings, torch.arange(200))
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
    with torch.autocast("cpu", torch.bfloat16):
        value = loss(rounded, labels)
        other_way = F.linear(F.normalize(rounded), F.normalize(loss.weight))
    assert other_way.dtype == torch.bfloat16  # what autocast would do to the cosines
    assert value.dtype == torch.float32
    assert torch.equal(value, loss(rounded.float(), labels))
    value.backward()
    assert loss.weight.grad is not None and loss.weight.grad.dtype == torch.float32
    half = make(0.6, 0.4).bfloat16()
    assert half(rounded, labels).dtype == torch.float32


def test_logits_are_scaled_cosines_without_margin() -> None:
    loss = make(0.6, 0.4, scale=16.0)
    embeddings, _ = batch()
    cosines = torch.cosine_similarity(embeddings[:, None], loss.weight[None], dim=2)
    torch.testing.assert_close(loss.logits(embeddings), 16 * cosines)


def test_weights_follow_the_generator() -> None:
    settings = Loss(margin_real=0.6, margin_fake=0.4, scale=64, **OWN)
    first, second = (ArcFaceMod(CLASSES, 4, settings, seeded(7)) for _ in range(2))
    assert torch.equal(first.weight, second.weight)


@pytest.mark.parametrize("classes", [["a", "b"], ["real", "a", "a"]])
def test_classes_without_real_or_named_twice_are_refused(classes: list[str]) -> None:
    with pytest.raises(ValueError, match="distinct classes"):
        ArcFaceMod(classes, 4, Loss(margin_real=0.6, margin_fake=0.4, scale=64, **OWN))
