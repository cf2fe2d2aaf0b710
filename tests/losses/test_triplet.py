import math

import pytest
import torch
from torch import Tensor

from deepfake_attribution.losses.triplet import SemiHardTriplet
from deepfake_attribution.params.triplet import Triplet


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def make(margin: float = 0.2) -> SemiHardTriplet:
    return SemiHardTriplet(Triplet(margin=margin, batch_size=0))


def brute_force(embeddings: Tensor, labels: Tensor, margin: float) -> Tensor:
    """FaceNet's rule by looking at every triplet of the batch."""
    unit = embeddings / embeddings.norm(dim=1, keepdim=True)
    losses = []
    for a in range(len(labels)):
        for p in range(len(labels)):
            negatives = [n for n in range(len(labels)) if labels[n] != labels[a]]
            if a == p or labels[p] != labels[a] or not negatives:
                continue
            positive = (unit[a] - unit[p]).square().sum()
            distances = [(unit[a] - unit[n]).square().sum() for n in negatives]
            farther = [d for d in distances if d > positive]
            negative = min(farther) if farther else max(distances)
            losses.append((positive - negative + margin).clamp_min(0))
    return torch.stack(losses).mean() if losses else embeddings.sum() * 0


@pytest.mark.parametrize("margin", [0.05, 0.2, 4.0])
@pytest.mark.parametrize(("size", "classes", "seed"), [(24, 4, 0), (17, 2, 1), (12, 9, 2)])
def test_equals_brute_force_over_all_triplets(
    size: int, classes: int, seed: int, margin: float
) -> None:
    embeddings = torch.randn(size, 3, generator=seeded(seed), dtype=torch.float64)
    labels = torch.randint(classes, (size,), generator=seeded(seed + 9))
    left, right = embeddings.clone().requires_grad_(), embeddings.clone().requires_grad_()
    value, expected = make(margin)(left, labels), brute_force(right, labels, margin)
    value.backward()
    expected.backward()
    assert value.item() > 0
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(left.grad, right.grad)


def on_circle(*degrees: float) -> Tensor:
    angles = torch.tensor([math.radians(angle) for angle in degrees], dtype=torch.float64)
    return torch.stack([angles.cos(), angles.sin()], dim=1)


def squared(degrees: float) -> float:
    return 2 - 2 * math.cos(math.radians(degrees))


def test_takes_the_nearest_negative_behind_the_positive() -> None:
    # Anchors 0 and 10; for both, the negatives at 5 are nearer than the positive.
    labels = torch.tensor([0, 0, 1, 2, 3])
    value = make()(on_circle(0, 10, 5, 16, 90), labels)
    first = squared(10) - squared(16) + 0.2
    # From 10 the negatives at 5 and 16 are both nearer: the next is the one at 90.
    second = max(0.0, squared(10) - squared(80) + 0.2)
    assert value.item() == pytest.approx((first + second) / 2)


def test_takes_the_farthest_negative_where_all_are_nearer_than_the_positive() -> None:
    value = make()(on_circle(0, 90, 40, 50), torch.tensor([0, 0, 1, 2]))
    assert value.item() == pytest.approx(squared(90) - squared(50) + 0.2)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [0]])
def test_no_triplet_gives_zero_and_a_gradient_of_zero(labels: list[int]) -> None:
    embeddings = torch.randn(len(labels), 4, generator=seeded(0)).requires_grad_()
    value = make()(embeddings, torch.tensor(labels))
    value.backward()
    assert value.item() == 0
    assert embeddings.grad is not None and (embeddings.grad == 0).all()


def test_equal_embeddings_have_a_finite_gradient() -> None:
    embeddings = torch.ones(6, 4, requires_grad=True)
    make()(embeddings, torch.tensor([0, 0, 0, 1, 1, 1])).backward()
    assert embeddings.grad is not None and embeddings.grad.isfinite().all()


def test_length_of_the_embeddings_does_not_matter() -> None:
    embeddings = torch.randn(20, 8, generator=seeded(3))
    labels = torch.arange(20) % 4
    factors = 0.1 + torch.rand(20, 1, generator=seeded(4))
    torch.testing.assert_close(make()(factors * embeddings, labels), make()(embeddings, labels))


def test_autocast_keeps_the_distances_in_float32() -> None:
    embeddings = torch.randn(20, 8, generator=seeded(5)).bfloat16()
    labels = torch.arange(20) % 4
    with torch.autocast("cpu", torch.bfloat16):
        value = make()(embeddings, labels)
    assert value.dtype == torch.float32
    assert torch.equal(value, make()(embeddings.float(), labels))
