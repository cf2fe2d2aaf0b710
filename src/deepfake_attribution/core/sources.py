"""Groups of videos that were made from the same source videos, and so depend on each other.

Cross-validation of classifiers keeps a group in one fold, and confidence intervals draw it as a
whole.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def sources(videos: pd.DataFrame) -> pd.Series:
    """Return the group of every video: reals and fakes that share a source video are in one group.

    A source is a name of the video's ``footage`` (both clips of a FaceForensics++ pair, whatever
    the dataset of the fake); if that is empty, its ``source`` clip; if that is empty, too, the
    video is a group of its own. A video with two sources joins their groups: the two originals of
    a pair and all fakes of both are one group. Sources that show the same person are not joined.

    Args:
        videos: rows of catalogs: ``video``, ``dataset``, ``source`` and, if catalogs have it,
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
    """Return the leader of a name's group, and shorten the path to it."""
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name
