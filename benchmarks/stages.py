"""Whole stages, `extract` and `crop`, on 50 to 10,000 videos: CPU time, memory, bytes.

    python benchmarks/stages.py                            # 50, 500, 2000, 10000; about an hour
    python benchmarks/stages.py --videos 50                # to see that it works
    python benchmarks/stages.py --sample ../shared/sample  # real ones too, to project from
    python benchmarks/stages.py --kill                     # and what a kill -9 costs

Twenty rendered videos of a second each are linked as often as asked for: the stages know a video
by its name and read each. The scripts run as DVC runs them, each in a process of its own, on all
cores. Prints Markdown: what was measured, and what follows for the size of the paper. Writes
`stages.json`.

Costs are CPU seconds, user and system, of all processes of a stage: other work on the machine
changes them far less than the time that passed. Waiting for the disk is not in them.
"""

import argparse
import csv
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
from joblib import cpu_count
from ruamel.yaml import YAML

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.wheels import REGISTRY
from deepfake_attribution.faces import detector_files
from deepfake_attribution.render.database import render_database
from deepfake_attribution.render.settings import RenderedDatabase
from measure import machine, options
from processes import Used, used
from projection import Measured, markdown

ROOT = Path(__file__).parents[1]
FILES = ROOT / "benchmarks/.files/stages"
RESULTS = Path(__file__).with_name("stages.json")
SIZES = (50, 500, 2000, 10_000)
FRAMES = 15  # per video, as in the paper; of the sample
FEW = 5  # of a rendered video: 10,000 of them take half an hour and not more than an hour
PEOPLE = 10  # each with a real clip and a fake
RENDERED = {
    "identities": {"train": 0, "val": 0, "test": PEOPLE},
    "clips": 1,
    "attacks": ["sim_blend"],
    "strength": [0.0, 1.0],
    "frames": 25,
    "fps": 25,
    "width": 320,
    "height": 240,
    "camera": "webcam",
    "crf": 23,
}
NAME = "d"  # of the dataset
BLOCK = 20  # videos; as params.yaml has it
# A stage's script, and the CPU seconds of its own process: those before it packs, and those that
# packing at the end takes, which is one process's work.
TIMED = """
import json, runpy, sys, time
from deepfake_attribution.workers import block_files
whole, spent = block_files.pack, {}
def pack(*arguments):
    spent["before"] = time.process_time()
    rows = whole(*arguments)
    spent["packing"] = time.process_time() - spent["before"]
    return rows
block_files.pack = pack
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    open("packing.json", "w").write(json.dumps(spent))
"""


@dataclass(frozen=True)
class Ran:
    """What one stage took.

    Attributes:
        used: by all its processes.
        before, packing: CPU seconds of its own process before it packs, and while it does.
    """

    used: Used
    before: float
    packing: float


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--videos", type=int, nargs="+", default=[*SIZES], metavar="N")
    parser.add_argument("--sample", type=Path, help="a folder of real videos with a manifest.csv")
    parser.add_argument(
        "--kill",
        action="store_true",
        help="stop the extraction of the largest set twice by kill -9, and start it again",
    )
    chosen = options(parser)
    if chosen.kill:
        print(killed(linked(rendered(), max(chosen.videos))))
        return
    sets = {f"rendered, {size}": linked(rendered(), size) for size in chosen.videos}
    if chosen.sample:
        sets["sample"] = sample(chosen.sample)
    merged = {}
    if RESULTS.exists():
        known = json.loads(RESULTS.read_text())
        if known["machine"] == machine():  # rows of another one cannot stand beside new ones
            merged = {row["name"]: Measured(**row) for row in known["rows"]}
    table = [*merged.values()]
    for name, videos in sets.items():
        print(f"{name}: {len(videos)} videos ...", file=sys.stderr, flush=True)
        merged[name] = measured(name, videos, FRAMES if name == "sample" else FEW)
        table = sorted(merged.values(), key=lambda row: (row.name == "sample", row.videos))
        if not chosen.keep:
            continue
        content = {"machine": machine(), "rows": [asdict(row) for row in table]}
        temporary = RESULTS.with_suffix(".tmp")
        temporary.write_text(json.dumps(content, indent=2) + "\n")
        temporary.replace(RESULTS)
    print(markdown(table, machine()))


def rendered() -> list[Path]:
    """Return twenty videos of a second, 320x240, 25 frames; rendered once."""
    folder = FILES / "rendered"
    if not folder.exists():
        settings = RenderedDatabase.model_validate(RENDERED)
        render_database("stages", settings, 1, folder, 0, FILES / "unfinished")
    return sorted(folder.rglob("*.mp4"))


def linked(videos: list[Path], size: int) -> list[Path]:
    """Return ``size`` files that are links to the videos, in turn."""
    folder = FILES / f"linked-{size}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    links = [folder / f"{number:06d}.mp4" for number in range(size)]
    for number, link in enumerate(links):
        link.hardlink_to(videos[number % len(videos)])
    return links


