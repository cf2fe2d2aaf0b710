"""How well validation crops are told apart."""

import math

import pytest
import torch

from deepfake_attribution.train import validation
from deepfake_attribution.train.losses.arcface_mod import ArcFaceMod
from recipes import LOSSES

LABELS = torch.tensor([0, 0, 1, 2])
HALVES = torch.tensor([True, False, True, False])


def test_binary_and_attribution_say_it_themselves() -> None:
    logits = torch.tensor([[2.0], [-1.0], [0.0], [-3.0]])
    assert validation.auc("binary", None, logits, LABELS, HALVES) == pytest.approx(75)
    classes = torch.tensor([[3.0, 0, 0], [0, 0, 0], [1, 0, 0], [-2, 0, 0]])
    assert validation.auc("attribution", None, classes, LABELS, HALVES) == pytest.approx(75)


def test_arcface_says_it_by_its_class_centres() -> None:
    loss = ArcFaceMod(["real", "a", "b"], 2, LOSSES["arcface"])  # type: ignore[arg-type]
    with torch.no_grad():
        loss.weight.copy_(torch.tensor([[1.0, 0], [-1, 0], [0, 1]]))
    outputs = torch.tensor([[5.0, 0.1], [0.2, 0.1], [-1.0, 0.2], [0.1, 3.0]])
    assert validation.auc("arcface", loss, outputs, LABELS, HALVES) == 100


def test_triplet_is_scored_by_centres_of_the_other_half() -> None:
    outputs = torch.tensor([[1.0, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]])
    labels = torch.tensor([0, 0, 1, 1])
    assert validation.auc("triplet", None, outputs, labels, HALVES) == 100
    # Crops that are near only to themselves gain nothing from it.
    lonely = torch.tensor([[1.0, 0], [0, 1], [0, 1], [1.0, 0]])
    assert validation.auc("triplet", None, lonely, labels, HALVES) == 0


def test_nothing_to_tell_apart_is_no_number() -> None:
    outputs = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    same_half = torch.ones(4, dtype=torch.bool)
    assert math.isnan(validation.auc("triplet", None, outputs, LABELS, same_half))
    reals = torch.zeros(4, dtype=torch.int64)
    assert math.isnan(validation.auc("binary", None, outputs[:, :1], reals, HALVES))


def test_halves_keep_a_video_together() -> None:
    videos = ["b", "a", "b", "c", "a", "d"]
    assert validation.halves(videos).tolist() == [True, False, True, False, False, True]
