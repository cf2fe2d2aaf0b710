"""OpenForensics (Le et al., ICCV 2021): pictures of several people, some of whose faces are forged.

A picture is a video of one frame. It is fake if one of its faces is; the box of the largest forged
face, or of the largest face of a real picture, says whom it is about (``crop.subject: marked``).

    Train_poly.json, Val_poly.json, Test-Dev_poly.json, Test-Challenge_poly.json    or in <part>/
    Images/<part>/<picture>.jpg                                      or <part>/, or <part>/<part>/
"""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import check_root, folder, without_suffix
from deepfake_attribution.catalog.listing import Listing, Video, marked
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

ATTACK = "OpenForensics"
LEARNT = {"Train": "train", "Val": "val"}
TESTS = ("Test-Dev", "Test-Challenge")
CLASSES = {"real": REAL, "fake": ATTACK}
_Box = tuple[float, float, float, float]  # left, top, width, height


class Settings(Strict):
    """Attributes.

    root: folder that holds the lists and the pictures.
    tests: the parts that are tested on. Test-Challenge is made harder by augmentation.
    """

    adapter: Literal["openforensics"]
    root: str = Field(min_length=1)
    tests: Annotated[
        list[str], Field(min_length=1), AfterValidator(among(TESTS, "OpenForensics' test parts"))
    ]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the pictures that are listed and there, part by part, in the order of their names.

    Raises:
        UserError: no list is there, or one has another form.
    """
    root = Path(settings.root)
    check_root(name, root, [], "OpenForensics")
    videos: list[Video] = []
    problems: list[str] = []
    lists: list[str] = []
    several = 0
    for part, split in {**LEARNT, **dict.fromkeys(settings.tests, "test")}.items():
        path = next(
            (one for one in (root, root / part) if (one / f"{part}_poly.json").is_file()), None
        )
        if path is None:
            problems.append(f"{root}: no {part}_poly.json, so its pictures are not used")
            continue
        path /= f"{part}_poly.json"
        lists.append(path.relative_to(root).as_posix())
        place = _pictures(root, part)
        there = set(folder(place).others) if place else set()
        named = _read(path)
        gone = sorted(set(named) - there)
        if gone:
            problems.append(f"{part}: {len(gone)} of {len(named)} are missing: {some(gone)}")
        empty = sorted(file for file in named if file in there and not named[file])
        if empty:
            problems.append(f"{path}: not used: {len(empty)} without a face: {some(empty)}")
        inside = place.relative_to(root).as_posix() if place else ""
        for file in sorted(there & {file for file, faces in named.items() if faces}):
            several += len(named[file]) > 1
            about = f"{part}/{without_suffix(file)}", f"{inside}/{file}", split, named[file]
            videos.append(_video(*about))
    if not videos:
        raise UserError(
            f"datasets.{name}.root: {root}: no picture of OpenForensics that a list such as "
            "Train_poly.json names: look at the tree in docs/datasets.md"
        )
    notes = (
        f"{several} of {len(videos)} pictures show several faces: set crop.subject: marked, so "
        "that the crop is of the face that is labelled",
    )
    return Listing(marked(name, "released", videos), {}, (*problems,), notes, (*lists,))


def _pictures(root: Path, part: str) -> Path | None:
    """Return the folder of a part's pictures."""
    places = (root / "Images" / part, root / part / part, root / part)
    return next((place for place in places if place.is_dir()), None)


def _read(path: Path) -> dict[str, list[tuple[str, _Box]]]:
    """Return class and box of each face by the picture's file name.

    Raises:
        UserError: it is not a list of OpenForensics.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        classes = {one["id"]: _class(one) for one in content["categories"]}
        files = {one["id"]: PurePosixPath(one["file_name"]).name for one in content["images"]}
        named: dict[str, list[tuple[str, _Box]]] = {file: [] for file in files.values()}
        for face in content["annotations"]:
            left, top, width, height = (float(value) for value in face["bbox"])
            box = left, top, width, height
            named[files[face["image_id"]]].append((classes[face["category_id"]], box))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path}: not a list in COCO's form with the categories Real and Fake "
            f"({type(error).__name__}: {error}): get the released list again"
        ) from None
    return named


def _class(category: Mapping[str, Any]) -> str:
    return CLASSES[category["name"].lower()]


def _video(name: str, path: str, split: str, faces: list[tuple[str, _Box]]) -> Video:
    forged = [box for kind, box in faces if kind == ATTACK]
    left, top, width, height = max(
        forged or [box for _, box in faces], key=lambda box: box[2] * box[3]
    )
    box = " ".join(f"{round(value, 1):.10g}" for value in (left, top, left + width, top + height))
    if forged:
        return Video(name, path, ATTACK, split, box=box)
    return Video(name, path, REAL, split, source=path, box=box)
