"""A whole database of drawn people, real clips and their fakes, as files with a manifest."""

import csv
import shutil
from pathlib import Path

import cv2
from joblib import Parallel, delayed

from deepfake_attribution.core.code import code_of
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import fingerprint
from deepfake_attribution.core.progress import progress
from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.camera import draw_camera, film
from deepfake_attribution.render.clip import View, render_clip
from deepfake_attribution.render.encode import write_video
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.people import draw_person
from deepfake_attribution.render.plan import Clip, Video, plan
from deepfake_attribution.render.scene import draw_scene
from deepfake_attribution.render.seeding import generator
from deepfake_attribution.render.settings import RenderedDatabase

MANIFEST = "manifest.csv"
COLUMNS = ("path", "attack", "split", "identity", "donor", "source", "compression", "strength")


def render_database(
    name: str,
    settings: RenderedDatabase,
    seed: int,
    folder: Path,
    workers: int,
    work: Path,
) -> None:
    """Write the database ``name`` to ``folder``: ``<split>/<attack>/<name>.mp4`` and a manifest.

    The files depend on the name, the settings, the seed and this package's code alone, not on the
    number of processes. They are written to a folder inside ``work`` whose name is a hash of all
    these, so unfinished work is continued. When it is complete, it replaces ``folder``.

    Args:
        name: of the database; no person is in two databases.
        settings: what it holds.
        seed: the global seed.
        folder: where it goes; an older database there is replaced.
        workers: processes; 0 for one per core.
        work: folder for unfinished databases.

    Raises:
        UserError: ``folder`` holds something that is not a rendered database.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise UserError(
            f"{folder} holds files that are not a rendered database (it has no {MANIFEST}): "
            "move them away, or name another folder"
        )
    swaps = {attack for attack in settings.attacks if ATTACKS[attack].swaps}
    clips = plan(name, settings, swaps, seed)
    unfinished = work / _key(name, settings, seed)
    tasks = tasks_of(clips)
    pool = Parallel(n_jobs=workers or -1, backend="loky", return_as="generator_unordered")
    drawn = pool(delayed(render_task)(name, settings, seed, unfinished, task) for task in tasks)
    for _ in progress(drawn, f"draw {name}", len(tasks)):
        pass
    _write_manifest(unfinished / MANIFEST, settings, clips)
    _replace(unfinished, folder)


def render_task(
    name: str, settings: RenderedDatabase, seed: int, folder: Path, clips: list[Clip]
) -> None:
    """Write the real videos and the fakes of clips of one ring, those that are not there yet."""
    cv2.setNumThreads(1)  # the processes fill the cores already
    drawn: dict[int, Footage] = {}

    def footage(person: int, clip: int) -> Footage:
        if person not in drawn:
            drawn[person] = footage_of(name, settings, seed, person, clip)
        return drawn[person]

    for clip in clips:
        for video in clip.videos:
            if not (folder / video.path).is_file():
                target = footage(clip.person, clip.clip)
                donor = footage(clip.donor, clip.clip) if video.donor else target
                write_one(name, settings, seed, folder / video.path, video, target, donor)


def tasks_of(clips: list[Clip]) -> list[list[Clip]]:
    """Return the clips in tasks: those with one number of the people of one ring."""
    tasks: dict[tuple[int, int], list[Clip]] = {}
    for clip in clips:
        tasks.setdefault((clip.ring, clip.clip), []).append(clip)
    return list(tasks.values())


def footage_of(name: str, settings: RenderedDatabase, seed: int, person: int, clip: int) -> Footage:
    """Return a clip as drawn, before attack and camera."""
    who = draw_person(seed, name, person)
    scene = draw_scene(seed, name, person, clip)
    view = View(settings.width, settings.height, settings.fps)
    motion = int(generator(seed, name, "motion", person, clip).integers(2**31))
    return render_clip(who, scene, view, motion, settings.frames)


def write_one(
    name: str,
    settings: RenderedDatabase,
    seed: int,
    path: Path,
    video: Video,
    target: Footage,
    donor: Footage,
) -> None:
    """Attack (if a fake), film and encode one video.

    The camera and its noise depend on the video's number alone, not on its label.
    """
    frames = target.frames
    if video.strength is not None:
        rng = generator(seed, name, "attack", video.number)
        frames = ATTACKS[video.attack](target, donor, rng, video.strength)
    rng = generator(seed, name, "camera", video.number)
    camera = draw_camera(settings.camera, rng)
    write_video(film(frames, camera, rng), path, settings.fps, settings.crf)


def _key(name: str, settings: RenderedDatabase, seed: int) -> str:
    """Return a name with a hash of all that the files depend on: settings, seed and code."""
    return f"{name}-{fingerprint(name, seed, settings, code_of('render'))}"


def _write_manifest(path: Path, settings: RenderedDatabase, clips: list[Clip]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        rows.writeheader()
        for clip in clips:
            for video in clip.videos:
                rows.writerow({**vars(video), "compression": f"h264-crf{settings.crf}"})
    temporary.replace(path)


def _replace(unfinished: Path, folder: Path) -> None:
    """Move the finished database to ``folder``; from another disk it is copied next to it first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}.tmp")
    if beside.exists():
        shutil.rmtree(beside)
    shutil.move(unfinished, beside)
    if folder.exists():
        shutil.rmtree(folder)
    beside.replace(folder)
