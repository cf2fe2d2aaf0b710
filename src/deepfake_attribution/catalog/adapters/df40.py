"""DF40 (Yan et al., NeurIPS 2024): 40 methods, released as frames that are cut to the face.

A dataset of params.yaml is one of its three domains, which have different reals:

    DF40/<method>/ff/frames/<target>_<source>/<frame>     ff: made from FaceForensics++
    DF40_train/<method>/frames/<target>_<source>/...           further videos of it
    DF40/<method>/cdf/frames/<target>_<donor>_<clip>/...  cdf: made from Celeb-DF
    DF40/<method>/{fake,real}/...                         own: with reals beside them
    DF40/<method>/ff/<clip>/<image>                       methods that make single images
    DF40/<method>/cdf/Fake_from_Celeb-real/<clip>/<image>
    FaceForensics++/original_sequences/youtube/c23/frames/<clip>/...     reals of ff
    Celeb-DF-v2/{Celeb-real,YouTube-real}/frames/<clip>/...              reals of cdf
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from deepfake_attribution.catalog import df40_clips
from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.df40_clips import (
    CELEB_FOLDERS,
    CELEBS,
    EDITED,
    FORENSICS,
    FORENSICS_FRAMES,
    SYNTHESISED,
    Named,
    Names,
)
from deepfake_attribution.catalog.files import check_root, folder
from deepfake_attribution.catalog.frame_folders import Entry, films, images, inner
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL, key

SWAPS = (
    *("fsgan", "faceswap", "simswap", "inswap", "blendface", "uniface", "mobileswap", "e4s"),
    "facedancer",
)
REENACTED = (
    *("fomm", "facevid2vid", "wav2lip", "MRAA", "one_shot_free", "pirender", "tpsm", "lia"),
    *("danet", "sadtalker", "mcnet", "hyperreenact"),
)
OWN_FILMS = ("deepfacelab", "heygen")
OWN_IMAGES = ("MidJourney", "whichfaceisreal", "CollabDiff", "stargan", "starganv2", "styleclip")
PAIRED = (*SWAPS, *REENACTED, *SYNTHESISED, *EDITED)
METHODS = {"ff": PAIRED, "cdf": PAIRED, "own": (*OWN_FILMS, *OWN_IMAGES)}
IMAGES = {*SYNTHESISED, *EDITED, *OWN_IMAGES}  # each image is a video of one frame
# Other names of a method's folder, in lower case: the release itself differs.
ALSO = {
    "heygen": ("heygen_new",),
    "starganv2": ("stargan2",),
    "whichfaceisreal": ("whichisreal",),
}
# Classes that are not called after the method's folder. Celeb-DF++ spells these methods so, and
# names that differ in capitals only would be two classes. The faceswap is not FaceForensics++'s.
ATTACKS = {
    **{"blendface": "BlendFace", "inswap": "InSwapper", "mobileswap": "MobileFaceSwap"},
    **{"simswap": "SimSwap", "uniface": "UniFace", "faceswap": "faceswap_df40"},
    **{"danet": "DaGAN", "hyperreenact": "HyperReenact", "lia": "LIA", "mcnet": "MCNET"},
    **{"sadtalker": "SadTalker", "tpsm": "TPSMM"},
}
PARTS = ("DF40", "DF40_train")


class Settings(Strict):
    """Attributes.

    root: folder that holds ``DF40``, and what else was released with it.
    domain: ``ff``, ``cdf`` or ``own``.
    methods: which of the domain's; each is a class.
    splits_from: of ff: the FaceForensics++ dataset whose split lists they follow; empty: lists in
        the root's ``FaceForensics++``. Of cdf: the Celeb-DF dataset to whose test list the fakes
        are limited; empty: all are tested on. Of own: empty.
    reals: list the real frames of the release, too.
    images: of a method that makes single images: how many of a folder are listed, evenly spaced;
        0: all.
    """

    adapter: Literal["df40"]
    root: str = Field(min_length=1)
    domain: Literal["ff", "cdf", "own"]
    methods: Annotated[list[str], Field(min_length=1)]
    splits_from: str
    reals: bool
    images: int = Field(ge=0)

    @field_validator("methods")
    @classmethod
    def _of_the_domain(cls, methods: list[str], others: ValidationInfo) -> list[str]:
        domain = others.data.get("domain")
        return among(METHODS[domain], f"DF40's methods of {domain}")(methods) if domain else methods


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the real frames if they are asked for, then the fakes of each method.

    Raises:
        UserError: the root is not this dataset's, nothing of the domain is there, or
            ``splits_from`` cannot give the lists.
    """
    root = Path(settings.root)
    check_root(name, root, ["DF40"], "DF40")
    names = _names(name, settings, datasets)
    videos: dict[str, Video] = {}  # by key: of a video in both parts, the first is used
    left: dict[str, list[str]] = {}
    gone: list[str] = []
    for attack, path, single in _places(root, settings, gone):
        found, empty = images(root, path, settings.images) if single else films(root, path)
        if not found:
            gone.append(f"{path}: no frames in it; unpack archives that lie there")
        if empty:
            left.setdefault("folders have no image", []).extend(f"{attack}/{one}" for one in empty)
        for entry in found:
            about = names.read(attack, entry.clip)
            if isinstance(about, str):
                left.setdefault(about, []).append(entry.path)
                continue
            video = _video(root, path, entry, attack, about)
            videos.setdefault(key(name, video.attack, names.compression, video.name), video)
    if not any(video.attack != REAL for video in videos.values()):
        raise UserError(
            f"datasets.{name}.root: {root}: no video of DF40's {settings.domain} in it: look at "
            "the tree in docs/datasets.md, and unpack archives that lie inside others"
        )
    problems = [
        f"not used: {len(paths)} {why}: {some(paths)}" for why, paths in sorted(left.items())
    ]
    rows = table(name, names.compression, videos.values())
    return Listing(rows, {}, (*gone, *problems), _notes(settings), names.lists)


