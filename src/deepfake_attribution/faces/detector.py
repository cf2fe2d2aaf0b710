"""The detector that the settings ask for."""

from pathlib import Path

from deepfake_attribution.faces import settings as params
from deepfake_attribution.faces.face import Detector


def make_detector(settings: params.Detector, weights_folder: Path, device: str) -> Detector:
    """Return the detector that ``settings`` names, ready to `detect`.

    Args:
        settings: the section ``detector``.
        weights_folder: where the ``weights`` stage put BlazeFace's files; MTCNN ignores it.
        device: where the network runs: torch's name, or ``auto`` for a GPU if there is one.

    Raises:
        UserError: weights are missing or not the official ones, or a package is missing.
    """
    # Each detector brings its own heavy packages: only the one asked for is imported.
    if settings.kind == "mtcnn":
        from deepfake_attribution.faces.mtcnn import Mtcnn

        return Mtcnn(settings.threshold, _device(device))

    from deepfake_attribution.faces.blazeface import BlazeFace

    return BlazeFace(
        weights_folder,
        settings.model,
        settings.threshold,
        tiles=settings.tiles,
        nms_iou=settings.nms_iou,
        device=_device(device),
    )


def _device(name: str) -> str:
    if name != "auto":
        return name
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
