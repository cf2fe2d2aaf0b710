"""From a video to face crops, by the pipeline's own code, so that scores equal the pipeline's.

A file may crash or hang a decoder, so it is read in a separate process (`apart`), which is killed
if it takes too long, and tried again if something else ended it. Frames are in a folder of the
video until the faces are found, as the stages ``extract`` and ``crop`` store them.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deepfake_attribution.analyse import stills
from deepfake_attribution.analyse.examination import frames as shown_frames
from deepfake_attribution.analyse.examination import source
from deepfake_attribution.analyse.examination.facts import Source
from deepfake_attribution.analyse.picture_sizes import too_large
from deepfake_attribution.analyse.results import NOT_FINISHED
from deepfake_attribution.core import tables
from deepfake_attribution.faces import face_crops
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames import extraction
from deepfake_attribution.frames.extraction import Task
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.workers import block_files
from deepfake_attribution.workers.apart import Call, Died
from deepfake_attribution.workers.block_files import INDEX
from deepfake_attribution.workers.team import Team

CONTENT = "content"  # of a row: the crop's bytes, or None
NOTE = "note"  # of a row: what was done to make the frame's picture, or an empty text
PICTURE = "picture"  # of a row: the whole frame as a small JPEG, or None
SIZE = "size"  # of a row with a picture: width and height of the frame
VIDEO = "video"  # the one key
TOO_LARGE = "too_large"  # status of a video whose pictures need too much memory
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
        max_megapixels: videos with larger pictures are not analysed.
    """

    extract: Extract
    crop: Crop
    detector: Detector
    weights: Path
    device: str
    max_minutes: float
    max_seconds: float
    max_megapixels: float


def watch(path: Path, way: Way, team: Team, place: Path) -> _Rows:
    """Return a row for every requested frame and person of one video.

    Args:
        path: a video file, a still image (it has one frame), or a folder of images.
        way: settings.
        team: one of its processes reads the video.
        place: folder for temporary files.

    Returns:
        Rows of `face_crops.SCHEMA`, and `CONTENT`, `NOTE`, `PICTURE` and `SIZE`.

    Raises:
        UserError: the detector cannot be loaded.
        OSError: for example, the disk is full.
    """
    if stills.is_one(path):
        way = replace(way, extract=way.extract.model_copy(update={"frames": 1}))
    for is_last in (False, True):
        try:
            return _once(path, way, team, place)
        except Died as death:
            if death.too_long:  # a second try would take as long
                reason = f"reading it exceeded the limit of {way.max_seconds:g} seconds"
                return _lost(way.extract, NOT_FINISHED, reason)
            if is_last:
                # A decoder that crashes twice is the video's fault; a killed process is not.
                status = NOT_FINISHED if death.from_outside else "unreadable"
                return _lost(way.extract, status, f"reading it {death}")
    raise AssertionError


def _once(path: Path, way: Way, team: Team, place: Path) -> _Rows:
    with TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        rows: _Rows = team.call(_watch, path, way, Path(folder), limit=way.max_seconds)
    return rows


def facts(path: Path, way: Way, team: Team) -> Source:
    """Return the facts of a file; without its container if reading that kills a process.

    Args:
        path, way, team: as for `watch`.
    """
    try:
        found: Source = team.call(source.read, path, limit=way.max_seconds)
    except Died as death:
        found = source.hashed(path)
        return found.model_copy(update={"problem": f"reading its container {death}"})
    return found


def loads(way: Way) -> Call:
    """Return the call by which a new process loads libraries and the detector, for `Team`.

    Its exception is a UserError if the detector cannot be loaded.
    """
    return _load, (way,)


def _load(way: Way) -> None:
    kind = face_crops.kind_of(way.weights, way.weights, way.crop, way.detector, way.device)
    assert not list(kind.produce([]))  # it reads no video, but it loads the detector


def _watch(path: Path, way: Way, folder: Path) -> _Rows:
    """Do the work of `watch` in the current process."""
    if large := too_large(path, way.max_megapixels):
        return _lost(way.extract, TOO_LARGE, f"{large}: make it smaller, or raise the limit")
    is_still = stills.is_one(path)
    if is_still and stills.is_animated(path):
        return _lost(way.extract, "unreadable", stills.ANIMATED)
    frames, faces = folder / "frames", folder / "faces"
    # the separate process has its own limit; this one would name a setting of the pipeline
    unlimited = way.extract.model_copy(update={"max_seconds": float("inf")})
    taken = extraction.kind_of(unlimited, max_minutes=way.max_minutes)
    source = stills.as_folder(path, folder / "still") if is_still else path
    block_files.write(taken, [Task(VIDEO, 0, source)], frames)
    asked = tables.read_rows(frames / INDEX)
    if is_still:
        asked = [_of_still(row) for row in asked]
    notes = {row["slot"]: row["note"] for row in asked}
    kind = face_crops.kind_of(frames, way.weights, way.crop, way.detector, way.device)
    block_files.write(kind, [asked], faces)
    rows = list(block_files.read(faces))
    slots = shown_frames.chosen(row.values["slot"] for row in rows if row.member)
    pictures = shown_frames.taken(frames, asked, slots)
    return [
        _with_contents(
            row.values,
            row.content if row.member else None,
            notes[row.values["slot"]],
            *pictures.get(row.values["slot"], (None, None)),
        )
        for row in rows
    ]


def _with_contents(
    row: dict[str, Any],
    content: bytes | None = None,
    note: str = "",
    picture: bytes | None = None,
    size: tuple[int, int] | None = None,
) -> dict[str, Any]:
    return row | {CONTENT: content, NOTE: note, PICTURE: picture, SIZE: size}


def _of_still(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a still image: it has no number, and the reason names no other file."""
    reason = stills.DAMAGED if row["status"] == "damaged" else row["reason"]
    return row | {"reason": reason, "note": stills.NOTE}


def _lost(settings: Extract, status: str, reason: str) -> _Rows:
    """Return the rows of a video without any frame."""
    row = dict.fromkeys(face_crops.SCHEMA.names) | {VIDEO: VIDEO, "person": 0}
    row |= {"status": status, "reason": reason}
    return [_with_contents(row | {"slot": slot}) for slot in range(settings.frames)]
