"""From a video to face crops, by the pipeline's own code, so that scores equal the pipeline's.

A file may crash or hang a decoder, so it is read in a separate process (`apart`), which is killed
if it takes too long. Frames are in a folder of the video until the faces are found, as the stages
``extract`` and ``crop`` store them.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deepfake_attribution.core import tables
from deepfake_attribution.faces import face_crops
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames import extraction
from deepfake_attribution.frames.extraction import Task
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.workers import block_files
from deepfake_attribution.workers.apart import Died, Team
from deepfake_attribution.workers.block_files import INDEX

CONTENT = "content"  # of a row: the crop's bytes, or None
NOTE = "note"  # of a row: what was done to make the frame's picture, or an empty text
VIDEO = "video"  # the one key
_Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Way:
    """How a video becomes crops.

    Attributes:
        extract, crop, detector: sections of the model's settings.
        weights: folder of the detector's weights.
        device: where the detector runs.
        max_minutes: longer videos are not analysed.
        max_seconds: time limit for one video.
    """

    extract: Extract
    crop: Crop
    detector: Detector
    weights: Path
    device: str
    max_minutes: float
    max_seconds: float


def watch(path: Path, way: Way, team: Team, place: Path) -> _Rows:
    """Return a row for every requested frame and person of one video.

    Args:
        path: a video file, or a folder of images.
        way: settings.
        team: one of its processes reads the video.
        place: folder for temporary files.

    Returns:
        Rows of `face_crops.SCHEMA`, and `CONTENT` and `NOTE`.

    Raises:
        UserError: the detector cannot be loaded.
        OSError: for example, the disk is full.
    """
    with TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        try:
            rows: _Rows = team.call(_watch, path, way, Path(folder), limit=way.max_seconds)
        except Died as death:
            reason = f"reading it {death}"
            if death.too_long:
                reason = f"reading it exceeded the limit of {way.max_seconds:g} seconds"
            return _lost(way.extract, "unreadable", reason)
    return rows


def warm(way: Way, team: Team) -> None:
    """Let a process of the team load libraries and models before the first video.

    Raises:
        UserError: the detector cannot be loaded.
        Died: it exceeded the time limit of a video.
    """
    team.call(_warm, way, limit=way.max_seconds)


def _warm(way: Way) -> None:
    kind = face_crops.kind_of(way.weights, way.weights, way.crop, way.detector, way.device)
    assert not list(kind.produce([]))  # without a video, but it loads the detector


def _watch(path: Path, way: Way, folder: Path) -> _Rows:
    """Do the work of `watch` in the current process."""
    frames, faces = folder / "frames", folder / "faces"
    # the separate process has its own limit; this one would name a setting of the pipeline
    unlimited = way.extract.model_copy(update={"max_seconds": float("inf")})
    taken = extraction.kind_of(unlimited, max_minutes=way.max_minutes)
    block_files.write(taken, [Task(VIDEO, 0, path)], frames)
    asked = tables.read_rows(frames / INDEX)
    notes = {row["slot"]: row["note"] for row in asked}
    kind = face_crops.kind_of(frames, way.weights, way.crop, way.detector, way.device)
    block_files.write(kind, [asked], faces)
    return [
        row.values | {CONTENT: row.content if row.member else None, NOTE: notes[row.values["slot"]]}
        for row in block_files.read(faces)
    ]


def _lost(settings: Extract, status: str, reason: str) -> _Rows:
    """Return the rows of a video without any frame."""
    row = dict.fromkeys(face_crops.SCHEMA.names) | {VIDEO: VIDEO, "person": 0}
    row |= {CONTENT: None, NOTE: "", "status": status, "reason": reason}
    return [row | {"slot": slot} for slot in range(settings.frames)]
