"""Options of an analysis that are not settings of the model."""

from dataclasses import dataclass
from typing import Literal

from deepfake_attribution.core.errors import UserError

MOST = 1_000_000.0  # seconds or minutes of a limit: the system's alarm takes no infinite time

Faces = Literal["model", "all"]


@dataclass(frozen=True)
class Options:
    """How videos are analysed.

    Attributes:
        faces: ``model``: the faces that the model's ``crop.subject`` chooses, as in the pipeline;
            ``all``: everybody who stays in the picture, each judged separately.
        maps: draw where the face of each person speaks for fake or real, in one frame.
        turned: search a video lying on its side, or upside down, in its other orientations, too.
        least_faces: with fewer frames with a face there is no verdict; if the model takes fewer
            frames of a video, all of them are enough. A still image is one frame, which is all of
            them.
        max_minutes: longer videos are not analysed; above 0, at most `MOST`.
        max_seconds: time limit for reading one video and finding its faces; above 0, at most
            `MOST`.
        max_megapixels: of a picture; a video with larger ones is not analysed, because memory grows
            with them (9 bytes per pixel). Above 0, at most `MOST`.
        neighbours: number of nearest known videos in the result.
        workers: videos that are read at a time; 0: one per core.

    Raises:
        UserError: a value is not allowed.
    """

    faces: Faces = "model"
    least_faces: int = 3
    max_minutes: float = 60.0
    max_seconds: float = 300.0
    neighbours: int = 5
    workers: int = 0
    max_megapixels: float = 64.0
    turned: bool = True
    maps: bool = True

    def __post_init__(self) -> None:
        """Check the values."""
        for name in ("max_minutes", "max_seconds", "max_megapixels"):
            if problem := not_allowed(getattr(self, name)):
                raise UserError(f"{name}: {problem}")
        for name, least in (("least_faces", 1), ("neighbours", 0), ("workers", 0)):
            if getattr(self, name) < least:
                raise UserError(f"{name}: {getattr(self, name)} is not allowed: at least {least}")


def not_allowed(value: float) -> str:
    """Return why a limit is not allowed; empty if it is. 0, infinity and NaN mean nothing here."""
    if 0 < value <= MOST:
        return ""
    return f"{value:g} is not allowed: give a number above 0, at most {MOST:,.0f}"
