"""Simulated attacks on a user's own real videos: real footage with known fakes, for trying things.

The fakes are simulated, as in the demo: figures on them say nothing about real deepfakes.
"""

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL, check, check_links
from deepfake_attribution.faces import tracking
from deepfake_attribution.faces.detector import make_detector
from deepfake_attribution.faces.settings import Detector
from deepfake_attribution.faces.shots import shots, thumbnail
from deepfake_attribution.frames.decoding import UnreadableError
from deepfake_attribution.frames.video import beginning
from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.encode import write_video
from deepfake_attribution.render.footage import Footage

COLUMNS = ("path", "attack", "split", "identity", "donor", "source", "compression", "strength")
CRF = 20


@dataclass(frozen=True)
class Plan:
    """The videos to make.

    Attributes:
        root: folder of the user's videos and their manifest.
        attacks: names of simulated attacks, each applied to every real video.
        frames: number of frames from the start of each video.
        side: maximum pixels of the longer side; larger videos are scaled down.
        seed: of donors and of every attack's random choices.
        detector: finds the faces.
        weights: folder of the detector's weights.
    """

    root: Path
    attacks: Sequence[str]
    frames: int
    side: int
    seed: int
    detector: Detector
    weights: Path


def simulate(plan: Plan, manifest: str, out: Path, workers: int) -> tuple[int, list[str]]:
    """Write every video of a manifest to ``out``, each real one with its simulated fakes.

    Real videos and fakes, simulated or the user's own, are cut, scaled and encoded in the same way,
    so that these steps do not distinguish them. ``out`` gets its own ``manifest.csv``.

    Returns:
        The number of videos written, and a line for each that could not be written.

    Raises:
        UserError: the manifest is wrong, an attack is unknown or named twice, or there is nobody to
            swap with.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is not a folder: name a new one")
    if out.exists() and any(out.iterdir()):
        raise UserError(f"{out} is not empty: name a new folder, or remove it")
    if not plan.attacks:
        raise UserError(f"--attacks: name at least one of {', '.join(ATTACKS)}")
    for name in plan.attacks:
        if name not in ATTACKS:
            raise UserError(f"--attacks: '{name}' is none of {', '.join(ATTACKS)}")
        if plan.attacks.count(name) > 1:
            raise UserError(f"--attacks: '{name}' is named twice: its fakes would be the same file")
    if not plan.root.is_dir():
        raise UserError(f"ROOT: {plan.root} is not a folder: give the folder of the videos")
    videos = read_manifest("simulate", plan.root, manifest)
    check(videos, str(plan.root / manifest))
    check_links(videos, plan.root, str(plan.root / manifest))
    donors = _donors(videos, plan)
    unfinished = out.with_name(f".{out.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    rows = videos.to_dict("records")
    originals = {
        row["path"]: _path(number, row) for number, row in enumerate(rows) if row["attack"] == REAL
    }
    for row in rows:  # the source of a fake must stay known, or it could leak between splits
        row["source"] = originals.get(row["source"], row["source"])
    calls = (
        delayed(_one)(plan, number, row, donors.get(row["video"]), unfinished)
        for number, row in enumerate(rows)
    )
    made = Parallel(n_jobs=workers or -1)(calls)
    written = [row for result in made for row in result[0]]
    problems = [reason for _, reason in made if reason]
    if not written:
        raise UserError(f"{plan.root}: none of {len(rows)} videos can be read; {problems[0]}")
    with (unfinished / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerows(written)
    if out.exists():
        out.rmdir()
    unfinished.replace(out)
    return len(written), problems


def _donors(videos: pd.DataFrame, plan: Plan) -> dict[str, dict[str, str]]:
    """Return for every real video a real video of another person in the same split."""
    swaps = any(ATTACKS[name].swaps for name in plan.attacks)
    random = np.random.default_rng(plan.seed)
    donors = {}
    real = videos[videos["attack"] == REAL]
    for row in real.itertuples(index=False):
        others = real[(real["split"] == row.split) & (real["identity"] != row.identity)]
        if swaps and others.empty:
            raise UserError(
                f"{row.path}: nobody else in split {row.split} to swap faces with: give another "
                "'identity', or choose attacks that do not swap"
            )
        if len(others):
            donors[row.video] = others.iloc[int(random.integers(len(others)))].to_dict()
    return donors


def _one(
    plan: Plan,
    number: int,
    row: dict[str, str],
    donor: dict[str, str] | None,
    out: Path,
) -> tuple[list[dict[str, object]], str]:
    """Write one video, and its fakes if it is real; return their rows and a problem, if any."""
    try:
        frames, rate = _scaled(plan, row)
    except UnreadableError as error:
        return [], f"{row['path']}: left out with all its fakes: {error}"
    real = _path(number, row)
    about: dict[str, object] = {name: row[name] for name in ("split", "identity", "source")}
    about |= {"compression": f"h264-crf{CRF}"}
    write_video(frames, out / real, rate, CRF)
    rows = [about | {"path": real, "attack": row["attack"], "donor": row["donor"]}]
    if row["attack"] != REAL:
        return rows, ""
    target = _followed(plan, frames)
    if not target.known.any():
        return rows, f"{row['path']}: no face to attack; the real video is kept"
    other, problem = _donor(plan, donor)
    left_out = [name for name in plan.attacks if ATTACKS[name].swaps and other is None]
    for place, name in enumerate(plan.attacks):
        if name in left_out:
            continue
        fake = _path(number, row | {"attack": name})
        random = np.random.default_rng([plan.seed, number, place])
        strength = round(float(random.uniform()), 3)
        fakes = ATTACKS[name](target, other or target, random, strength)
        write_video(fakes, out / fake, rate, CRF)
        who = donor["identity"] if donor and ATTACKS[name].swaps else ""
        rows.append(about | {"path": fake, "attack": name, "donor": who, "strength": strength})
    note = f"{row['path']}: without {', '.join(left_out)}: {problem}"
    return rows, note if left_out else ""


def _path(number: int, row: dict[str, str]) -> str:
    """Return the path, below the new root, of a video of the manifest or of a fake of it."""
    return f"{row['split']}/{row['attack']}/{number:04d}-{Path(row['path']).stem}.mp4"


def _donor(plan: Plan, donor: dict[str, str] | None) -> tuple[Footage | None, str]:
    """Return the donor's footage if an attack needs one and it shows a face; else why not."""
    if donor is None or not any(ATTACKS[name].swaps for name in plan.attacks):
        return None, ""
    try:
        footage = _followed(plan, _scaled(plan, donor)[0])
    except UnreadableError as error:
        return None, f"its donor {donor['path']} cannot be read: {error}"
    if not footage.known.any():
        return None, f"its donor {donor['path']} shows no face"
    return footage, ""


def _scaled(plan: Plan, row: dict[str, str]) -> tuple[list[np.ndarray], float]:
    """Return the first frames of a video with even sides of at most ``plan.side``, and its rate.

    Raises:
        UnreadableError: no frame of it can be read.
    """
    frames, rate = beginning(plan.root / row["path"], plan.frames)
    height, width = frames[0].shape[:2]
    scale = min(1.0, plan.side / max(height, width))
    size = (max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2))
    return [cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in frames], rate


def _followed(plan: Plan, frames: list[np.ndarray]) -> Footage:
    """Return the frames with the tracked face of each; NaN where it is not found."""
    landmarks = np.full((len(frames), 6, 2), np.nan, np.float32)
    boxes = np.full((len(frames), 4), np.nan, np.float32)
    if frames:
        finder = make_detector(plan.detector, plan.weights, "cpu")
        sizes = [frame.shape[:2] for frame in frames]
        seen = shots([thumbnail(frame) for frame in frames])
        choices = tracking.follow(finder.detect(frames), sizes, "track", seen)
        for place, choice in enumerate(choices):
            if choice.face is not None:
                landmarks[place], boxes[place] = choice.face.landmarks, choice.face.box
    return Footage(frames, landmarks, boxes)
