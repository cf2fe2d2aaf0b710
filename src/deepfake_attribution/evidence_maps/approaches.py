"""A project's approaches as functions from crops to scores."""

from collections.abc import Sequence
from dataclasses import dataclass

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import paths
from deepfake_attribution.evidence_maps.scorer import Scorer
from deepfake_attribution.heads.registry import about
from deepfake_attribution.model.description import load_description
from deepfake_attribution.model.onnx_model import load_onnx

CLASSIFIERS = ("nn", "lr", "svm")


@dataclass(frozen=True)
class OfHead:
    """All approaches on one head.

    Attributes:
        names: as in the tables.
        size: pixels per side of the crops that the network takes.
        score: their scores; None if the head has no ONNX file.
    """

    names: Sequence[str]
    size: int
    score: Scorer | None


def of_head(name: str, seed: int) -> OfHead:
    """Return the approaches on a head that was trained with ``seed``.

    Raises:
        UserError: a file is missing, damaged, or of another model.
    """
    head, folder = about(name), paths.model(name, seed)
    description = load_description(folder)
    kinds = CLASSIFIERS if head.fitted else ()
    names = [f"{head.title}-{kind.upper()}" for kind in kinds] or [head.title]
    score = None
    if description.onnx:
        network = load_onnx(folder, description)
        fitted = [classifier_files.load(paths.classifier(name, kind, seed)) for kind in kinds]
        score = Scorer(network, description.output, fitted)
    return OfHead(names, int(description.backbone["input_size"]), score)
