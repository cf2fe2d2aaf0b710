"""FaceForensics++ (Roessler et al., ICCV 2019): 1000 originals, five attacks.

original_sequences/youtube/<compression>/videos/<clip>.mp4
manipulated_sequences/<attack>/<compression>/videos/<target>_<source>.mp4
manipulated_sequences/<attack>/masks/videos/<target>_<source>.mp4            if they are there
splits/{train,val,test}.json
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog import masks
from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.compression import canonical, level_folder
from deepfake_attribution.catalog.files import Folder, absent, check_root, folder, strangers
from deepfake_attribution.catalog.listing import Counts, Listing, Video, marked, missing
from deepfake_attribution.catalog.pairs import CLIP, FAKE, SEQUENCES, Pairs, read_pairs, unused
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL, SPLITS

ATTACKS = ("Deepfakes", "Face2Face", "FaceSwap", "NeuralTextures", "FaceShifter")
ORIGINALS = "original_sequences/youtube"
FAKES = "manipulated_sequences"


class Settings(Strict):
    """Attributes.

    root: folder that holds ``original_sequences``, ``manipulated_sequences`` and ``splits``.
    compression: ``raw`` (also called ``c0``), ``c23`` or ``c40``.
    attacks: which of the five.
    """

    adapter: Literal["faceforensics"]
    root: str = Field(min_length=1)
    compression: Literal["raw", "c0", "c23", "c40"]
    attacks: Annotated[
        list[str], Field(min_length=1), AfterValidator(among(ATTACKS, "FaceForensics++'s"))
    ]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return originals and fakes that are in the split lists, in the order of their names.

    Raises:
        UserError: the root is not this dataset's, a list is missing or wrong, a folder holds
            another compression level only, or a file's name is not one of FaceForensics++.
    """
    root = Path(settings.root)
    check_root(name, root, SEQUENCES, "FaceForensics++")
    pairs = read_pairs(name, root)
    level = canonical(settings.compression)
    videos: list[Video] = []
    problems = [*pairs.remark()]
    for attack, place in {
        REAL: ORIGINALS,
        **{one: f"{FAKES}/{one}" for one in settings.attacks},
    }.items():
        path = level_folder(name, root / place, settings.compression)
        if path is None:
            problems.append(absent(root / place, attack, "attacks"))
            continue
        content = folder(path)
        _check_names(content, path, attack)
        relative = path.relative_to(root).as_posix()
        problems += strangers(content, path)
        not_listed: list[str] = []
        for file in content.videos:
            video = _video(file, f"{relative}/{file}", attack, pairs)
            if video is None:
                not_listed.append(f"{attack}/{file}")
            else:
                videos.append(video)
        problems += unused(not_listed, pairs.folder)
        problems += missing(attack, _names(attack, pairs), content.videos)
    if not videos:
        raise UserError(
            f"datasets.{name}.root: {root}: neither {ORIGINALS} nor an attack of {FAKES} is "
            "there: were two folders swapped? Look at the tree in docs/datasets.md"
        )
    found = masks.masked(_sourced(videos), root, settings.attacks, pairs=True)
    rows = marked(name, level, found)
    expected, lists = _expected(pairs, settings), pairs.files(root)
    return Listing(rows, expected, (*problems,), masks.note(found), lists)


def _check_names(found: Folder, path: Path, attack: str) -> None:
    """Raise if a name is not one of FaceForensics++: the folder may be another one."""
    form, other = (CLIP, FAKE) if attack == REAL else (FAKE, CLIP)
    strange = [file for file in found.videos if not form.fullmatch(Path(file).stem)]
    if not strange:
        return
    example = "000.mp4" if attack == REAL else "000_003.mp4"
    if any(other.fullmatch(Path(file).stem) for file in strange):
        kind = ("fakes", "originals") if attack == REAL else ("originals", "fakes")
        raise UserError(
            f"{path}: holds {kind[0]} ({some(strange)}) where {kind[1]} such as {example} belong: "
            "were two folders swapped? Put each back into its own"
        )
    raise UserError(
        f"{path}: {some(strange)}: not a name of FaceForensics++, such as {example}: rename what "
        "belongs there and move the rest out of the folder"
    )


def _video(file: str, path: str, attack: str, pairs: Pairs) -> Video | None:
    """Return the row of a file; None where it is in no list."""
    stem = Path(file).stem
    if attack == REAL:
        if stem not in pairs.split:
            return None
        return Video(stem, path, REAL, pairs.split[stem], stem, "", path, pairs.footage(stem))
    target, donor = stem.split("_")
    if (target, donor) not in pairs.pairs:
        return None
    footage = pairs.footage(target, donor)
    return Video(stem, path, attack, pairs.split[target], target, donor, "", footage)


def _sourced(videos: Sequence[Video]) -> Iterator[Video]:
    """Yield the videos; fakes get the path of their original, where it is there."""
    originals = {video.name: video.path for video in videos if video.attack == REAL}
    for video in videos:
        if video.attack == REAL:
            yield video
        else:
            yield Video(**{**vars(video), "source": originals.get(video.identity, "")})


def _names(attack: str, pairs: Pairs) -> list[str]:
    if attack == REAL:
        return sorted(pairs.split)
    return sorted(f"{a}_{b}" for a, b in pairs.pairs)


def _expected(pairs: Pairs, settings: Settings) -> Counts:
    return {
        (split, attack): len(pairs.clips(split))
        for split in SPLITS
        for attack in (REAL, *settings.attacks)
    }
