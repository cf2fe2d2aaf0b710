"""What the names of DF40's videos say: the clips of FaceForensics++ and Celeb-DF they show."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deepfake_attribution.catalog.pairs import Pairs, pairs_of, read_pairs
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL, key

# Methods whose images are drawn from noise: their folders are called after clips that the images
# do not show.
SYNTHESISED = (
    *("VQGAN", "StyleGAN2", "StyleGAN3", "StyleGANXL", "sd2.1", "ddim", "RDDM", "pixart"),
    *("DiT", "SiT"),
)
EDITED = ("e4e",)
FORENSICS, CELEBS = "FaceForensics++", "Celeb-DF-v2"
FORENSICS_FRAMES = "original_sequences/youtube/c23/frames"
CELEB_FOLDERS = ("Celeb-real", "YouTube-real")
CELEB_ADAPTERS = ("celeb_df", "celeb_df_pp")
CELEB_LIST = "List_of_testing_videos.txt"
FF_NAME = re.compile(r"(\d{3})(?:_(\d{3}))?")
CDF_NAME = re.compile(r"(id\d+)(?:_(id\d+))?_(\d{4})|(\d{5})")


@dataclass(frozen=True)
class Named:
    """What the name of a video says; fields as in `listing.Video`."""

    split: str
    identity: str = ""
    donor: str = ""
    source: str = ""
    footage: tuple[str, ...] = ()


Namer = Callable[[str, str], Named | str]  # attack, clip -> a video, or why it is not used


@dataclass(frozen=True)
class Names:
    """How the videos of a domain are named.

    Attributes:
        read: of an attack and a clip's name.
        compression: level of the domain.
        lists: files in the root that tell the splits, relative to it.
    """

    read: Namer
    compression: str
    lists: tuple[str, ...] = ()


def forensics(
    name: str, root: Path, reals: bool, splits_from: str, datasets: Mapping[str, Dataset]
) -> Names:
    """Return the names of ff: its videos are in the split of their clips.

    Args:
        name: of the dataset.
        root: of the dataset.
        reals: its own real frames are listed.
        splits_from: the FaceForensics++ dataset; empty: the lists are in the root.
        datasets: all of params.yaml.

    Raises:
        UserError: the lists cannot be read, or they should be another dataset's.
    """
    if splits_from:
        pairs, level = pairs_of(name, splits_from, "c23", datasets)
        return Names(partial(_of_forensics, pairs, reals, splits_from), level)
    other = next((one for one, own in datasets.items() if own.adapter == "faceforensics"), "")
    if other:
        raise UserError(
            f"datasets.{name}.splits_from is empty, but there is a FaceForensics++, {other}: name "
            "it, so that a clip that both hold is checked to be in one split"
        )
    pairs = read_pairs(name, root / FORENSICS)
    lists = tuple(f"{FORENSICS}/{path}" for path in pairs.files(root / FORENSICS))
    return Names(partial(_of_forensics, pairs, reals, ""), "c23", lists)


def _of_forensics(
    pairs: Pairs, reals: bool, splits_from: str, attack: str, clip: str
) -> Named | str:
    match = FF_NAME.fullmatch(clip)
    if match is None or match[1] not in pairs.split or (match[2] or match[1]) not in pairs.split:
        return f"are not named after clips of the split lists ({pairs.folder})"
    target, donor = match[1], match[2] or ""
    split = pairs.split[target]
    if donor and pairs.split[donor] != split:
        return "join clips of two splits"
    if attack in SYNTHESISED:
        return Named(split)
    source = f"{FORENSICS}/{FORENSICS_FRAMES}/{target}" if reals else ""
    if splits_from and not reals:
        source = key(splits_from, REAL, "c23", target)
    clips = (target, donor) if donor else (target,)
    return Named(split, target, donor, source, pairs.footage(*clips))


def celebrities(name: str, reals: bool, splits_from: str, datasets: Mapping[str, Dataset]) -> Names:
    """Return the names of cdf: all of it is test.

    Args:
        name, reals, datasets: as for `forensics`.
        splits_from: the Celeb-DF dataset to whose test list videos are limited; empty: none.

    Raises:
        UserError: it is none, or its list is not there.
    """
    own = [one for one, dataset in datasets.items() if dataset.adapter in CELEB_ADAPTERS]
    tested = None
    if splits_from:
        if splits_from not in own:
            raise UserError(
                f"datasets.{name}.splits_from: '{splits_from}' is no dataset of the adapter "
                f"{' or '.join(CELEB_ADAPTERS)}: name one, or leave it empty to test on all of cdf"
            )
        tested = _tested(Path(datasets[splits_from].root) / CELEB_LIST)
    return Names(partial(_of_celebrities, tested, reals, splits_from), "released")


def _tested(path: Path) -> frozenset[str]:
    """Return ``folder/clip`` of the real videos in Celeb-DF's test list."""
    try:
        words = path.read_text(encoding="utf-8-sig").split()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: Celeb-DF comes with it: copy it there") from None
    return frozenset(Path(word).with_suffix("").as_posix() for word in words if "-real/" in word)


def _of_celebrities(
    tested: frozenset[str] | None,
    reals: bool,
    splits_from: str,
    attack: str,
    clip: str,
) -> Named | str:
    if attack in EDITED and tested is not None:
        return "name no clip, which may be outside Celeb-DF's test list"
    if attack in (*SYNTHESISED, *EDITED):
        return Named("test")
    match = CDF_NAME.fullmatch(clip)
    if match is None:
        return "are not named after clips of Celeb-DF"
    person, donor, number, youtube = match.groups()
    place = CELEB_FOLDERS[1] if youtube else CELEB_FOLDERS[0]
    original = youtube or f"{person}_{number}"
    if tested is not None and f"{place}/{original}" not in tested:
        return "are of clips outside Celeb-DF's test list"
    identity = f"youtube{youtube}" if youtube else person
    # With the list it is empty, as Celeb-DF's own; without, the check finds people trained on.
    footage = () if tested is not None else (f"Celeb-DF/{identity}",)
    source = f"{CELEBS}/{place}/frames/{original}" if reals else ""
    if splits_from and not reals:
        source = key(splits_from, REAL, "released", f"{place}/{original}")
    return Named("test", identity, donor or "", source, footage)
