"""The paper's seven datasets, tiny, of videos that decode, with people drawn by code.

Simulated attacks stand in for the real ones. A person is one person in all its videos, and a swap
shows the donor's face. All is drawn from names alone: the same files in every run.
"""

import wave
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from deepfake_attribution.core import images
from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.camera import draw_camera, film
from deepfake_attribution.render.clip import View, render_clip
from deepfake_attribution.render.encode import write_video
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.people import draw_person
from deepfake_attribution.render.scene import draw_scene
from deepfake_attribution.render.seeding import generator
from tree_forensics import PAPER_FOLDERS
from tree_parts import SEED, Clip, Sizes, Video
from tree_plan import FEMALE, plan
from video_files import write_frames

SIZES = Sizes(
    pairs=(4, 2, 2),
    folders=PAPER_FOLDERS,
    deeper_actors=4,
    actors=3,
    actor_videos=6,
    actor_fakes=6,
    celebrities=8,
    clips=2,
    youtube=6,
    celeb_fakes=24,
    listed=(3, 2, 6),
    subjects=FEMALE[:4],
    swapped=FEMALE[:3],
    sentences=2,
    heads=("head",),
    mobio_people=2,
    mobio_clips=2,
    mobio_fakes=4,
)
VIEW = View(240, 180, 8)
FRAMES = 6
SHORT = Clip("celeb_df", "id5", "0001")  # one frame, as one of Celeb-DF's has
# Attacks one after the other, so that no two types are made alike; those not of the paper's ten
# classes may repeat one.
RECIPES = {
    "Deepfakes": ("sim_decoder_swap",),
    "Face2Face": ("sim_expression",),
    "FaceSwap": ("sim_warp_swap",),
    "NeuralTextures": ("sim_mouth",),
    "FaceShifter": ("sim_face_morph",),
    "HifiFace": ("sim_decoder_swap", "sim_retouch"),
    "end_to_end": ("sim_decoder_swap", "sim_blend"),
    "reenact_postprocess": ("sim_face_morph", "sim_retouch"),
    "Celeb-synthesis": ("sim_warp_swap", "sim_latent"),
    "DeepFakeDetection": ("sim_warp_swap", "sim_blend"),
    "higher_quality": ("sim_face_morph",),
    "lower_quality": ("sim_decoder_swap",),
    "mobio_swap": ("sim_face_morph", "sim_blend"),
}
CAMERAS = {"deepfake_timit": "webcam", "df_mobio": "phone"}  # broadcast of all others
CRF = 23
STRENGTH = 0.7  # of the attacks


def settings() -> dict[str, dict[str, int]]:
    """Return, by dataset, the settings of its adapter that a smaller dataset changes."""
    celebrities, youtube, fakes = SIZES.listed
    keys = ("faceforensics", "dfd", "hififace", "deeperforensics", "deepfake_timit", "df_mobio")
    return {
        **{key: {} for key in keys},
        "celeb_df": {"test_real": celebrities + youtube, "test_fake": fakes},
    }


def build(root: Path, *names: str) -> None:
    """Write the trees called ``names`` (all without any) to ``root/<name>``; see `full_trees`."""
    trees = plan(SIZES)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # pictures of this size are not worth a second thread
    try:
        for name in names or trees:
            for video in trees[name].videos:
                write(video, root / name)
            for path, text in trees[name].lists.items():
                file = root / name / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
    finally:
        cv2.setNumThreads(threads)
        footage_of.cache_clear()


def write(video: Video, root: Path) -> None:
    """Write one video below ``root``, in the form that its suffix asks for."""
    frames, path = pictures(video), root / video.path
    if path.suffix == ".mp4":
        write_video(frames, path, VIEW.fps, CRF)
    elif path.suffix == ".avi":
        write_frames(path, frames, "mpeg4", options={"qmin": "2", "qmax": "4"}, rate=int(VIEW.fps))
        write_sound(path.with_suffix(".wav"))
    else:
        path.mkdir(parents=True, exist_ok=True)
        for number, frame in enumerate(frames, start=1):
            (path / f"{number:03d}").write_bytes(images.encode(frame, "jpeg", 95))


def pictures(video: Video) -> list[np.ndarray]:
    """Return the frames of a video, attacked if a fake, as its camera sees them, RGB uint8."""
    footage = footage_of(video.clip)
    if video.donor:
        donor = footage_of(video.donor)
        rng = generator(SEED, video.path, "attack")
        for attack in RECIPES[video.method]:
            footage = replace(footage, frames=ATTACKS[attack](footage, donor, rng, STRENGTH))
    rng = generator(SEED, video.path, "camera")
    camera = draw_camera(CAMERAS.get(video.clip.dataset, "broadcast"), rng)
    return film(footage.frames, camera, rng)


@cache
def footage_of(clip: Clip) -> Footage:
    """Return a clip as drawn, before attack and camera."""
    about = (clip.dataset, clip.person)
    person = draw_person(SEED, *about)
    scene = draw_scene(SEED, *about, clip.scene)
    motion = int(generator(SEED, *about, clip.scene, "motion").integers(2**31))
    return render_clip(person, scene, VIEW, motion, 1 if clip == SHORT else FRAMES)


def write_sound(path: Path) -> None:
    """Write a tenth of a second of silence, mono, 16 bit, 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(2 * 1600))
