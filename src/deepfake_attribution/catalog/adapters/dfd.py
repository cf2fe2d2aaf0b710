"""Google's and Jigsaw's DeepFake Detection data set (2019), in the tree of FaceForensics++.

It has no official split and is tested on as a whole.

    original_sequences/actors/<compression>/videos/<actor>__<scene>.mp4
    manipulated_sequences/DeepFakeDetection/<compression>/videos/
        <target>_<source>__<scene>__<8 characters>.mp4
    manipulated_sequences/DeepFakeDetection/masks/videos/...               if they are there
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog import masks
from deepfake_attribution.catalog.compression import canonical, level_folder
from deepfake_attribution.catalog.files import absent, check_root, folder, misnamed, strangers
from deepfake_attribution.catalog.listing import Listing, Video, marked
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

ATTACK = "DeepFakeDetection"
PLACES = {REAL: "original_sequences/actors", ATTACK: f"manipulated_sequences/{ATTACK}"}
FORMS = {
    REAL: re.compile(r"(\d+)__(.+)"),
    ATTACK: re.compile(r"(\d+)_(\d+)__(.+)__[A-Z0-9]{8}"),
}
EXAMPLES = {REAL: "01__exit_phone_room.mp4", ATTACK: "01_02__exit_phone_room__YVGY8LOK.mp4"}
PUBLISHED = {("test", REAL): 363, ("test", ATTACK): 3068}


class Settings(Strict):
    """Attributes.

    root: folder that holds ``original_sequences`` and ``manipulated_sequences``.
    compression: ``raw`` (also called ``c0``), ``c23`` or ``c40``.
    """

    adapter: Literal["dfd"]
    root: str = Field(min_length=1)
    compression: Literal["raw", "c0", "c23", "c40"]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the actors' originals and their fakes, in the order of their names.

    Raises:
        UserError: the root is not this dataset's, there are other compression levels only, or a
            file's name has another form.
    """
    root = Path(settings.root)
    check_root(name, root, ["original_sequences", "manipulated_sequences"], "Google's DFD")
    videos: list[Video] = []
    problems: list[str] = []
    for attack, place in PLACES.items():
        path = level_folder(name, root / place, settings.compression)
        if path is None:
            problems.append(absent(root / place, attack))
            continue
        found = folder(path)
        problems += strangers(found, path)
        inside = path.relative_to(root).as_posix()
        videos += [_video(name, file, f"{inside}/{file}", attack, path) for file in found.videos]
    if not videos:
        raise UserError(
            f"datasets.{name}.root: {root} holds nothing of Google's DFD ({PLACES[REAL]} and "
            f"{PLACES[ATTACK]}): get it with FaceForensics++'s download script, or take {name} out "
            "of datasets"
        )
    originals = {video.path for video in videos if video.attack == REAL}
    gone = sorted({video.source for video in videos} - originals)
    if gone and originals:
        problems.append(f"{len(gone)} originals of fakes are missing: {some(gone)}")
    shown = masks.masked(videos, root, [ATTACK])
    rows = marked(name, canonical(settings.compression), shown)
    return Listing(rows, PUBLISHED, (*problems,), masks.note(shown))


def _video(dataset: str, file: str, path: str, attack: str, place: Path) -> Video:
    stem = Path(file).stem
    match = FORMS[attack].fullmatch(stem)
    if match is None:
        raise misnamed(place, file, EXAMPLES[attack], FORMS.values())
    if attack == REAL:
        actor, scene = match.groups()
        donor, source = "", path
    else:
        actor, donor, scene = match.groups()
        source = f"{PLACES[REAL]}/{place.parent.name}/videos/{actor}__{scene}.mp4"
    footage = (f"{dataset}/{actor}__{scene}",)
    return Video(stem, path, attack, "test", actor, donor, source, footage)
