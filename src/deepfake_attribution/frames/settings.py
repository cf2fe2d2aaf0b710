"""How frames are taken from videos: section ``extract``."""

from typing import ClassVar, Literal

from pydantic import Field

from deepfake_attribution.core.params import Section


class Extract(Section):
    """``extract``: frames per video and how they are stored.

    Attributes:
        frames: evenly spaced frames per video; a shorter video gives all it has.
        format: of the stored frames; ``jpeg`` is 4:4:4.
        quality: of JPEG.
        max_failed: share of videos without any frame above which the stage stops.
        max_seconds: limit in wall-clock time: a video that has no frame ready by then is listed as
            unreadable.
    """

    section: ClassVar[str] = "extract"
    frames: int = Field(ge=1, le=100_000)
    format: Literal["jpeg", "png"]
    quality: int = Field(ge=1, le=100)
    max_failed: float = Field(ge=0, le=1)
    max_seconds: float = Field(gt=0, le=1_000_000)
