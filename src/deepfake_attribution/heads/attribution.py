"""Attribution: real, or which attack."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from deepfake_attribution.heads.classification import cross_entropy
from deepfake_attribution.heads.settings import CrossEntropy

TITLE = "Attribution"
ABOUT = "a logit per class"
OUTPUT = "classes"
COLOURS = ("#0072b2", "#56b4e9")


class Settings(CrossEntropy):
    """Label smoothing, and the head's own recipe."""

    section: ClassVar[str] = "attribution"


class AttributionLoss(nn.Module):
    """Cross-entropy over real and every attack."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss of (B, C) logits and (B,) classes."""
        return cross_entropy(outputs, labels, self.settings)


def make_loss(classes: Sequence[str], dimension: int, settings: Settings) -> AttributionLoss:
    """Return the loss; the head has an output per class."""
    return AttributionLoss(settings)
