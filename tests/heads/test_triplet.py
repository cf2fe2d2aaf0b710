import math
from collections.abc import Callable

import pytest
import torch
from pytorch_metric_learning.distances import LpDistance
from pytorch_metric_learning.losses import TripletMarginLoss
from torch import Tensor

from deepfake_attribution.heads.triplet import AllTriplets, SemiHardTriplet, make_loss, mine
from deepfake_attribution.heads.triplet import Settings as Triplet
from recipes import OWN


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def make(margin: float = 0.2, normalised: bool = True) -> SemiHardTriplet:
    return SemiHardTriplet(Triplet(normalised=normalised, mining="semi_hard", margin=margin, **OWN))


def brute_force(
    embeddings: Tensor, labels: Tensor, margin: float, normalised: bool = True
) -> Tensor:
    """FaceNet's rule by looking at every triplet of the batch."""
    unit = embeddings / embeddings.norm(dim=1, keepdim=True) if normalised else embeddings
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


def compare(
    loss: Callable[[Tensor, Tensor], Tensor],
    reference: Callable[[Tensor, Tensor], Tensor],
    size: int,
    classes: int,
    seed: int,
) -> None:
    """Both give the same value, above 0, and the same gradient for a random batch."""
    embeddings = torch.randn(size, 3, generator=seeded(seed), dtype=torch.float64)
    labels = torch.randint(classes, (size,), generator=seeded(seed + 9))
    left, right = embeddings.clone().requires_grad_(), embeddings.clone().requires_grad_()
    value, expected = loss(left, labels), reference(right, labels)
    value.backward()
    expected.backward()
    assert value.item() > 0
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(left.grad, right.grad)


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("margin", [0.05, 0.2, 4.0])
@pytest.mark.parametrize(("size", "classes", "seed"), [(24, 4, 0), (17, 2, 1), (12, 9, 2)])
def test_equals_brute_force_over_all_triplets(
    size: int, classes: int, seed: int, margin: float, normalised: bool
) -> None:
    def reference(embeddings: Tensor, labels: Tensor) -> Tensor:
        return brute_force(embeddings, labels, margin, normalised)

    compare(make(margin, normalised), reference, size, classes, seed)


def test_plain_euclidean_loss_by_hand() -> None:
    """On a line, at 0, 3 (one class) and 4, 9 (another): squared distances of whole numbers.

    (0, 3): d = 9, the nearest negative behind it is 4 with 16: 9 - 16 + 10 = 3.
    (3, 0): d = 9, behind it is 9 with 36: 0.
    (4, 9): d = 25, none is behind it, so the farthest, 0 with 16: 25 - 16 + 10 = 19.
    (9, 4): d = 25, behind it is 3 with 36: 25 - 36 + 10 < 0: 0.
    """
    points = torch.tensor([[0.0], [3.0], [4.0], [9.0]])
    loss = make(10.0, normalised=False)(points, torch.tensor([0, 0, 1, 1]))
    assert loss.item() == pytest.approx((3 + 0 + 19 + 0) / 4)


def test_plain_euclidean_loss_keeps_the_digits_of_small_distances() -> None:
    points = torch.tensor([[100.0], [100.01], [100.03]])
    loss = make(1e-3, normalised=False)(points, torch.tensor([0, 0, 1]))
    # pairs: 1e-4 against 9e-4, and 1e-4 against 4e-4, each plus the margin
    assert loss.item() == pytest.approx((2e-4 + 7e-4) / 2, rel=0.01)


def test_equals_brute_force_where_a_class_has_one_member() -> None:
    embeddings = torch.randn(6, 3, generator=seeded(4), dtype=torch.float64)
    labels = torch.tensor([0, 0, 0, 1, 2, 2])  # 1 is no anchor, but a negative of all others
    left, right = embeddings.clone().requires_grad_(), embeddings.clone().requires_grad_()
    value, expected = make(4.0)(left, labels), brute_force(right, labels, 4.0)
    value.backward()
    expected.backward()
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(left.grad, right.grad)
    assert left.grad is not None and left.grad[3].abs().sum() > 0


@pytest.mark.parametrize("seed", range(5))
def test_negatives_are_those_of_brute_force_where_distances_tie(seed: int) -> None:
    # Whole numbers up to 5: nearly every distance stands several times in its row.
    distances = torch.randint(6, (14, 14), generator=seeded(seed)).double()
    labels = torch.randint(3, (14,), generator=seeded(seed + 50))
    same = labels[:, None] == labels[None, :]
    found = mine(distances, same)
    ties = 0
    for a, p in (same & ~torch.eye(14, dtype=torch.bool)).nonzero().tolist():
        negatives = [n for n in range(14) if not same[a, n]]
        farther = [n for n in negatives if distances[a, n] > distances[a, p]]
        ties += any(distances[a, n] == distances[a, p] for n in negatives)
        best = min(distances[a, farther]) if farther else max(distances[a, negatives])
        assert not same[a, found[a, p]]
        assert distances[a, found[a, p]] == best
    assert ties > 10


