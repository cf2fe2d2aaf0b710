"""Celeb-DF++ (Li et al., 2025): Celeb-DF's reals, and fakes of 22 methods in three families.

Celeb-real/id<a>_<nnnn>.mp4              directly inside, or below a further videos/
YouTube-real/<nnnnn>.mp4
Celeb-synthesis/FaceSwap/<method>/id<a>_id<b>_<nnnn>.mp4
Celeb-synthesis/FaceReenact/<method>/id<a>_id<b>_<nnnn>.mp4
Celeb-synthesis/TalkingFace/<method>/id<a>_<nnnn>_....mp4
List_of_testing_videos.txt               <label> <folder>/.../<file>
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog import celeb
from deepfake_attribution.catalog.celeb import FAKES, LIST, File
from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import absent, check_root, misnamed
from deepfake_attribution.catalog.listing import Counts, Listing, Video, table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

SWAP, REENACT, TALK = celeb.FAMILIES
FAMILIES = {
    SWAP: (
        *("Celeb-DF", "BlendFace", "GHOST", "HifiFace", "InSwapper", "MobileFaceSwap"),
        *("SimSwap", "UniFace"),
    ),
    REENACT: ("DaGAN", "FSRT", "HyperReenact", "LIA", "LivePortrait", "MCNET", "TPSMM"),
    TALK: ("AniTalker", "EchoMimic", "EDTalk", "FLOAT", "IP_LAP", "Real3DPortrait", "SadTalker"),
}
FAMILY_OF = {method: family for family, methods in FAMILIES.items() for method in methods}
# Other names than the folders': FaceForensics++ has a FaceSwap, which is one method.
FAMILY_CLASSES = {
    SWAP: "face_swap",
    REENACT: "face_reenactment",
    TALK: "talking_face",
}
# The fakes of Celeb-DF v2 have one class in both datasets, and two names of their folder.
CLASSES = {"Celeb-DF": "Celeb-synthesis"}
FOLDERS = {"Celeb-DF": ("Celeb-DF", "Celeb-DF-v2")}
TWO = re.compile(r"(id\d+)_(id\d+)_(\d+)(?:_.+)?")
ONE = re.compile(r"(id\d+)_(?:(id\d+)_)?(\d+)(?:_.+)?")
FORMS = {
    SWAP: (TWO, "id0_id1_0000.mp4"),
    REENACT: (TWO, "id0_id1_0000.mp4"),
    TALK: (ONE, "id0_0000_test_00001.mp4"),
}
RELEASED_FAKES, RELEASED_TEST_FAKES = 53_196, 5240
RELEASED_OF = {"Celeb-DF": 5639}


def _methods(asked: Sequence[str]) -> list[str]:
    """Return the methods that are meant, families spelt out."""
    return [method for one in asked for method in FAMILIES.get(one, (one,))]


def _each_once(asked: list[str]) -> list[str]:
    methods = _methods(asked)
    for method in methods:
        if methods.count(method) > 1:
            raise ValueError(f"'{method}' is named by itself and by its family: keep one")
    return asked


class Settings(Strict):
    """Attributes.

    root: folder that holds the three folders and the list.
    methods: which of the 22; the name of a family stands for all of its methods.
    classes: whether each ``method`` or each ``family`` is a class.
    validation: share of the people outside the test list, and of the YouTube clips, that becomes
        the validation split.
    validation_seed: decides which ones.
    test_real: lines of real videos in the test list.
    test_fake: of fakes, of all methods.
    """

    adapter: Literal["celeb_df_pp"]
    root: str = Field(min_length=1)
    methods: Annotated[
        list[str],
        Field(min_length=1),
        AfterValidator(among((*FAMILIES, *FAMILY_OF), "Celeb-DF++'s families and methods")),
        AfterValidator(_each_once),
    ]
    classes: Literal["method", "family"]
    validation: float = Field(gt=0, lt=1)
    validation_seed: int = Field(ge=0)
    test_real: int = Field(ge=0)
    test_fake: int = Field(ge=0)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the reals and the fakes of the methods asked for, in the order of their names.

    Raises:
        UserError: the root is not this dataset's, the list is not the released one, or a file's
            name is not of its folder's form.
    """
    root = Path(settings.root)
    methods = _methods(settings.methods)
    check_root(name, root, [*celeb.REALS, FAKES], "Celeb-DF++")
    if not any((root / FAKES / family).is_dir() for family in FAMILIES):
        raise UserError(
            f"datasets.{name}.root: {root / FAKES} has no folder {', '.join(FAMILIES)}: this is "
            "not Celeb-DF++ (for Celeb-DF v2 there is the adapter celeb_df)"
        )
    counts = (settings.test_real, settings.test_fake)
    lines = celeb.read_list(name, root / LIST, *counts, "Celeb-DF++", either_label=True)
    tested = frozenset(_one_name(line) for line in lines)
    reals, problems = celeb.reals(root)
    splits = celeb.splits_of(tested, reals, settings.validation, settings.validation_seed)
    found = list(reals)
    for method in methods:
        fakes, strange = _fakes(root, method, settings.classes)
        found += fakes
        problems += strange
    wanted = {line for line in tested if not line.startswith(FAKES) or _method(line) in methods}
    problems += celeb.missing(frozenset(wanted), found)
    count = len(found) - len(reals)
    complete = len(methods) == len(FAMILY_OF) and settings.test_fake == RELEASED_TEST_FAKES
    if complete and count < RELEASED_FAKES:
        problems.append(f"fakes: {count} of {RELEASED_FAKES} are there")
    originals = celeb.home(root)
    videos = [celeb.video(file, splits, originals) for file in found]
    return Listing(
        table(name, celeb.COMPRESSION, videos),
        _expected(videos, wanted, settings),
        (*problems,),
        (celeb.note(videos, splits),),
        (LIST,),
    )


