"""What a backbone starts from: ImageNet weights, a file, or nothing; and a hash of these."""

import hashlib
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import huggingface_hub
import safetensors.torch
import timm
import torch
from safetensors import SafetensorError
from torch import nn

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.core.wheels import REGISTRY
from deepfake_attribution.model.registry_sources import source_of
from deepfake_attribution.model.registry_weights import file_of
from deepfake_attribution.model.settings import Backbone, no_weights

PATIENCE = 10  # seconds in which a server of weights must answer
HUB_FILES = ("model.safetensors", "pytorch_model.safetensors", "pytorch_model.bin")


def with_weights(settings: Backbone) -> Any:
    """Return timm's model without its classifier, with the weights that ``settings`` names.

    Raises:
        UserError: the weights cannot be loaded or do not fit.
    """
    if settings.weights == "imagenet":
        return _from_timm(settings.name)
    module = timm.create_model(settings.name, pretrained=False, num_classes=0)
    if settings.weights != "none":
        _load_file(module, _path(settings))
    return module


def file_hash(settings: Backbone) -> str | None:
    """Return the SHA-256 of the file of weights that ``settings`` names; None if it names none.

    Raises:
        UserError: the file cannot be read.
    """
    if settings.weights in ("imagenet", "none"):
        return None
    path = _path(settings)
    try:
        return sha256(path)
    except OSError as error:
        raise no_weights(path, error) from None


def weights_hash(module: nn.Module, settings: Backbone) -> str | None:
    """Return a hash of the weights that ``module``, fresh from `make_encoder`, starts from.

    Returns:
        Of a file: its SHA-256, as ``sha256sum`` prints it. Of ImageNet weights: SHA-256 over the
        names, types, shapes and bytes of the tensors that timm loaded, by name. None where training
        starts from scratch: there the seed decides.
    """
    if settings.weights != "imagenet":
        return file_hash(settings)
    state = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        state.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        state.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return state.hexdigest()


def origin(settings: Backbone) -> dict[str, str] | None:
    """Return the package, hash and licence of weights from the package registry; None of others."""
    if settings.weights != REGISTRY:
        return None
    source = source_of(settings.name)
    return {"package": source.package, "sha256": source.sha256, "licence": source.licence}


def _path(settings: Backbone) -> Path:
    """Return the file of weights that is not timm's.

    Raises:
        UserError: the stage has not fetched it, or the registry has none.
    """
    if settings.weights != REGISTRY:
        return Path(settings.weights)
    source_of(settings.name)
    path = file_of(settings.name, paths.STARTING_WEIGHTS)
    if not path.is_file():
        raise UserError(f"{path}: no such file; the stage 'starting_weights' fetches it")
    return path


def _from_timm(name: str) -> Any:
    if not timm.is_model_pretrained(name):
        raise UserError(
            f"backbone.weights: timm has no ImageNet weights for '{name}': set it to none or to "
            "a .safetensors file of this model"
        )
    try:
        _reach(timm.get_pretrained_cfg(name))
        return timm.create_model(name, pretrained=True, num_classes=0)
    except Exception as error:  # whatever a hub client may raise: network, proxy, disk, hub
        raise UserError(
            f"backbone.weights: the ImageNet weights of '{name}' could not be downloaded "
            f"({_first_line(error)}): set it to a .safetensors file of this model, or to none "
            "to train from scratch"
        ) from error


def _reach(config: Any) -> None:
    """Raise at once where weights would have to come from a server that cannot be reached.

    The clients that timm uses retry for a minute, with a warning each time, or wait until the
    system's timeout.
    """
    if config.hf_hub_id:
        cached = (
            huggingface_hub.try_to_load_from_cache(config.hf_hub_id, file)
            for file in (config.hf_hub_filename, *HUB_FILES)
            if file
        )
        if any(isinstance(path, str) for path in cached):
            return
        address = huggingface_hub.hf_hub_url(config.hf_hub_id, "config.json")
    else:
        address = config.url
        name = address.rpartition("/")[2]
        if (Path(torch.hub.get_dir()) / "checkpoints" / name).exists():
            return
    request = urllib.request.Request(address, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=PATIENCE).close()
    except urllib.error.HTTPError:
        return  # the server answers; the client handles its reply
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ssl.SSLError):  # reached; the client has its certificates
            raise


def _first_line(error: Exception) -> str:
    reason = str(getattr(error, "reason", "") or error).strip()
    return ": ".join([type(error).__name__, *reason.splitlines()[:1]])


def _load_file(module: Any, path: Path) -> None:
    """Load a file of timm's names; tensors of the removed classifier are left out."""
    try:
        weights = safetensors.torch.load_file(path)
    except (OSError, SafetensorError) as error:
        raise no_weights(path, error) from None
    own = module.state_dict()
    classifier = module.pretrained_cfg.get("classifier") or ()
    cut = tuple(
        f"{name}." for name in ([classifier] if isinstance(classifier, str) else classifier)
    )
    weights = {name: value for name, value in weights.items() if not name.startswith(cut)}
    wrong = [n for n in weights if n not in own or weights[n].shape != own[n].shape]
    missing = [n for n in own if n not in weights]
    if wrong or missing:
        first = (wrong or missing)[0]
        raise UserError(
            f"backbone.weights: {path} does not fit this model ({len(wrong)} tensors are not its "
            f"own, {len(missing)} are missing; the first: {first})"
        )
    module.load_state_dict(weights)