def test_negative_as_far_as_the_positive_is_not_semi_hard() -> None:
    # Along the axes distances are exact: 2 between axes, 4 to the opposite end.
    x, y, z = torch.eye(3, dtype=torch.float64)
    embeddings, labels = torch.stack([x, y, z, -x]), torch.tensor([0, 0, 1, 1])
    value = make(0.5)(embeddings, labels)
    # From x: y and z both at 2, so -x, at 4, is taken: max(0, 2 - 4 + 0.5) = 0. From y: all lie at
    # 2, none is farther: max(0, 2 - 2 + 0.5). From z: -x, x and y at 2. From -x: z at 2, x at 4.
    assert value.item() == (0 + 0.5 + 0.5 + 0) / 4


def test_bfloat16_embeddings_give_the_loss_of_the_same_numbers_in_float64() -> None:
    rounded = torch.randn(20, 3, generator=seeded(6)).bfloat16()
    labels = torch.arange(20) % 4
    left, right = rounded.clone().requires_grad_(), rounded.double().requires_grad_()
    value, expected = make()(left, labels), brute_force(right, labels, 0.2)
    value.backward()
    expected.backward()
    assert left.grad is not None and left.grad.dtype == torch.bfloat16
    assert value.item() == pytest.approx(expected.item(), rel=1e-5)
    # The gradient is rounded once, to 8 bits, when it goes back.
    torch.testing.assert_close(left.grad, right.grad, rtol=2**-8, atol=1e-6, check_dtype=False)


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
    assert value.isfinite() and value.requires_grad
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


def of_all(margin: float = 0.2, normalised: bool = True) -> AllTriplets:
    settings = Triplet(normalised=normalised, mining="all", margin=margin, **OWN)
    loss = make_loss(["real", "fake"], 4, settings)
    assert isinstance(loss, AllTriplets)
    return loss


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("margin", [0.05, 0.2, 4.0])
@pytest.mark.parametrize(("size", "classes", "seed"), [(24, 4, 0), (17, 2, 1), (12, 9, 2)])
def test_all_triplets_equal_the_reference_library(
    size: int, classes: int, seed: int, margin: float, normalised: bool
) -> None:
    """Its loss takes every triplet without a miner, and averages those above 0."""
    distance = LpDistance(normalize_embeddings=normalised, p=2, power=2)
    reference = TripletMarginLoss(margin=margin, distance=distance)
    compare(of_all(margin, normalised), reference, size, classes, seed)


def test_all_triplets_by_hand() -> None:
    """On a line, at 0, 3 (one class) and 4, 9 (another): squared distances of whole numbers.

    (0, 3): d = 9; 4 and 9 are at 16 and 81: 9 - 16 + 10 = 3, and 0.
    (3, 0): d = 9; 4 and 9 are at 1 and 36: 9 - 1 + 10 = 18, and 0.
    (4, 9): d = 25; 0 and 3 are at 16 and 1: 19 and 34.
    (9, 4): d = 25; 0 and 3 are at 81 and 36: 0 and 0.
    """
    points = torch.tensor([[0.0], [3.0], [4.0], [9.0]])
    loss = of_all(10.0, normalised=False)(points, torch.tensor([0, 0, 1, 1]))
    assert loss.item() == pytest.approx((3 + 18 + 19 + 34) / 4)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [0]])
def test_no_triplet_at_all_gives_zero_and_a_gradient_of_zero(labels: list[int]) -> None:
    embeddings = torch.randn(len(labels), 4, generator=seeded(0)).requires_grad_()
    value = of_all()(embeddings, torch.tensor(labels))
    value.backward()
    assert value.item() == 0 and value.requires_grad
    assert embeddings.grad is not None and (embeddings.grad == 0).all()


def test_all_triplets_under_autocast_keep_the_distances_in_float32() -> None:
    embeddings = torch.randn(20, 8, generator=seeded(5)).bfloat16()
    labels = torch.arange(20) % 4
    with torch.autocast("cpu", torch.bfloat16):
        value = of_all()(embeddings, labels)
    assert value.dtype == torch.float32
    assert torch.equal(value, of_all()(embeddings.float(), labels))
