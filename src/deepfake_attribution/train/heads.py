"""What each of the four heads minimises."""

from collections.abc import Sequence

from torch import Tensor, nn

from deepfake_attribution.core.params import Section, load
from deepfake_attribution.core.video import REAL
from deepfake_attribution.model.network import CLASSIFYING
from deepfake_attribution.train.losses.arcface_mod import ArcFaceMod
from deepfake_attribution.train.losses.classification import binary_cross_entropy, cross_entropy
from deepfake_attribution.train.losses.triplet import SemiHardTriplet
from deepfake_attribution.train.settings import CrossEntropy, Loss, Triplet


class BinaryLoss(nn.Module):
    """Cross-entropy of one logit whose target 1 is real; labels are classes, 0 is real."""

    def __init__(self, settings: CrossEntropy) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss of (B, 1) logits and (B,) classes."""
        return binary_cross_entropy(outputs, labels == 0, self.settings)


class AttributionLoss(nn.Module):
    """Cross-entropy over real and every attack."""

    def __init__(self, settings: CrossEntropy) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss of (B, C) logits and (B,) classes."""
        return cross_entropy(outputs, labels, self.settings)


def loss_settings(head: str) -> Section:
    """Return the section of params.yaml that the head's loss reads, and no other."""
    if head in CLASSIFYING:
        return load(CrossEntropy)
    return load(Triplet) if head == "triplet" else load(Loss)


def make_loss(head: str, settings: Section, classes: Sequence[str], embedding: int) -> nn.Module:
    """Return the loss of a head: (outputs, labels) -> scalar; class 0 is real.

    Args:
        head: name of the head.
        settings: what `loss_settings` gives for it.
        classes: names of the classes, real first.
        embedding: length of TripletLoss's and ArcFaceMod's output.
    """
    assert classes[0] == REAL
    if isinstance(settings, CrossEntropy):
        return BinaryLoss(settings) if head == "binary" else AttributionLoss(settings)
    if isinstance(settings, Triplet):
        return SemiHardTriplet(settings)
    assert isinstance(settings, Loss)
    return ArcFaceMod(classes, embedding, settings)
