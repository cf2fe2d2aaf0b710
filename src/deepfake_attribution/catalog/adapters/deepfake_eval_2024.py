"""Deepfake-Eval-2024 (Chandra et al., 2025), its videos: found on the internet, all for testing.

video-data/<file>
video-metadata-publish-with-links.csv      Filename, Video Ground Truth, Finetuning Set, ...
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field

from deepfake_attribution.catalog.files import check_root, folder
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.catalog.table import read_table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

ATTACK = "Deepfake-Eval-2024"  # of many methods, which nobody knows
FILE, TRUTH, SET = "Filename", "Video Ground Truth", "Finetuning Set"
CLASSES = {"real": REAL, "fake": ATTACK, "unknown": ""}
PLACE = "video-data"
COMPRESSION = "as_found"  # videos of many sites


class Settings(Strict):
    """Attributes.

    root: folder that holds the table and ``video-data``.
    metadata: name of the table.
    tested: ``all`` rows, or only those that the authors kept for ``test``.
    """

    adapter: Literal["deepfake_eval_2024"]
    root: str = Field(min_length=1)
    metadata: str = Field(min_length=1)
    tested: Literal["all", "test"]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos that the table calls real or fake, in its order.

    Raises:
        UserError: the root is not this dataset's, or its table is missing or malformed.
    """
    root = Path(settings.root)
    check_root(name, root, [PLACE], "Deepfake-Eval-2024")
    path = root / settings.metadata
    if PurePosixPath(settings.metadata).name != settings.metadata:
        raise UserError(f"datasets.{name}.metadata: the name of a file in the root, not a path")
    rows = read_table(path, FILE)
    for column in (TRUTH, SET):
        if column not in rows:
            raise UserError(f"{path}: no column '{column}'; it has {', '.join(rows.columns)}")
    there = set(folder(root / PLACE).videos)
    videos: list[Video] = []
    expected: Counter[tuple[str, str]] = Counter()
    unknown, gone, seen = [], [], set()
    for number, file, truth, part in zip(
        rows.index, rows[FILE], rows[TRUTH], rows[SET], strict=True
    ):
        attack = CLASSES.get(truth.lower())
        if attack is None or part not in ("train", "test"):
            column, value = (TRUTH, truth) if attack is None else (SET, part)
            raise UserError(f"{path}, row {number}: {column} is '{value}': get the table again")
        if file in seen or not file or "/" in file:
            raise UserError(
                f"{path}, row {number}: '{file}' is listed twice, or is no name of a file: keep "
                "one row"
            )
        seen.add(file)
        if settings.tested == "test" and part != "test":
            continue
        if not attack:
            unknown.append(file)
            continue
        expected[("test", attack)] += 1
        if file not in there:
            gone.append(file)
            continue
        own = f"{PLACE}/{file}"
        stem = PurePosixPath(file).stem
        videos.append(Video(stem, own, attack, "test", source=own if attack == REAL else ""))
    problems = []
    if unknown:
        problems.append(
            f"{settings.metadata}: {len(unknown)} videos are neither Real nor Fake ('{TRUTH}' is "
            f"Unknown) and are not used: {some(unknown)}; there is a later table, "
            "video-metadata-publish-with-links.csv"
        )
    if gone:
        count = sum(expected.values())
        problems.append(f"{PLACE}: {len(gone)} of {count} videos are missing: {some(gone)}")
    others = sorted(there - seen)
    if others:
        problems.append(
            f"{PLACE}: {len(others)} files are not in {settings.metadata} and are not used: "
            f"{some(others)}"
        )
    notes = (
        "fake means that something in the video was made or changed by a model, not always a face; "
        "people may be in several videos",
    )
    rows_of = table(name, COMPRESSION, videos)
    return Listing(rows_of, dict(expected), (*problems,), notes, (settings.metadata,))
