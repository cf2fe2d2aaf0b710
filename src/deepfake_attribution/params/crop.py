"""Which face is cut out, and how."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.params.load import Section


class Crop(Section):
    """``crop``: the square around the face.

    Attributes:
        subject: ``track``: one person followed through the video; ``largest``: in each frame the
            largest face; ``all``: everybody who stays in the picture, each with crops of their own.
        margin: added to the longer side of the box, as a share of it.
        size: pixels per side of the crop.
        format: of the stored crops; ``jpeg`` is 4:4:4.
        quality: of JPEG.
    """

    section: ClassVar[str] = "crop"
    subject: Literal["track", "largest", "all"]
    margin: float = Field(ge=0, le=4)
    size: int = Field(ge=16, le=2048)
    format: Literal["jpeg", "png"]
    quality: int = Field(ge=1, le=100)
