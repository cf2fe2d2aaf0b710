"""ArcFaceMod: additive angular margin loss with one margin for real and one for fakes."""

import math
from collections.abc import Sequence
from typing import ClassVar

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from deepfake_attribution.core.video import REAL
from deepfake_attribution.heads.settings import HeadSection

TITLE = "ArcFaceMod"
ABOUT = "an embedding, trained by an angular margin for each kind of class"
OUTPUT = "embedding"
COLOURS = ("#00805c", "#3cc79b")

# Below float32's resolution of 1 - cos^2 (1.2e-7), so only an exact 0 or a rounding below it is
# lifted: there the root's slope is infinite, and the clamp sets it to 0.
SMALLEST_SQUARED_SINE = 1e-12


class Settings(HeadSection):
    """Angular margins in radians, per kind of class, and the scale of the cosines.

    Up to pi / 2 a margin keeps the loss falling as the angle shrinks (see `ArcFaceMod`).
    """

    section: ClassVar[str] = "loss"

    margin_real: float = Field(ge=0, le=math.pi / 2)
    margin_fake: float = Field(ge=0, le=math.pi / 2)
    scale: float = Field(gt=0, allow_inf_nan=False)


class ArcFaceMod(nn.Module):
    """Additive angular margin loss with a margin per class.

    ArcFace (Deng et al., CVPR 2019, arXiv 1801.07698, equation 3), with the margin m of sample i
    taken from its class: ``margin_real`` for ``real``, ``margin_fake`` for every attack (Korshunov
    et al., ICASSP 2022). With theta_j the angle between the embedding and the weight of class j::

        loss_i = cross_entropy(s * [cos theta_1, ..., psi(theta_y), ..., cos theta_C], y)
        psi(theta) = cos(theta + m)             where theta <= pi - m
                     cos(theta) - m * sin(m)    beyond

    Beyond pi - m, cos(theta + m) would rise again and pull the worst samples the wrong way; the
    second form goes on falling. It is pytorch-metric-learning's, so that with equal margins the
    two losses agree. At the joint it lies at -cos(m) - m sin(m), never above -1 for m up to
    pi / 2, so psi falls over the whole range.

    Args:
        classes: names of the classes, in the order of the labels; ``real`` is one of them.
        dimension: D, length of an embedding.
        settings: margins in radians, and the scale s.
        generator: source of the weights' first values; torch's global one if not given.

    Raises:
        ValueError: the classes are not distinct or ``real`` is not among them.
    """

    def __init__(
        self,
        classes: Sequence[str],
        dimension: int,
        settings: Settings,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        if len(set(classes)) != len(classes) or REAL not in classes:
            raise ValueError(f"expected distinct classes with {REAL!r}, found {list(classes)}")
        self.real = list(classes).index(REAL)
        self.settings = settings
        self.weight = nn.Parameter(torch.empty(len(classes), dimension))  # (C, D)
        nn.init.xavier_uniform_(self.weight, generator=generator)

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss of a batch.

        Args:
            embeddings: (B, D) float of any length; only their direction counts.
            labels: (B,) int64, positions in ``classes``.

        Returns:
            Scalar, float32 (float64 for float64 embeddings), under autocast too.
        """
        cosines = self._cosines(embeddings)  # (B, C)
        with _full_precision(cosines):
            target = labels[:, None]  # (B, 1)
            with_margin = self._add_margin(cosines.gather(1, target), target == self.real)
            logits = cosines.scatter(1, target, with_margin) * self.settings.scale
            return F.cross_entropy(logits, labels)

    def logits(self, embeddings: Tensor) -> Tensor:
        """Return s * cos(theta) without margin, (B, C): softmax of it is P(class)."""
        return self._cosines(embeddings) * self.settings.scale

    def _cosines(self, embeddings: Tensor) -> Tensor:
        """Return cos(theta) of every embedding and class, (B, C), at least in float32."""
        # bfloat16 keeps three digits: near 0 and pi an angle would be off by degrees.
        with _full_precision(embeddings):
            precise = torch.promote_types(embeddings.dtype, torch.float32)
            unit = F.normalize(embeddings.to(precise), dim=1)
            return unit @ F.normalize(self.weight.to(precise), dim=1).T

    def _add_margin(self, cosine: Tensor, is_real: Tensor) -> Tensor:
        """Return psi(theta) from cos(theta); both and ``is_real`` are (B, 1)."""

        # By the addition theorem: no arc cosine, whose slope is infinite at 0 and pi.
        def of_class(real: float, fake: float) -> Tensor:
            return torch.where(is_real, cosine.new_tensor(real), cosine.new_tensor(fake))

        real, fake = self.settings.margin_real, self.settings.margin_fake
        cos_m = of_class(math.cos(real), math.cos(fake))
        sin_m = of_class(math.sin(real), math.sin(fake))
        drop = of_class(real * math.sin(real), fake * math.sin(fake))
        sine = (1 - cosine.square()).clamp_min(SMALLEST_SQUARED_SINE).sqrt()
        # theta <= pi - m, in cosines
        return torch.where(cosine >= -cos_m, cosine * cos_m - sine * sin_m, cosine - drop)


def make_loss(classes: Sequence[str], dimension: int, settings: Settings) -> ArcFaceMod:
    """Return the loss of embeddings of length ``dimension``."""
    return ArcFaceMod(classes, dimension, settings)


def _full_precision(tensor: Tensor) -> torch.autocast:
    return torch.autocast(tensor.device.type, enabled=False)
