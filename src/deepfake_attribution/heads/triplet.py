"""Triplet loss inside the batch: with semi-hard negatives, or over all triplets."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import torch
import torch.nn.functional as F
from pydantic import Field, ValidationInfo, field_validator
from torch import Tensor, nn

from deepfake_attribution.heads.settings import HeadSection

TITLE = "TripletLoss"
ABOUT = "an embedding, trained by triplets"
OUTPUT = "embedding"
COLOURS = ("#c2500a", "#f0a35e")


class Settings(HeadSection):
    """The distance of embeddings, and the margin between two squared distances.

    ``normalised``: embeddings are compared as unit vectors, whose squared distances lie between 0
    and 4: by their direction. False: the plain Euclidean distance, whose scale training chooses;
    classifiers, maps and distances to known videos then use the embeddings as they are, too.
    ``mining``: which triplets of a batch count (`SemiHardTriplet`, `AllTriplets`).
    """

    section: ClassVar[str] = "triplet"

    normalised: bool
    mining: Literal["semi_hard", "all"]
    margin: float = Field(gt=0, allow_inf_nan=False)

    @field_validator("margin")
    @classmethod
    def _reachable(cls, margin: float, others: ValidationInfo) -> float:
        if margin > 4 and others.data.get("normalised", True):
            raise ValueError(
                "squared distances of unit vectors are at most 4: lower it, or set "
                "triplet.normalised to false"
            )
        return margin


class SemiHardTriplet(nn.Module):
    """Mean triplet loss over every pair of a class in the batch, each with one mined negative.

    FaceNet (Schroff et al., CVPR 2015, arXiv 1503.03832, equations 1 and 4). With d the squared
    Euclidean distance of the unit vectors (of the embeddings themselves where ``normalised`` is
    false), for each ordered pair (a, p) of one class, a != p::

        n* = argmin d(a, n) over negatives n with d(a, n) > d(a, p)     the semi-hard one
             argmax d(a, n) over all negatives, if none is that far     the easiest one
        loss = mean over pairs of max(0, d(a, p) - d(a, n*) + margin)

    The nearest negative behind the positive is the hardest of the semi-hard ones; where even it
    lies outside the margin, the pair adds 0. Where every negative is nearer than the positive,
    the farthest is taken: harder ones collapse the embedding early in training. This is the
    common implementation of FaceNet's rule (TensorFlow Addons' ``triplet_semihard_loss``).
    """

    whole_batch = True  # triplets are mined among the crops of all training processes

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.margin = settings.margin
        self.normalised = settings.normalised

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss over the batch's pairs.

        Args:
            embeddings: (B, D) float of any length; normalised here if that is set.
            labels: (B,) int64 classes.

        Returns:
            Scalar, float32 (float64 for float64 embeddings). 0 with a gradient of 0 where the
            batch holds no pair of a class, or one class only.
        """
        # One bfloat16 step near d = 2 is 0.016, a twelfth of the usual margin.
        with torch.autocast(embeddings.device.type, enabled=False):
            precise = torch.promote_types(embeddings.dtype, torch.float32)
            distances = squared_distances(embeddings.to(precise), self.normalised)  # (B, B)
            same = labels[:, None] == labels[None, :]  # (B, B)
            negatives = mine(distances.detach(), same)  # (B, B)
            losses = F.relu(distances - distances.gather(1, negatives) + self.margin)
            pairs = same & ~torch.eye(len(labels), dtype=torch.bool, device=same.device)
            pairs &= (~same).any(dim=1, keepdim=True)
            return losses.where(pairs, 0).sum() / pairs.sum().clamp_min(1)


class AllTriplets(nn.Module):
    """Mean triplet loss over all triplets of the batch whose loss is above 0.

    With d as in `SemiHardTriplet`, for each ordered pair (a, p) of one class, a != p, and each
    negative n, the loss is max(0, d(a, p) - d(a, n) + margin). Triplets that have reached the
    margin do not count, because they would hide the others in the mean. It is "batch all" of
    Hermans, Beyer and Leibe, arXiv 1703.07737, averaged over what is not zero.
    """

    whole_batch = True

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.margin = settings.margin
        self.normalised = settings.normalised

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Return the mean loss over the batch's triplets above 0; as for `SemiHardTriplet`.

        Memory grows with the number of pairs of a class times the batch size.
        """
        with torch.autocast(embeddings.device.type, enabled=False):
            precise = torch.promote_types(embeddings.dtype, torch.float32)
            distances = squared_distances(embeddings.to(precise), self.normalised)  # (B, B)
            same = labels[:, None] == labels[None, :]  # (B, B)
            itself = torch.eye(len(labels), dtype=torch.bool, device=same.device)
            anchors, positives = (same & ~itself).nonzero(as_tuple=True)  # (P,) each
            to_positives = distances[anchors, positives][:, None]  # (P, 1)
            losses = F.relu(to_positives - distances[anchors] + self.margin)  # (P, B)
            losses = losses.where(~same[anchors], 0)
            return losses.sum() / (losses.detach() > 0).sum().clamp_min(1)


def squared_distances(embeddings: Tensor, normalised: bool) -> Tensor:
    """Return all squared distances, (B, B), of (B, D) embeddings or of their unit vectors."""
    if normalised:
        unit = F.normalize(embeddings, dim=1)
        return 2 - 2 * unit @ unit.T
    # By differences: a product of long vectors would lose the digits of small distances.
    differences = "donot_use_mm_for_euclid_dist"
    return torch.cdist(embeddings, embeddings, compute_mode=differences).square()


def make_loss(
    classes: Sequence[str], dimension: int, settings: Settings
) -> SemiHardTriplet | AllTriplets:
    """Return the loss; embeddings may have any length, and there may be any classes."""
    return SemiHardTriplet(settings) if settings.mining == "semi_hard" else AllTriplets(settings)


@torch.no_grad()
def mine(distances: Tensor, same: Tensor) -> Tensor:
    """Return for every pair (a, p) the index of its negative, (B, B) int64.

    Each anchor's negatives are sorted once and each positive finds its place among them by
    bisection: O(B^2 log B) time and O(B^2) memory, where comparing all triplets takes O(B^3).

    Args:
        distances: (B, B), row a holds the distances from anchor a.
        same: (B, B) bool, True where two samples are of one class.

    Returns:
        Entry (a, p) is meaningful where a and p share a class and a has a negative.
    """
    ordered, order = distances.masked_fill(same, torch.inf).sort(dim=1)
    first_farther = torch.searchsorted(ordered, distances.contiguous(), right=True)
    farthest = (~same).sum(dim=1, keepdim=True) - 1  # position of the last negative in its row
    return order.gather(1, first_farther.minimum(farthest).clamp_min(0))
