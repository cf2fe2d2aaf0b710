"""How well a head tells real from fake, while it is trained."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from deepfake_attribution.core import metrics
from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.model.network import class_probabilities


@torch.no_grad()
def auc(output: str, loss: Any, outputs: Tensor, labels: Tensor, halves: Tensor) -> float:
    """Return the AUC of crops, real against fake, in percent; nan where it cannot be computed.

    Self-scoring heads give P(real). A loss with class centres of its own (ArcFaceMod) gives it by
    its ``logits``. Other embeddings (TripletLoss) have no centres: half of the videos give the
    centres of the classes, and the crops of the other half are scored by how much nearer the centre
    of the reals is than any other; then the other way round.

    Args:
        output: what the head gives.
        loss: of the head.
        outputs: (N, O) float, of the head.
        labels: (N,) int64 classes, 0 is real.
        halves: (N,) bool: which half a crop's video belongs to.
    """
    if output in SELF_SCORING:
        scores = class_probabilities(output, outputs)[:, 0]
    elif hasattr(loss, "logits"):
        on_device = outputs.to(loss.weight.device)  # the class centres' own
        scores = loss.logits(on_device).softmax(dim=1)[:, 0].cpu()
    else:
        vectors = outputs.float()
        if getattr(loss, "normalised", True):
            vectors = torch.nn.functional.normalize(vectors, dim=1)
        scores = _by_centres(vectors, labels, halves)
    known = scores.isfinite()
    real = labels[known] == 0
    if real.all() or not real.any():
        return float("nan")
    return 100 * metrics.auc(scores[known].double().numpy(), real.numpy())


def _by_centres(vectors: Tensor, labels: Tensor, halves: Tensor) -> Tensor:
    """Return (N,) scores; nan where the other half lacks reals or fakes."""
    scores = torch.full((len(vectors),), torch.nan)
    for half in (True, False):
        known, asked = halves != half, halves == half
        classes = labels[known].unique()
        if 0 not in classes or len(classes) < 2:
            continue
        centres = torch.stack([vectors[known & (labels == one)].mean(dim=0) for one in classes])
        away = torch.cdist(vectors[asked], centres)  # (A, C); unique() sorts: 0, real, comes first
        scores[asked] = away[:, 1:].min(dim=1).values - away[:, 0]
    return scores


def halves(videos: Sequence[str]) -> Tensor:
    """Return (N,) bool: every other video, by name, is in the second half."""
    number = {video: place for place, video in enumerate(sorted(set(videos)))}
    return torch.tensor([number[video] % 2 == 1 for video in videos])
