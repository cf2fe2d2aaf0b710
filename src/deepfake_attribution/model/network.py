"""A backbone with a head, and the meaning of its output."""

import torch
from torch import Tensor, nn

from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.model.backbones import Encoder
from deepfake_attribution.model.probabilities import probabilities


class Network(nn.Module):
    """A backbone with one head.

    Args:
        encoder: the backbone.
        outputs: length of the head's output: 1 logit, a logit per class or the length of the
            embedding (`probabilities.outputs_of`).
    """

    mean: Tensor
    std: Tensor

    def __init__(self, encoder: Encoder, outputs: int) -> None:
        super().__init__()
        self.encoder = encoder.module
        self.head = nn.Linear(encoder.features, outputs)
        shape = (1, 3, 1, 1)
        self.register_buffer("mean", torch.tensor(encoder.mean).view(shape), persistent=False)
        self.register_buffer("std", torch.tensor(encoder.std).view(shape), persistent=False)

    def features(self, images: Tensor) -> Tensor:
        """Return the layer before the head, (B, D), of ``images``, (B, 3, S, S) uint8 RGB."""
        return self.encoder((images.float() / 255 - self.mean) / self.std)

    def forward(self, images: Tensor) -> Tensor:
        """Return the head's output, (B, outputs)."""
        return self.head(self.features(images))


def class_probabilities(output: str, outputs: Tensor) -> Tensor:
    """Return `probabilities.probabilities` of a self-scoring head's outputs, on the CPU."""
    assert output in SELF_SCORING
    return torch.from_numpy(probabilities(output, outputs.detach().float().cpu().numpy()))
