"""FakeAVCeleb (Khalid et al., NeurIPS 2021): people of VoxCeleb2, with fake faces, lips and voices.

There is no official split: people are drawn for each.

    meta_data.csv
    RealVideo-RealAudio/<race>/<gender>/<person>/<file>.mp4
    RealVideo-FakeAudio/...       the picture is not fake
    FakeVideo-RealAudio/...
    FakeVideo-FakeAudio/...
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, Field

from deepfake_attribution.catalog.choice import among
from deepfake_attribution.catalog.files import check_root
from deepfake_attribution.catalog.listing import Listing, Video, table
from deepfake_attribution.catalog.shares import Shares, three_ways
from deepfake_attribution.catalog.table import read_table
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.media_files import files_below
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.core.video import REAL

META = "meta_data.csv"
REAL_TYPE, AUDIO_TYPE = "RealVideo-RealAudio", "RealVideo-FakeAudio"
TYPES = {REAL_TYPE: 500, AUDIO_TYPE: 500, "FakeVideo-RealAudio": 9709, "FakeVideo-FakeAudio": 10835}
METHODS = ("faceswap", "fsgan", "wav2lip", "faceswap-wav2lip", "fsgan-wav2lip")
# FaceForensics++ calls another method FaceSwap.
CLASSES = {one: f"FakeAV-{one}" for one in METHODS if one.startswith("faceswap")}
NEEDED = ("source", "target1", "method", "type", "race", "gender", "path")
COMPRESSION = "released"


class Settings(Shares):
    """Attributes.

    root: folder that holds the four folders and ``meta_data.csv``.
    attacks: methods of fake pictures; each is a class.
    fake_audio: what becomes of a real picture with a fake voice: ``leave_out``, or ``real``, for
        nothing in the picture is fake.
    """

    adapter: Literal["fakeavceleb"]
    root: str = Field(min_length=1)
    attacks: Annotated[
        list[str], Field(min_length=1), AfterValidator(among(METHODS, "FakeAVCeleb's methods"))
    ]
    fake_audio: Literal["leave_out", "real"]


def list_videos(name: str, settings: Settings, datasets: Mapping[str, Dataset]) -> Listing:
    """Return the videos that the table lists and that are there, in its order.

    Raises:
        UserError: the root is not this dataset's, or a row of its table has an unknown type or
            method.
    """
    root = Path(settings.root)
    check_root(name, root, [REAL_TYPE], "FakeAVCeleb")
    rows = _rows(root / META)
    problems = _sizes(rows)
    twice = rows.duplicated("file", keep=False)
    two = rows[twice].groupby("file")["method"].nunique()
    unclear = sorted(two.index[two > 1])
    if unclear:
        problems.append(
            f"{META}: {len(unclear)} files are listed with two methods and are not used: "
            f"{some(unclear)}"
        )
    rows = rows[~rows["file"].isin(unclear)].drop_duplicates("file")
    rows["split"] = rows["source"].map(three_ways(rows["source"], settings))
    rows["attack"] = [_class(kind, one, settings) for kind, one in _pairs(rows, "type", "method")]
    rows = rows[rows["attack"] != ""]
    there = set(files_below(root))
    gone = [file for file in rows["file"] if file not in there]
    if gone:
        problems.append(f"{META}: {len(gone)} of {len(rows)} videos are missing: {some(gone)}")
    expected = Counter(_pairs(rows, "split", "attack"))
    originals = _originals(rows)
    videos = [
        _video(name, row, originals) for row in rows.itertuples(index=False) if row.file in there
    ]
    notes = (_note(videos),)
    return Listing(table(name, COMPRESSION, videos), dict(expected), (*problems,), notes, (META,))


def _pairs(rows: pd.DataFrame, one: str, other: str) -> list[tuple[str, str]]:
    return list(zip(rows[one], rows[other], strict=True))


def _rows(path: Path) -> pd.DataFrame:
    """Return the table with a column ``file``: the path from the root.

    The released header has no name for its last column: ``path`` holds the name of the file, and
    the column without a name its folder. Corrected copies have ``filename`` and ``path``.
    """
    rows = read_table(path, "source", last="folder")
    for column in NEEDED:
        if column not in rows:
            raise UserError(f"{path}: no column '{column}'; it has {', '.join(rows.columns)}")
    rows["name"] = rows["filename"] if "filename" in rows else rows["path"]
    for column, known in (("type", [*TYPES]), ("method", [REAL, "rtvc", *METHODS])):
        strange = rows[~rows[column].isin(known)]
        if len(strange):
            raise UserError(
                f"{path}, row {strange.index[0]}: {column} '{strange[column].iloc[0]}' is none of "
                f"FakeAVCeleb's: {', '.join(known)}"
            )
    places = ["type", "race", "gender", "source", "name"]
    rows["file"] = ["/".join(parts) for parts in rows[places].itertuples(index=False)]
    return rows


def _sizes(rows: pd.DataFrame) -> list[str]:
    """Return a line for each type of which the table lists another number than was published."""
    found = rows.drop_duplicates("file")["type"].value_counts()
    return [
        f"{META}: lists {found.get(kind, 0)} files of {kind}; {count} were published"
        for kind, count in TYPES.items()
        if found.get(kind, 0) != count
    ]


def _class(kind: str, method: str, settings: Settings) -> str:
    """Return the class of a row; empty if it is not used."""
    if kind == REAL_TYPE or (kind == AUDIO_TYPE and settings.fake_audio == "real"):
        return REAL
    return CLASSES.get(method, method) if method in settings.attacks else ""


def _originals(rows: pd.DataFrame) -> dict[str, str]:
    """Return each person's one real video."""
    own = rows[rows["type"] == REAL_TYPE]
    return dict(_pairs(own, "source", "file"))


def _video(dataset: str, row: pd.Series, originals: Mapping[str, str]) -> Video:
    name = Path(row.file).with_suffix("").as_posix()
    # Of lips alone, and where only a voice is named, nobody's face was put there.
    swapped = row.method.split("-")[0] in ("faceswap", "fsgan")
    voice = name.endswith(f"/{row.name.split('_')[0]}_{row.target1}_wavtolip")
    donor = row.target1 if swapped and row.target1.startswith("id") and not voice else ""
    source = row.file if row.attack == REAL else originals.get(row.source, "")
    footage = (f"{dataset}/{row.source}",)
    return Video(name, row.file, row.attack, row.split, row.source, donor, source, footage)


def _note(videos: list[Video]) -> str:
    people = {split: {one.identity for one in videos if one.split == split} for split in ("train",)}
    swaps = [one for one in videos if one.donor and one.split != "train"]
    shared = sum(one.donor in people["train"] for one in swaps)
    return (
        f"people are in one split each, but {shared} of {len(swaps)} swaps outside training have "
        "the face of somebody who is seen in training (every swap joins two people)"
    )
