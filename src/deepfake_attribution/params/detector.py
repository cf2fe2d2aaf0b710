"""Which detector looks for faces, and how."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.params.load import Section


class Detector(Section):
    """``detector``: the network that finds faces.

    Attributes:
        kind: ``blazeface`` (MediaPipe's, no further package) or ``mtcnn`` (facenet-pytorch, an
            extra).
        model: of BlazeFace: ``full_range`` also finds small faces, ``short_range`` is quicker and
            made for selfies. MTCNN has one model and ignores it.
        threshold: faces scored lower are not reported; 0.5 for the full-range model.
        tiles: look a second time at frames where BlazeFace found nothing: at half the size, then
            in overlapping tiles.
        nms_iou: boxes of one frame that overlap by more than this share (intersection over union)
            are one face; MediaPipe uses 0.3.
        weights: where BlazeFace's two files come from: ``registry`` (the package registry), or the
            path of a folder that holds them or of a mediapipe 0.10.21 wheel.
    """

    section: ClassVar[str] = "detector"
    kind: Literal["blazeface", "mtcnn"]
    model: Literal["full_range", "short_range"]
    threshold: float = Field(gt=0, lt=1)
    tiles: bool
    nms_iou: float = Field(gt=0, lt=1)
    weights: str = Field(min_length=1)