def _names(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Names:
    reals, splits = settings.reals, settings.splits_from
    if settings.domain == "ff":
        return df40_clips.forensics(name, Path(settings.root), reals, splits, datasets)
    if settings.domain == "cdf":
        return df40_clips.celebrities(name, reals, splits, datasets)
    if splits:
        raise UserError(f"datasets.{name}.splits_from: own has no split lists: leave it empty")
    return Names(lambda attack, clip: Named("test"), "released")


def _places(root: Path, settings: Settings, gone: list[str]) -> list[tuple[str, Path, bool]]:
    """Return class, folder, and whether its images are videos of one frame, of all that is there.

    Args:
        root: of the dataset.
        settings: its settings.
        gone: gets a line for each class that is not there.
    """
    found = [(REAL, path, False) for path in _reals(root, settings, gone)]
    for method in settings.methods:
        attack, single = ATTACKS.get(method, method), method in IMAGES
        bases = [_method_folder(root / part, method) for part in PARTS]
        places = [
            place
            for part, base in zip(PARTS, bases, strict=True)
            if base is not None
            for place in _fakes(base, settings.domain, part == PARTS[0], single)
        ]
        if not places:
            gone.append(
                f"{root / PARTS[0] / method}: nothing of {settings.domain} there, so there is no "
                f"class {attack}: get it, or take it out of methods"
            )
        found += [(attack, place, single) for place in places]
        if settings.domain == "own" and settings.reals and bases[0] is not None:
            if (bases[0] / REAL).is_dir():
                found.append((REAL, inner(bases[0] / REAL, REAL, "frames"), single))
            else:
                gone.append(f"{bases[0]}: no folder real, so {attack} has no reals of its own")
    return found


def _reals(root: Path, settings: Settings, gone: list[str]) -> list[Path]:
    """Return the folders of real frames of FaceForensics++ or Celeb-DF."""
    if settings.domain == "own" or not settings.reals:
        return []
    places = [root / FORENSICS / FORENSICS_FRAMES]
    if settings.domain == "cdf":
        places = [root / CELEBS / one / "frames" for one in CELEB_FOLDERS]
    gone += [f"{path}: not there, so its reals are missing" for path in places if not path.is_dir()]
    return [path for path in places if path.is_dir()]


def _method_folder(part: Path, method: str) -> Path | None:
    """Return the folder of a method; archives may hold it in a further one of the same name."""
    names = {method.lower(), *ALSO.get(method, ())}
    path, found = part, None
    while there := [one for one in folder(path).others if one.lower() in names]:
        path = path / there[0]
        if not path.is_dir():
            break
        found = path
    return found


def _fakes(base: Path, domain: str, is_first: bool, single: bool) -> list[Path]:
    """Return the folders of a method's fakes; the second part has ff only, often without ff/."""
    if domain == "ff":
        there = (base / "ff").is_dir() or not is_first
        return [inner(base, "ff", "frames")] if there else []
    name = {"cdf": "cdf", "own": "fake"}[domain]
    place = base / name
    if not is_first or not place.is_dir():
        return []
    if domain == "own" or not single:
        return [inner(place, name, "frames")]
    pools = [one for one in folder(place).others if (place / one).is_dir()]
    return [inner(place / one, "inversions") for one in pools]


def _video(root: Path, place: Path, entry: Entry, attack: str, about: Named) -> Video:
    inside = place.relative_to(root).parts
    # The same names are in several folders of Celeb-DF, and in those of the methods' own reals.
    pool = next((one for one in inside if one.lower().endswith("-real")), "")
    pool = pool or (inside[1] if attack == REAL and inside[0] == PARTS[0] else "")
    name = f"{pool}/{entry.name}" if pool else entry.name
    source = entry.path if attack == REAL else about.source
    return Video(
        *(name, entry.path, attack, about.split, about.identity, about.donor, source),
        footage=about.footage,
    )


def _notes(settings: Settings) -> tuple[str, ...]:
    single = [method for method in settings.methods if method in IMAGES]
    if not single:
        return ()
    count = f"{settings.images} of each folder" if settings.images else "all"
    return (
        f"{len(single)} of {len(settings.methods)} methods make single images ({some(single)}): "
        f"each is a video of one frame; listed: {count}",
    )
