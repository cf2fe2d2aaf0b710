"""Checks what params.yaml needs outside itself: a model of timm, files of weights, captum."""

import re
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deepfake_attribution.cli.all_settings import all_of
from deepfake_attribution.core.params import validate
from deepfake_attribution.core.wheels import REGISTRY
from deepfake_attribution.evidence_maps.settings import EvidenceMaps
from deepfake_attribution.faces import weights
from deepfake_attribution.faces.settings import Detector
from deepfake_attribution.model.registry_sources import source_of
from deepfake_attribution.model.settings import Backbone, no_weights

MODEL = re.compile(r"^@register_model\s*\ndef (\w+)\(", re.MULTILINE)
NO_FILE = ("none", "imagenet", REGISTRY)


def check_outside(content: dict[str, Any], where: Path) -> None:
    """Check the names of a valid ``content``.

    Raises:
        UserError: timm has no such model, there are no such weights, or captum is not installed.
    """
    backbone, source = (
        validate(Backbone, content, where),
        validate(Detector, content, where).weights,
    )
    checks = (partial(_check_model, backbone), partial(_check_weights, backbone))
    maps = validate(EvidenceMaps, content, where)
    all_of((*checks, partial(_check_detector, source), maps.check_installed))


def _check_model(backbone: Backbone) -> None:
    if backbone.name.partition(".")[0] in models():
        return
    # Not in its sources, so timm itself is asked. That takes some ten seconds, and settles it.
    from deepfake_attribution.model.backbones import check_name

    check_name(backbone.name)


def _check_weights(backbone: Backbone) -> None:
    if backbone.weights == REGISTRY:
        source_of(backbone.name)
    elif backbone.weights not in NO_FILE:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(backbone.weights, framework="np"):
                pass
        except (OSError, SafetensorError) as error:
            raise no_weights(backbone.weights, error) from None


def _check_detector(source: str) -> None:
    if source != REGISTRY:
        weights.local(source)


def models() -> set[str]:
    """Return the names of timm's models, from its sources: importing it takes ten seconds.

    Those that timm has renamed are not in it.
    """
    found = find_spec("timm")
    if not found or not found.submodule_search_locations:
        return set()
    files = Path(found.submodule_search_locations[0], "models").rglob("*.py")
    return {name for file in files for name in MODEL.findall(file.read_text(encoding="utf-8"))}
