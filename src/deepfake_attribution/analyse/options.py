"""Options of an analysis that are not settings of the model."""

from dataclasses import dataclass
from typing import Literal

Faces = Literal["model", "all"]


@dataclass(frozen=True)
class Options:
    """How videos are analysed.

    Attributes:
        faces: ``model``: the faces that the model's ``crop.subject`` chooses, as in the pipeline;
            ``all``: everybody who stays in the picture, each judged separately.
        turned: search a video lying on its side, or upside down, in its other orientations, too.
        least_faces: with fewer frames with a face there is no verdict; if the model takes fewer
            frames of a video, all of them are enough.
        max_minutes: longer videos are not analysed.
        max_seconds: time limit for reading one video and finding its faces.
        neighbours: number of nearest known videos in the result.
        workers: videos that are read at a time; 0: one per core.
    """

    faces: Faces = "model"
    least_faces: int = 3
    max_minutes: float = 60.0
    max_seconds: float = 300.0
    neighbours: int = 5
    workers: int = 0
    turned: bool = True
