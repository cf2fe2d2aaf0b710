"""The crops of the contact sheet: one person per column, the real first, each attack below."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution.core import paths, tables

ABOUT = ["video", "dataset", "attack", "split", "identity", "source"]
WHERE = ["video", "slot", "person", "status", "shard", "offset", "length", "hash"]


@dataclass(frozen=True)
class Row:
    """A class of a dataset.

    Attributes:
        attack: name of the class.
        others: whether other people are shown because the people of the columns have no fake.
        crops: rows of the index of faces, None if a person has no video of this class.
    """

    attack: str
    others: bool
    crops: Sequence[pd.Series | None]


@dataclass(frozen=True)
class Block:
    """The rows of one dataset, and the names of the people in its columns."""

    dataset: str
    people: Sequence[str]
    rows: Sequence[Row]


def choose(dataset: str, order: Sequence[str], columns: int) -> Block | None:
    """Return the test crops of ``dataset`` for the sheet; None if it has none.

    A column is a real video; its rows are the same frame of the fakes made from it (``source``),
    else of fakes of the same person (``identity``). Videos with the most such fakes come first, one
    of each person, in the order of the catalog.

    Args:
        dataset: its name.
        order: of the classes.
        columns: people at most.
    """
    videos = tables.read(paths.catalog(dataset), ABOUT)
    videos = videos[videos["split"] == "test"]
    crops = tables.read(paths.index(paths.faces(dataset)), WHERE)
    crops = crops[(crops["status"] == "ok") & crops["video"].isin(videos["video"])]
    crops = crops[crops["person"] == 0]  # the same one in each row of a column, as far as known
    videos = videos[videos["video"].isin(crops["video"])]
    if videos.empty:
        return None
    there = [name for name in order if (videos["attack"] == name).any()]
    base = videos[videos["attack"] == there[0]]
    attacks = [name for name in there if name != base["attack"].iloc[0]]
    partners = {name: _partners(base, videos[videos["attack"] == name]) for name in attacks}
    chosen = _people(base, partners, columns)
    slots = crops.groupby("video")["slot"].agg(set).to_dict()
    picked = crops.set_index(["video", "slot"])
    frames = [
        _frame([slots[one], *(slots[two] for each in partners.values() if (two := each.get(one)))])
        for one in chosen["video"]
    ]
    rows = [Row(there[0], False, _crops(picked, chosen["video"], frames, slots))]
    for name in attacks:
        found = [partners[name].get(one, "") for one in chosen["video"]]
        others = not any(found)
        if others:
            found = list(_distinct(videos[videos["attack"] == name])["video"][:columns])
        rows.append(Row(name, others, _crops(picked, found, frames, slots)))
    return Block(dataset, list(chosen["identity"]), rows)


def _partners(base: pd.DataFrame, fakes: pd.DataFrame) -> dict[str, str]:
    """Return the closest fake of each video of ``base`` that has one."""
    found: dict[str, str] = {}
    for column in ("identity", "source"):  # the source comes last and has precedence
        known = fakes[fakes[column] != ""].drop_duplicates(column).set_index(column)["video"]
        own = base[base[column].isin(known.index)]
        found |= dict(zip(own["video"], own[column].map(known), strict=True))
    return found


def _people(base: pd.DataFrame, partners: dict[str, dict[str, str]], columns: int) -> pd.DataFrame:
    """Return the videos of the columns: one of each person, most partners first."""
    count = [sum(video in each for each in partners.values()) for video in base["video"]]
    ranked = base.assign(partners=count).sort_values("partners", ascending=False, kind="stable")
    return _distinct(ranked).head(columns)


def _distinct(videos: pd.DataFrame) -> pd.DataFrame:
    """Return one video of each identity; videos without a known identity are all kept."""
    return videos[~videos.duplicated("identity") | (videos["identity"] == "")]


def _frame(slots: list[set[int]]) -> int:
    """Return the middle frame that all videos of a column have, else that of the first video."""
    common = set.intersection(*slots) or slots[0]
    return sorted(common)[len(common) // 2]


def _crops(
    crops: pd.DataFrame, videos: Sequence[str], frames: Sequence[int], slots: dict[str, set[int]]
) -> list[pd.Series | None]:
    """Return the crop of each video at the frame of its column, or its own middle one."""
    found: list[pd.Series | None] = []
    for video, frame in zip(videos, frames, strict=False):
        if not video:
            found.append(None)
            continue
        slot = frame if frame in slots[video] else sorted(slots[video])[len(slots[video]) // 2]
        found.append(crops.loc[(video, slot)])
    return found
