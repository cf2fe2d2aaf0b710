"""DeepfakeTIMIT (Korshunov and Marcel, 2018) with its originals, VidTIMIT: all for testing.

DeepfakeTIMIT/{higher_quality,lower_quality}/<target>/<sentence>-video-<donor>.avi
VidTIMIT/<subject>/video/<sentence>/<frame>      a folder of images without suffix
VidTIMIT/<subject>/video/<sentence>.avi          or, encoded again, a file
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import check_root, folder
from deepfake_attribution.catalog.listing import Counts, Listing, Video, table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import is_video, pictures_in
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

FAKES, REALS = "DeepfakeTIMIT", "VidTIMIT"
QUALITIES = ("higher_quality", "lower_quality")
FAKE = re.compile(r"(.+)-video-([a-z0-9]+)")
HEAD = re.compile(r"head\d*")  # turning the head, not speaking: left out, as in the paper
SENTENCES = 10
SUBJECTS, SWAPPED = 43, 32
COMPRESSION = "released"


class Settings(Strict):
    """Attributes.

    root: folder that holds ``DeepfakeTIMIT`` and ``VidTIMIT``.
    subjects: whose reals: ``all`` 43 as in the paper, or only the 32 that were ``swapped``.
    qualities: of the fakes; each is a separate attack.
    """

    adapter: Literal["deepfake_timit"]
    root: str = Field(min_length=1)
    subjects: Literal["all", "swapped"]
    qualities: Annotated[
        list[str],
        Field(min_length=1),
        AfterValidator(among(QUALITIES, "DeepfakeTIMIT's qualities")),
    ]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return reals, then fakes of each quality, in the order of their names.

    Raises:
        UserError: the root is not this dataset's, or the two folders hold something else.
    """
    root = Path(settings.root)
    check_root(name, root, [FAKES, REALS], "DeepfakeTIMIT with VidTIMIT beside it")
    fakes: list[Video] = []
    problems: list[str] = []
    swapped: set[str] = set()
    for quality in settings.qualities:
        found, strange = _fakes(name, root, quality)
        fakes += found
        swapped |= {video.identity for video in found}
        if strange:
            problems.append(
                f"{root / FAKES / quality}: {len(strange)} files are not named "
                f"<sentence>-video-<donor>.avi and are not used: {some(strange)}"
            )
    if not fakes:
        raise UserError(
            f"{root / FAKES}: no fake such as {QUALITIES[0]}/fadg0/sa1-video-fram1.avi: were "
            f"{FAKES} and {REALS} swapped? Set datasets.{name}.root to the folder that holds both"
        )
    reals, empty = _reals(name, root)
    if settings.subjects == "swapped":
        reals = [video for video in reals if video.identity in swapped]
    if not reals:
        raise UserError(
            f"{root / REALS}: no real video such as fadg0/video/sa1/ (a folder of images): were "
            f"{FAKES} and {REALS} swapped? Set datasets.{name}.root to the folder that holds both"
        )
    if empty:
        problems.append(f"{REALS}: {len(empty)} sequences have no image: {some(empty)}")
    own = {video.name: video.path for video in reals}
    sourced = [Video(**{**vars(video), "source": own.get(_original(video), "")}) for video in fakes]
    return Listing(table(name, COMPRESSION, [*reals, *sourced]), _expected(settings), (*problems,))


def _original(fake: Video) -> str:
    match = FAKE.fullmatch(fake.name.split("/")[1])
    return f"{fake.identity}/{match.group(1) if match else ''}"


def _fakes(dataset: str, root: Path, quality: str) -> tuple[list[Video], list[str]]:
    """Return the fakes of a quality, and files of other names."""
    place = root / FAKES / quality
    videos, strange = [], []
    for target in folder(place).others:
        content = folder(place / target)
        for file in content.videos:
            stem = Path(file).stem
            match = FAKE.fullmatch(stem)
            if match is None:
                strange.append(f"{target}/{file}")
                continue
            sentence, donor = match.groups()
            path = f"{FAKES}/{quality}/{target}/{file}"
            footage = (f"{dataset}/{target}/{sentence}",)
            name = f"{target}/{stem}"
            videos.append(Video(name, path, quality, "test", target, donor, "", footage))
    return videos, strange


def _reals(dataset: str, root: Path) -> tuple[list[Video], list[str]]:
    """Return the spoken sentences of all subjects, and sequences without an image."""
    videos, empty = [], []
    for subject in folder(root / REALS).others:
        place = root / REALS / subject / "video"
        if not place.is_dir():
            place = root / REALS / subject
        content = folder(place)
        inside = place.relative_to(root).as_posix()
        files = {Path(file).stem: file for file in content.videos}
        folders = {name: name for name in content.others if (place / name).is_dir()}
        folders.pop("audio", None)
        for sentence, entry in sorted((files | folders).items()):
            if HEAD.fullmatch(sentence):
                continue
            path = f"{inside}/{entry}"
            if not is_video(entry) and not pictures_in(place / entry)[0]:
                empty.append(path)
            name = f"{subject}/{sentence}"
            videos.append(
                Video(name, path, REAL, "test", subject, "", path, (f"{dataset}/{name}",))
            )
    return videos, empty


def _expected(settings: Settings) -> Counts:
    subjects = SUBJECTS if settings.subjects == "all" else SWAPPED
    fakes = {("test", quality): SWAPPED * SENTENCES for quality in settings.qualities}
    return {("test", REAL): subjects * SENTENCES, **fakes}
