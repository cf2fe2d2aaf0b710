"""What the server consists of."""

from dataclasses import dataclass
from pathlib import Path

from deepfake_attribution.analyse.serving.jobs import Jobs
from deepfake_attribution.analyse.serving.limits import Limits
from deepfake_attribution.analyse.serving.shelf import Shelf
from deepfake_attribution.analyse.serving.workers import Judge


@dataclass(frozen=True)
class Parts:
    """What the server consists of.

    Attributes:
        judge: who looks at the videos.
        jobs: the videos.
        folder: for temporary files.
        limits: what is taken and kept.
        shelf: videos that may be picked, if a folder of them was named.
    """

    judge: Judge
    jobs: Jobs
    folder: Path
    limits: Limits
    shelf: Shelf | None = None
