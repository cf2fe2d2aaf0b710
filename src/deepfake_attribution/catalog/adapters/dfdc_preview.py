"""The DFDC's preview (Dolhansky et al., 2019): two methods, with its own list of train and test.

A validation split is drawn from its training videos, by the person who is seen.

    dataset.json
    original_videos/<person>/<person>_<letter>_<nnn>.mp4
    method_A/<person>/<person>_<letter>/<donor>_<person>_<letter>_<nnn>.mp4
    method_B/...
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import check_root
from deepfake_attribution.catalog.json_lists import read_entries, value_of
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.catalog.shares import carve
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import files_below
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

LIST = "dataset.json"
ORIGINALS = "original_videos"
METHODS = ("method_A", "method_B")
LABELS = {"real": REAL, "fake": "fake"}
SETS = {"train": "train", "test": "test"}
FAKE = re.compile(r"\d+_(\d+_[^_]+_\d+)")
COMPRESSION = "released"


class Settings(Strict):
    """Attributes.

    root: folder that holds ``dataset.json``, ``original_videos`` and the methods' folders.
    methods: which of the two; each is a class.
    validation: share of the people in training videos that becomes the validation split.
    validation_seed: decides which ones.
    """

    adapter: Literal["dfdc_preview"]
    root: str = Field(min_length=1)
    methods: Annotated[
        list[str], Field(min_length=1), AfterValidator(among(METHODS, "the preview's methods"))
    ]
    validation: float = Field(gt=0, lt=1)
    validation_seed: int = Field(ge=0)


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the listed videos that are there, in the order of their paths.

    Raises:
        UserError: the root is not this dataset's, or its list is missing or malformed.
    """
    root = Path(settings.root)
    check_root(name, root, [ORIGINALS], "the DFDC preview")
    content = read_entries(root / LIST, "the DFDC preview")
    there = set(files_below(root))
    rows = [
        _row(root, path, entry)
        for path, entry in sorted(content.items())
        if path.split("/")[0] not in METHODS or path.split("/")[0] in settings.methods
    ]
    learnt = {person for _, _, split, person, _ in rows if split == "train"}
    chosen = carve(learnt, settings.validation, settings.validation_seed)
    by_name = {PurePosixPath(path).stem: path for path, attack, *_ in rows if attack == REAL}
    videos: list[Video] = []
    expected: Counter[tuple[str, str]] = Counter()
    gone = []
    for path, attack, listed, person, donor in rows:
        split = "val" if listed == "train" and person in chosen else listed
        expected[(split, attack)] += 1
        if path not in there:
            gone.append(path)
            continue
        match = FAKE.fullmatch(PurePosixPath(path).stem)
        original = by_name.get(match[1], "") if match else ""
        videos.append(
            Video(
                *(str(PurePosixPath(path).with_suffix("")), path, attack, split, person, donor),
                source=path if attack == REAL else original,
                # The preview's own test set is not known to keep people apart.
                footage=() if split == "test" else (f"{name}/{person}",),
            )
        )
    problems = [f"{LIST}: {len(gone)} of {len(rows)} are missing: {some(gone)}"] if gone else []
    return Listing(table(name, COMPRESSION, videos), dict(expected), (*problems,), (), (LIST,))


def _row(root: Path, path: str, entry: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """Return path, class, official split, person and donor of an entry."""
    where = f"{root / LIST}: {path}"
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts:
        raise UserError(f"{where}: the path leads out of the root: get the preview's list again")
    place = pure.parts[0]
    label = value_of(entry, "label", LABELS, where)
    if (label == REAL) != (place == ORIGINALS) or (label != REAL and place not in METHODS):
        raise UserError(
            f"{where}: label {entry['label']} in the folder {place}: real ones are in {ORIGINALS}, "
            f"fakes in {' and '.join(METHODS)}: get the preview's list again"
        )
    split = value_of(entry, "set", SETS, where)
    people = [entry.get(key) for key in ("target_id", "swapped_id")]
    person, donor = ("" if one is None else str(one) for one in people)
    if not person:
        raise UserError(f"{where}: no target_id, who is seen: get the preview's list again")
    attack = REAL if label == REAL else f"DFDC-{place}"
    return path, attack, split, person, "" if label == REAL else donor
