import pytest
import timm
import torch
from timm.layers import convert_sync_batchnorm
from torch import nn

from deepfake_attribution.model.backbones import Encoder
from deepfake_attribution.model.network import Network, class_probabilities
from deepfake_attribution.model.probabilities import outputs_of

MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.1)


class Average(nn.Module):
    """Returns the mean of each channel: features that can be computed by hand."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.mean(dim=(2, 3))


def test_input_is_normalised_once() -> None:
    network = Network(Encoder(Average(), 3, MEAN, STD), outputs=2)
    colour = torch.tensor([255, 51, 0], dtype=torch.uint8)
    images = colour.view(1, 3, 1, 1).expand(4, 3, 8, 8)
    expected = (torch.tensor([1.0, 0.2, 0.0]) - torch.tensor(MEAN)) / torch.tensor(STD)
    torch.testing.assert_close(network.features(images), expected.expand(4, 3))
    torch.testing.assert_close(network(images), network.head(expected).expand(4, 2))


def test_saved_weights_hold_no_normalisation() -> None:
    network = Network(Encoder(Average(), 3, MEAN, STD), outputs=2)
    assert set(network.state_dict()) == {"head.weight", "head.bias"}


def test_heads_have_one_logit_one_per_class_or_an_embedding() -> None:
    classes = ["real", "a", "b", "c"]
    outputs = ("real", "classes", "embedding")
    assert [outputs_of(output, classes, 64) for output in outputs] == [1, 4, 64]


def test_first_column_of_probabilities_is_p_real() -> None:
    real, fake = class_probabilities("real", torch.tensor([[2.0], [-1.0]], requires_grad=True)).T
    torch.testing.assert_close(real, 1 / (1 + torch.exp(torch.tensor([-2.0, 1.0]))))
    torch.testing.assert_close(real + fake, torch.ones(2))


@pytest.mark.parametrize("name", ["test_efficientnet", "test_resnet", "lcnet_035"])
def test_synchronised_batch_normalisation_is_the_same_network(name: str) -> None:
    """As for several GPUs; torch's own conversion loses the activations within timm's layers."""
    torch.manual_seed(0)
    module = timm.create_model(name, num_classes=0)
    network = Network(Encoder(module, module.head_hidden_size, MEAN, STD), outputs=2).eval()
    images = torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8)
    before = network(images)
    names = list(network.state_dict())
    converted = convert_sync_batchnorm(network)
    kinds = [layer for layer in converted.modules() if isinstance(layer, nn.SyncBatchNorm)]
    assert kinds and list(converted.state_dict()) == names
    torch.testing.assert_close(converted(images), before)