def sample(folder: Path) -> list[Path]:
    """Return the videos that the manifest in ``folder`` lists."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return [(folder / row["path"]).resolve() for row in csv.DictReader(file)]


def measured(name: str, videos: list[Path], count: int) -> Measured:
    """Run both stages with ``count`` frames of each video in a folder of their own; remove it."""
    place = project(videos, count)
    extract, crop = stage("extract", place), stage("crop", place)
    frames, faces = place / paths.frames(NAME), place / paths.faces(NAME)
    found = tables.read_rows(paths.index(faces), columns=["status"])
    row = Measured(
        name=name,
        videos=len(videos),
        cores=cpu_count(),
        frames=count,
        extract_seconds=round(extract.used.seconds, 2),
        extract_cpu=round(extract.used.cpu, 2),
        extract_packing=round(extract.packing, 3),
        crop_seconds=round(crop.used.seconds, 2),
        crop_cpu=round(crop.used.cpu, 2),
        crop_packing=round(crop.packing, 3),
        extract_own_mb=round(extract.used.own, 1),
        crop_own_mb=round(crop.used.own, 1),
        worker_mb=round(max(extract.used.largest_other, crop.used.largest_other), 1),
        total_mb=round(max(extract.used.total, crop.used.total), 1),
        videos_mb=round(sum(path.stat().st_size for path in videos) / 1e6, 3),
        frames_mb=round(weight(frames), 3),
        crops_mb=round(weight(faces), 3),
        faces_found=sum(one["status"] == "ok" for one in found),
    )
    shutil.rmtree(place)
    return row


def project(videos: list[Path], count: int) -> Path:
    """Make a folder with settings, weights and a catalog of ``videos``, as the stages want it."""
    place = FILES / "project"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    known = FILES / "blazeface"
    if not known.exists():
        detector_files.make(REGISTRY, known)
    (place / paths.BLAZEFACE).parent.mkdir(parents=True)
    (place / paths.BLAZEFACE).symlink_to(known)
    yaml = YAML()
    settings = yaml.load(ROOT / "profiles/demo.yaml")
    root = Path(os.path.commonpath([str(path.parent) for path in videos]))
    settings["datasets"] = {NAME: {"adapter": "manifest", "root": str(root), "manifest": "x"}}
    settings["extract"]["frames"] = count
    settings["compute"] |= {"workers": 0, "device": "cpu", "engine": "local", "block_videos": BLOCK}
    yaml.dump(settings, place / "params.yaml")
    rows = [
        {"video": f"{number:06d}", "path": str(path.relative_to(root))}
        for number, path in enumerate(videos)
    ]
    schema = pa.schema([("video", pa.string()), ("path", pa.string())])
    tables.write_rows(rows, place / paths.catalog(NAME), schema)
    return place


def killed(videos: list[Path]) -> str:
    """Extract ``videos``, and again with two kills; return what that cost, as a line.

    Raises:
        ValueError: the bytes differ.
    """
    place = project(videos, FEW)
    out, work = place / paths.frames(NAME), place / paths.WORK / "extract" / NAME
    plain = stage("extract", place)
    expected = hashes(out)
    blocks = -(-len(videos) // BLOCK)
    stage("extract", place, lambda: len(finished(work)) >= blocks // 2)
    half = len(finished(work))
    stage("extract", place, lambda: any(out.glob(".shard-*.tmp")) and len(finished(work)) == blocks)
    again = stage("extract", place)
    if hashes(out) != expected:
        raise ValueError(f"{out}: other bytes than without a kill")
    shutil.rmtree(place)
    return (
        f"{len(videos)} videos: killed with {half} of {blocks} blocks finished, and again while "
        "packing: the same bytes. The last start, which found all blocks finished, took "
        f"{again.before:.1f} CPU s before it packed (start-up included) and {again.packing:.1f} to "
        f"pack; without a kill everything took {plain.used.cpu:.0f}"
    )


def finished(work: Path) -> list[Path]:
    """Return the folders of finished blocks."""
    return list(work.glob("*/block-??????"))


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file in ``folder``."""
    found = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def stage(name: str, place: Path, enough: Callable[[], bool] | None = None) -> Ran:
    """Run one stage in ``place``; kill it and its workers as soon as ``enough()``.

    Raises:
        CalledProcessError: it failed, or ended before it was killed.
    """
    command = [sys.executable, "-c", TIMED, str(ROOT / "stages" / f"{name}.py"), NAME]
    own = [str(ROOT / "stages"), str(ROOT / "src")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*own, *sys.path])}
    took = used(command, place, environment, enough)
    told = place / "packing.json"
    spent = {"before": 0.0, "packing": 0.0} if enough else json.loads(told.read_text())
    return Ran(took, spent["before"], spent["packing"])


def weight(folder: Path) -> float:
    """Return how many MB the files in ``folder`` are."""
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


if __name__ == "__main__":
    main()
