"""Binary: real against fake."""

from collections.abc import Sequence
from typing import ClassVar

from torch import Tensor, nn

from deepfake_attribution.heads.classification import binary_cross_entropy
from deepfake_attribution.heads.settings import CrossEntropy

TITLE = "Binary"
ABOUT = "one logit, real against fake"
OUTPUT = "real"
COLOURS = ("#5b6470", "#c3cad3")


class Settings(CrossEntropy):
    """Label smoothing, and the head's own recipe."""

    section: ClassVar[str] = "binary"


class BinaryLoss(nn.Module):
    """Cross-entropy of one logit whose target 1 is real; labels are classes, 0 is real."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss of (B, 1) logits and (B,) classes."""
        return binary_cross_entropy(outputs, labels == 0, self.settings)


def make_loss(classes: Sequence[str], dimension: int, settings: Settings) -> BinaryLoss:
    """Return the loss; it needs neither the classes nor a length."""
    return BinaryLoss(settings)
