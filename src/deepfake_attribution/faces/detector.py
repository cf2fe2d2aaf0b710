"""The detector that the settings ask for."""

from pathlib import Path

from deepfake_attribution.core.devices import device as find_device
from deepfake_attribution.faces.face import Detector
from deepfake_attribution.faces.settings import Detector as DetectorSettings


def make_detector(settings: DetectorSettings, weights_folder: Path, device: str) -> Detector:
    """Return the detector that ``settings`` names, ready to `detect`.

    It computes with one thread: whoever needs more has a process per core. torch is imported only
    for MTCNN and on a GPU.

    Args:
        settings: the section ``detector``.
        weights_folder: where the stage ``weights`` put BlazeFace's files; MTCNN ignores it.
        device: where the network runs: torch's name, or ``auto`` for a GPU if there is one.

    Raises:
        UserError: weights are missing or not the official ones, or a package is missing.
    """
    place = find_device(device)
    # Each detector brings its own heavy packages: only the one asked for is imported.
    if settings.kind == "mtcnn":
        from deepfake_attribution.faces.mtcnn import Mtcnn

        _use_one_thread()
        return Mtcnn(settings.threshold, place)

    from deepfake_attribution.faces.blazeface import BlazeFace

    if place != "cpu":
        _use_one_thread()
    return BlazeFace(
        weights_folder,
        settings.model,
        settings.threshold,
        tiles=settings.tiles,
        nms_iou=settings.nms_iou,
        device=place,
    )


def _use_one_thread() -> None:
    import torch

    torch.set_num_threads(1)
