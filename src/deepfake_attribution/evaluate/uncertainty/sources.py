"""Which videos stand or fall together: those that were made from the same source videos."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def sources(videos: pd.DataFrame) -> pd.Series:
    """Return the group of every video: reals and fakes that share a source video are in one.

    A source is a name of the video's ``footage`` (both clips of a FaceForensics++ pair, whichever
    dataset the fake is in); where that is empty, its ``source`` clip; where there is none either,
    the video is a group of its own. Groups that a video joins are one: the two originals of a
    pair and all fakes of both. People who are seen in several sources are not joined.

    Args:
        videos: rows of catalogs: ``video``, ``dataset``, ``source`` and, where catalogs have it,
            ``footage``.

    Returns:
        The name of the group (the first of its sources in alphabetical order), by ``video``.
    """
    named = [_names(row) for row in videos.to_dict("records")]
    leader: dict[str, str] = {}
    for names in named:
        for name in names:
            leader.setdefault(name, name)
        for name in names[1:]:
            one, other = sorted((_first(leader, names[0]), _first(leader, name)))
            leader[other] = one
    groups = [_first(leader, names[0]) for names in named]
    return pd.Series(groups, index=pd.Index(videos["video"], name="video"), dtype=object)


def _names(row: dict[str, object]) -> Sequence[str]:
    footage = row.get("footage")
    if isinstance(footage, Sequence | np.ndarray) and len(footage):  # null in joined catalogs
        return [str(name) for name in footage]
    return [f"{row['dataset']}/{row['source']}" if row["source"] else f"video {row['video']}"]


def _first(leader: dict[str, str], name: str) -> str:
    """Return the leader of a name's group, and shorten the way to it."""
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name
