"""The paper's seven datasets in full size: every name, every list, and not one picture."""

import os
from pathlib import Path

from tree_forensics import FURTHER_FOLDERS, PAPER_FOLDERS
from tree_parts import Sizes
from tree_plan import FEMALE, MALE, plan

SIZES = Sizes(
    pairs=(360, 70, 70),
    folders=(*PAPER_FOLDERS, *FURTHER_FOLDERS),
    deeper_actors=100,
    actors=28,
    actor_videos=363,
    actor_fakes=3068,
    celebrities=59,
    clips=10,
    youtube=300,
    celeb_fakes=5639,
    listed=(108, 70, 340),
    subjects=(*FEMALE, *MALE),
    swapped=(*FEMALE[:16], *MALE[:16]),
    sentences=10,
    heads=("head", "head2", "head3"),
    mobio_people=10,
    mobio_clips=4,
    mobio_fakes=60,
)


def build(root: Path, *names: str) -> None:
    """Write the trees called ``names`` (all without any) to ``root/<name>``, with empty files.

    A sequence of VidTIMIT is a folder with one frame; each film of DeepfakeTIMIT has its sound.

    Args:
        root: made if it is not there.
        names: of faceforensics (with DFD), hififace, deeperforensics, celeb_df, deepfake_timit
            and df_mobio.
    """
    trees = plan(SIZES)
    made: set[str] = set()
    for name in names or trees:
        base = os.fspath(root / name)
        for video in trees[name].videos:
            for path in _files(f"{base}/{video.path}"):
                _touch(path, made)
        for path, text in trees[name].lists.items():
            file = root / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")


def _files(path: str) -> list[str]:
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 - strings: paths would take half the time
    if not suffix:
        return [f"{path}/001"]
    return [path, f"{stem}.wav"] if suffix == ".avi" else [path]


def _touch(path: str, made: set[str]) -> None:
    folder = path.rpartition("/")[0]
    if folder not in made:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        made.add(folder)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o644))
