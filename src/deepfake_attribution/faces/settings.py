"""Which detector finds faces, and which square is cut out: ``detector``, ``crop``."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.core.params import Section


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


class Crop(Section):
    """``crop``: the square around the face.

    Attributes:
        subject: ``track``: one person followed through the video; ``marked``: the person whom a
            mask or a box of the dataset marks, and in videos without a mark as ``track``;
            ``largest``: in each frame the largest face; ``all``: everybody who stays in the
            picture, each with crops of their own.
        turned: search a video in the other three orientations, too, where few faces or none are
            upright (`faces.orientation`); crops are then turned. `analyse` does so by default.
        margin: added to the longer side of the box, as a share of it.
        size: pixels per side of the crop.
        format: of the stored crops; ``jpeg`` is 4:4:4.
        quality: of JPEG.
    """

    section: ClassVar[str] = "crop"
    subject: Literal["track", "marked", "largest", "all"]
    turned: bool
    margin: float = Field(ge=0, le=4)
    size: int = Field(ge=16, le=2048)
    format: Literal["jpeg", "png"]
    quality: int = Field(ge=1, le=100)
