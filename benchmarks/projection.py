"""From what was measured to the size of the paper: a formula, not a measurement.

A stage's time is ``videos * (work / cores + packing)``: ``work`` is the CPU seconds that a video
takes in blocks, which any number of processes share, and ``packing`` what one process takes to copy
its bytes into shards at the end, however many cores there are. Waiting for a disk comes on top.
"""

from collections.abc import Sequence
from dataclasses import dataclass

PAPER = 50_000  # videos; with 15 frames each, 750,000 crops
CORES = (2, 16, 256)


@dataclass(frozen=True)
class Measured:
    """Both stages on one set of videos.

    Attributes:
        name: of the set.
        videos, cores: how many.
        frames: asked for per video.
        extract_seconds, crop_seconds: that passed, start-up and packing included.
        extract_cpu, crop_cpu: CPU seconds of all processes of the stage.
        extract_packing, crop_packing: CPU seconds of packing, which are among these.
        extract_own_mb, crop_own_mb: peak of resident memory of the stage's own process.
        worker_mb, total_mb: the same of the largest worker, and of all processes together.
        videos_mb, frames_mb, crops_mb: bytes read and written.
        faces_found: crops.
    """

    name: str
    videos: int
    cores: int
    frames: int
    extract_seconds: float
    extract_cpu: float
    extract_packing: float
    crop_seconds: float
    crop_cpu: float
    crop_packing: float
    extract_own_mb: float
    crop_own_mb: float
    worker_mb: float
    total_mb: float
    videos_mb: float
    frames_mb: float
    crops_mb: float
    faces_found: int

    def extract_work(self) -> float:
        """Return the CPU seconds per video of extraction, start-up included."""
        return (self.extract_cpu - self.extract_packing) / self.videos

    def crop_work(self) -> float:
        """Return the CPU seconds per video of the search for faces, start-up included."""
        return (self.crop_cpu - self.crop_packing) / self.videos

    def packing(self) -> float:
        """Return the seconds per video that one process packs, both stages together."""
        return (self.extract_packing + self.crop_packing) / self.videos


@dataclass(frozen=True)
class Projected:
    """Hours of each part at the size of the paper, and what the disk must give."""

    cores: int
    extract: float
    crop: float
    packing: float
    megabytes_per_second: float

    def hours(self) -> float:
        """Return all hours."""
        return self.extract + self.crop + self.packing

    def bottleneck(self) -> str:
        """Return the part that takes longest."""
        parts = {
            "decoding": self.extract,
            "search for faces": self.crop,
            "packing (one process)": self.packing,
        }
        return max(parts, key=lambda name: parts[name])


def project(base: Measured, cores: int, videos: int = PAPER) -> Projected:
    """Return what ``videos`` like those of ``base`` would take on ``cores``."""
    extract = videos * base.extract_work() / cores / 3600
    crop = videos * base.crop_work() / cores / 3600
    packing = videos * base.packing() / 3600
    # Blocks: videos read, frames written, frames read, crops written.
    moved = (base.videos_mb + 2 * base.frames_mb + base.crops_mb) * videos / base.videos
    return Projected(cores, extract, crop, packing, moved / (extract + crop) / 3600)


def markdown(rows: Sequence[Measured], machine: str) -> str:
    """Return the tables of docs/scale.md."""
    base = rows[-1]  # real videos if there are any, else the longest run
    return "\n".join([f"Measured on: {machine}.", "", *_measured(rows), "", *_projected(base)])


def _measured(rows: Sequence[Measured]) -> list[str]:
    lines = [
        "| videos | frames of each | extract, CPU ms per video | crop, CPU ms per video | "
        "of these packing, ms | extract, own process, MB | crop, own process, MB | "
        "largest worker, MB | all, MB | extract, s | crop, s | "
        "frames, MB per 1,000 | crops, MB per 1,000 |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        thousand = 1000 / row.videos
        cells = [
            f"{row.name} ({row.videos})" if row.name == "sample" else row.name,
            str(row.frames),
            f"{row.extract_cpu * thousand:.0f}",
            f"{row.crop_cpu * thousand:.0f}",
            f"{(row.extract_packing + row.crop_packing) * thousand:.1f}",
            f"{row.extract_own_mb:.0f}",
            f"{row.crop_own_mb:.0f}",
            f"{row.worker_mb:.0f}",
            f"{row.total_mb:.0f}",
            f"{row.extract_seconds:.0f}",
            f"{row.crop_seconds:.0f}",
            f"{row.frames_mb * thousand:.0f}",
            f"{row.crops_mb * thousand:.0f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _projected(base: Measured) -> list[str]:
    scale = PAPER / base.videos
    frames, crops = base.frames_mb * scale / 1000, base.crops_mb * scale / 1000
    lines = [
        f"Projected from the row '{base.name}' to {PAPER:,} videos of its kind, "
        f"{PAPER * base.frames:,} frames:",
        "",
        "| cores | extract, h | crop, h | packing, h | all, h | bottleneck | shared folder, MB/s |",
        "|---|---|---|---|---|---|---|",
    ]
    for cores in CORES:
        one = project(base, cores)
        hours = [one.extract, one.crop, one.packing, one.hours()]
        cells = [str(cores), *(f"{value:.2f}" for value in hours), one.bottleneck()]
        lines.append("| " + " | ".join([*cells, f"{one.megabytes_per_second:.0f}"]) + " |")
    lines += [
        "",
        f"Disk: frames {frames:.0f} GB, crops {crops:.0f} GB; as much again in DVC's cache where "
        "the file system cannot share blocks between files (reflink); and while a stage runs, "
        f"its blocks in `.work`: at most {max(frames, crops):.0f} GB.",
    ]
    return lines
