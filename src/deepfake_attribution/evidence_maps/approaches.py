"""A project's approaches as functions from crops to scores."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core import paths
from deepfake_attribution.core.outputs import SELF_SCORING
from deepfake_attribution.evidence_maps.occlusion import Floats, Image
from deepfake_attribution.evidence_maps.scorer import Scorer
from deepfake_attribution.heads.registry import about
from deepfake_attribution.model.description import Description, load_description
from deepfake_attribution.model.onnx_model import load_onnx

CLASSIFIERS = ("nn", "lr", "svm")


@dataclass(frozen=True)
class OfHead:
    """All approaches on one head.

    Attributes:
        names: as in the tables.
        size: pixels per side of the crops that the network takes.
        score: their scores; None if the head has no ONNX file.
        grad_cams: name -> its Grad-CAM map of a crop, (3, S, S) to (S, S); without those that have
            none, and empty if it is not asked for.
    """

    names: Sequence[str]
    size: int
    score: Scorer | None
    grad_cams: Mapping[str, Callable[[Image], Floats]] = field(default_factory=dict)


def of_head(name: str, seed: int, grad_cam: bool = False) -> OfHead:
    """Return the approaches on a head that was trained with ``seed``.

    Args:
        name: of the head.
        seed: one of the training seeds.
        grad_cam: with their Grad-CAM maps.

    Raises:
        UserError: a file is missing, damaged, or of another model, or Grad-CAM is not defined for
            the backbone.
    """
    head, folder = about(name), paths.model(name, seed)
    description = load_description(folder)
    kinds = CLASSIFIERS if head.fitted else ()
    names = [f"{head.title}-{kind.upper()}" for kind in kinds] or [head.title]
    size, score, grad_cams = int(description.backbone["input_size"]), None, {}
    if description.onnx:
        network = load_onnx(folder, description)
        fitted = [classifier_files.load(paths.classifier(name, kind, seed)) for kind in kinds]
        score = Scorer(network, description.output, fitted)
        grad_cams = _grad_cams(names, folder, description, fitted) if grad_cam else {}
    return OfHead(names, size, score, grad_cams)


def _grad_cams(
    names: Sequence[str], folder: Path, description: Description, fitted: Sequence[Fitted]
) -> dict[str, Callable[[Image], Floats]]:
    # of the extra `cam`, and PyTorch, which the rest of the step does not need
    from deepfake_attribution.evidence_maps import grad_cam, log_odds
    from deepfake_attribution.model.model import load_network

    network, size = load_network(folder)[0], int(description.backbone["input_size"])
    if description.output in SELF_SCORING:
        return {names[0]: grad_cam.drawer(network, log_odds.of_head(description.output), size)}
    found = zip(names, map(log_odds.of_classifier, fitted), strict=True)
    return {name: grad_cam.drawer(network, own, size) for name, own in found if own is not None}