def _class(method: str, classes: str) -> str:
    if classes == "family":
        return FAMILY_CLASSES[FAMILY_OF[method]]
    return CLASSES.get(method, method)


def _one_name(line: str) -> str:
    """Return a line of the list with the folder's first name, where it has two."""
    for method, names in FOLDERS.items():
        for other in names[1:]:
            line = line.replace(f"/{other}/", f"/{method}/")
    return line


def _method(line: str) -> str:
    return line.split("/")[2] if line.count("/") >= 3 else ""


def _fakes(root: Path, method: str, classes: str) -> tuple[list[File], list[str]]:
    """Return the fakes of one method that are there, and problems."""
    family, attack = FAMILY_OF[method], _class(method, classes)
    places = [f"{FAKES}/{family}/{folder}" for folder in FOLDERS.get(method, (method,))]
    place = next((one for one in places if (root / one).is_dir()), None)
    if place is None:
        return [], [absent(root / places[0], method, "methods")]
    path, names, problems = celeb.videos_in(root, place)
    inside = path.relative_to(root).as_posix()
    form, example = FORMS[family]
    found = []
    for name in names:
        match = form.fullmatch(Path(name).stem)
        if match is None:
            raise misnamed(path, name, example, [TWO, *celeb.REALS.values()])
        target, other, clip = match.groups()
        # In a reenactment the second person moves the first one's face, and lends none.
        donor = other if family == "FaceSwap" else ""
        listed = f"{places[0]}/{name}"
        found.append(File(listed, f"{inside}/{name}", target, clip, donor, attack))
    return found, problems


def _expected(videos: list[Video], wanted: set[str], settings: Settings) -> Counts:
    """Return what is known of the counts of the complete set."""
    tested = Counter(
        _class(_method(line), settings.classes) if line.startswith(FAKES) else REAL
        for line in wanted
    )
    released = {}
    if settings.test_real == celeb.RELEASED_TEST_REALS:
        released[REAL] = celeb.RELEASED_REALS
        if settings.classes == "method":
            there = {CLASSES.get(method, method): n for method, n in RELEASED_OF.items()}
            released |= {attack: n for attack, n in there.items() if attack in tested}
    return celeb.expected(videos, tested, released)
