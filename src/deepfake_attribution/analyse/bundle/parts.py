"""Reads the parts of a bundle, after its hashes are checked, and checks that they fit together."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from deepfake_attribution.analyse.bundle import known_distances, sizes
from deepfake_attribution.analyse.bundle.approaches import of_head
from deepfake_attribution.analyse.bundle.files import AGAIN
from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA, Network
from deepfake_attribution.analyse.bundle.networks import network_in
from deepfake_attribution.analyse.bundle.record import DETECTOR, DISTANCES, KNOWN, RECORD, Record
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.fitted import Fitted
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import ONE_LOGIT, SELF_SCORING
from deepfake_attribution.core.shards import digest
from deepfake_attribution.core.video import REAL
from deepfake_attribution.faces import ssd, weights
from deepfake_attribution.faces.onnx_network import OnnxNetwork
from deepfake_attribution.model.description import (
    ONNX,
    SETTINGS,
    WEIGHTS,
    Description,
    load_description,
)
from deepfake_attribution.model.probabilities import outputs_of
from deepfake_attribution.model.settings import Backbone
from deepfake_attribution.train.self_blending import SELF_BLENDED

# Key of a tensor that is stored in another file: ONNX Runtime would read it from any relative path.
# Our files have none, and no module of timm has this word in its name.
EXTERNAL = b"location"


def description(folder: Path, record: Record) -> Description:
    """Return the description of the network, checked against the record."""
    about = load_description(folder)
    try:
        Backbone.model_validate(about.backbone)
        int(about.backbone["input_size"])
    except (ValidationError, ValueError):
        raise UserError(f"{folder / SETTINGS}: its backbone is not valid: {AGAIN}") from None
    if about.head != record.head:
        raise UserError(
            f"{folder}: {RECORD} says head {record.head}, {SETTINGS} {about.head}: the "
            f"files are of two models: {AGAIN}"
        )
    _same_classes(folder, SETTINGS, about.classes, record.classes)
    named = {(one.name, one.head, one.classifier) for one in of_head(record.head)}
    if (record.approach, record.head, record.classifier) not in named:
        raise UserError(
            f"{folder / RECORD}: '{record.approach}' is not head {record.head} with classifier "
            f"{record.classifier}: {AGAIN}"
        )
    return about


def _same_classes(folder: Path, name: str, found: list[str], wanted: list[str]) -> None:
    if found != wanted or wanted[:1] != [REAL]:
        raise UserError(
            f"{folder}: {name} has the classes {', '.join(found)}, {RECORD} {', '.join(wanted)}: "
            f"they do not belong together: {AGAIN}"
        )


def classifier(folder: Path, record: Record) -> Fitted | None:
    """Return the fitted classifier, checked against the record; None if the head decides."""
    if record.classifier is None:
        return None
    try:
        fitted = classifier_files.load(folder)
        classes, kind, scores = fitted.classes, fitted.kind, fitted.score_kind
    except UserError:
        raise
    except Exception as error:  # scikit-learn can raise anything for a foreign file
        raise UserError(
            f"{folder / classifier_files.MODEL}: not a classifier that we wrote "
            f"({type(error).__name__}): {AGAIN}"
        ) from None
    if (kind, scores) != (record.classifier, record.score_kind):
        raise UserError(
            f"{folder}: {classifier_files.RECORD} is of {kind} with scores of kind {scores}, "
            f"{RECORD} of {record.classifier} with {record.score_kind}: {AGAIN}"
        )
    # scikit-learn sorts them; self-blended faces exist in training only
    own = sorted(name for name in record.every_class if name != SELF_BLENDED)
    if sorted(classes) != own:
        _same_classes(folder, classifier_files.MODEL, classes, record.classes)
    return fitted


def shares(about: Description) -> int:
    """Return how many probabilities the network gives for a crop; 0 if a classifier decides."""
    if about.output not in SELF_SCORING:
        return 0
    return 2 if about.output == ONE_LOGIT else len(about.classes)


def known(folder: Path, record: Record) -> pd.DataFrame:
    """Return the known crops, after checking that they are complete, finite and those counted."""
    path = folder / KNOWN
    crops = sizes.read(path, KNOWN_SCHEMA)
    vectors = [vector for vector in crops["embedding"] if vector is not None]
    whole = len(vectors) == len(crops) and len({len(vector) for vector in vectors}) == 1
    finite = all(np.isfinite(vector).all() for vector in vectors)
    measured = crops[crops["split"] == "val"]
    if not (whole and finite and len(measured)):
        raise UserError(f"{path}: has no embeddings of known crops: {AGAIN}")
    texts = crops[["video", "dataset", "attack", "split"]]
    places = crops[["x", "y"]]
    if texts.isna().any(axis=None) or np.isinf(places).any(axis=None):
        raise UserError(f"{path}: has a crop without a name, or with no finite place: {AGAIN}")
    counts = {"crops": len(measured), "videos": measured["video"].nunique()}
    for name, count in counts.items():
        if record.known[name] != count:
            raise UserError(
                f"{path}: has {count} known {name}, but {RECORD} counts {record.known[name]}: "
                f"{AGAIN}"
            )
    return crops


def distances(folder: Path, record: Record) -> NDArray[np.float64]:
    """Return the distances of known test videos, sorted, after checking that they are possible."""
    path = folder / DISTANCES
    found = sizes.read(path, known_distances.SCHEMA)["distance"].to_numpy(np.float64)
    if not (np.isfinite(found) & (found >= 0)).all():
        raise UserError(f"{path}: has a distance that is not finite, or below 0: {AGAIN}")
    counted = record.known.get("distances")
    if len(found) != counted if counted is not None else not len(found):
        raise UserError(
            f"{path}: has {len(found)} distances, but {RECORD} counts {counted or 'some'}: {AGAIN}"
        )
    return np.sort(found)


def network(folder: Path, description: Description, where: str) -> Network:
    """Return the network: by ONNX Runtime on a CPU if there is an ONNX file, else by PyTorch."""
    try:
        return network_in(folder, description, where, _onnx)
    except (UserError, OSError, MemoryError):
        raise
    except Exception as error:  # ONNX Runtime's and timm's own kinds
        raise UserError(
            f"{folder}: its network cannot be loaded ({_line(error)}): {AGAIN}"
        ) from None


def _onnx(folder: Path, description: Description) -> Network:
    """Return the ONNX model, after checking its hash and that it was made from the weights."""
    from deepfake_attribution.model.onnx_model import OnnxModel

    if not (folder / ONNX).is_file():
        raise UserError(f"{folder}: {ONNX} is missing: {AGAIN}")
    content = (folder / ONNX).read_bytes()
    if EXTERNAL in content:
        raise UserError(f"{folder}: {ONNX} refers to files outside of it: refused")
    model = OnnxModel(content)
    if digest(content) != description.onnx or model.made_from() != digest(
        (folder / WEIGHTS).read_bytes()
    ):
        raise UserError(f"{folder}: {ONNX} was not made from the {WEIGHTS} next to it: {AGAIN}")
    return model


def face_finder(folder: Path, model: str) -> None:
    """Check the ONNX file of the face finder, by running it on one black picture.

    Args:
        folder: of the bundle.
        model: of BlazeFace, ``detector.model``.
    """
    name = f"{DETECTOR}/{weights.ONNX[model]}"
    if EXTERNAL in (folder / name).read_bytes():
        raise UserError(f"{folder}: {name} refers to files outside of it: refused")
    side, anchors = ssd.SIDES[model], len(ssd.anchors(model))
    try:
        finder = OnnxNetwork((folder / name).read_bytes())
        boxes, logits = finder.run(np.zeros((1, side, side, 3), np.uint8))
        shapes = boxes.shape, logits.shape
    except (OSError, MemoryError):
        raise
    except Exception as error:  # ONNX Runtime's own kinds, of no common class
        raise UserError(f"{folder}: {name} cannot be run ({_line(error)}): {AGAIN}") from None
    wanted = (1, anchors, 16), (1, anchors)
    if finder.made_from() != weights.SHA256[model] or shapes != wanted:
        raise UserError(f"{folder}: {name} was not made from {weights.FILES[model]}: {AGAIN}")


def check_together(
    folder: Path,
    record: Record,
    about: Description,
    runs: Network,
    fitted: Fitted | None,
    crops: pd.DataFrame,
) -> None:
    """Run one black picture through all parts.

    Raises:
        UserError: they do not fit together.
    """
    side = int(about.backbone["input_size"])
    try:
        features, outputs = runs.run(np.zeros((1, 3, side, side), np.uint8))
        own = about.output in SELF_SCORING
        wanted = outputs_of(about.output, record.classes, embedding=outputs.shape[1])
        if outputs.shape != (1, wanted):
            raise ValueError(f"{outputs.shape[1]} outputs for {wanted}")
        if not (np.isfinite(features).all() and np.isfinite(outputs).all()):
            raise ValueError("the network's output is not finite")
        vectors = features if own else outputs
        if vectors.shape != (1, len(crops["embedding"].iloc[0])):
            raise ValueError(f"{KNOWN} has embeddings of another length")
        scale = "logit" if record.score_kind == "probability" else "identity"
        if record.likelihood is not None and record.likelihood.scale != scale:
            raise ValueError(f"the calibration's scale is {record.likelihood.scale}, not {scale}")
        if fitted is not None:
            if not np.isfinite(fitted.score(vectors)).all():
                raise ValueError("the classifier's score is not finite")
            fitted.predict(vectors)
    except MemoryError:
        raise
    except Exception as error:  # of any of the three libraries
        raise UserError(
            f"{folder}: its parts do not fit together ({_line(error)}): {AGAIN}"
        ) from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
