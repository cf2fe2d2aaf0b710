"""Check that nothing is in two splits, and count what training and test are known to share.

A video's **footage** (column of a catalog, a list of names) is what must be in one split only:
the two clips that a fake of FaceForensics++ is made of, whichever dataset the fake is in. Without
the column it is the video's source clip. Where a dataset's own lists put people in two splits
(Celeb-DF's test list), it is empty; `overlap` counts what the splits share.
"""

from collections.abc import Iterable, Sequence

import pandas as pd

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import SPLITS

LEARNT = ("train", "val")
OVERLAP = ["dataset", "kind", "shared", "test_videos", "trained_videos", "names"]
NAMED = 5


def in_use(videos: pd.DataFrame, training: Sequence[str]) -> pd.DataFrame:
    """Return the videos trained or tested on: not the train and val splits of other datasets."""
    idle = videos["split"].isin(LEARNT) & ~videos["dataset"].isin(training)
    return videos[~idle]


def idle(videos: pd.DataFrame, training: Sequence[str]) -> dict[str, str]:
    """Return a line for each dataset that is only tested on and has train or val videos.

    These are listed and extracted, but not used (`in_use`), so a video that is meant for testing
    must not be among them.
    """
    unused = videos[videos["split"].isin(LEARNT) & ~videos["dataset"].isin(training)]
    lines = {}
    for dataset, rows in unused.groupby("dataset", sort=False):
        counts = " and ".join(f"{sum(rows['split'] == split)} {split}" for split in LEARNT)
        lines[str(dataset)] = (
            f"not used: {counts} videos of {dataset}: it is not in superset.datasets, so it is "
            "only tested on, with the videos that are listed as test"
        )
    return lines


def check_splits(videos: pd.DataFrame) -> None:
    """Check that no video and no footage is in two splits.

    Args:
        videos: rows of catalogs, of one dataset or several.

    Raises:
        UserError: names the first problem, and what to do.
    """
    splits = videos.groupby("video", sort=False)["split"].nunique()
    if (splits > 1).any():
        name = splits.index[splits > 1][0]
        raise UserError(f"the video '{name}' is in two splits: keep one")
    rows = _footage(videos)
    found = rows.groupby("footage", sort=True)["split"].nunique()
    leaked = found.index[found > 1]
    if not len(leaked):
        return
    own = rows[rows["footage"] == leaked[0]]
    first = own.drop_duplicates("split").set_index("split")
    there = [split for split in SPLITS if split in first.index][:2]
    one, other = (first.loc[split, "video"] for split in there)
    datasets = {str(first.loc[split, "dataset"]) for split in there}
    if len(datasets) == 1:
        remedy = "put a clip and all that was made from it into one split"
    else:
        remedy = "list them by the same split lists" + _again(datasets)
    named, _, clip = leaked[0].partition("/")
    raise UserError(
        f"dataset {named}: footage of '{clip}' is in both {there[0]} ({one}) and {there[1]} "
        f"({other}); {len(leaked)} such clips: {remedy}"
    )


def _again(datasets: Iterable[str]) -> str:
    stages = " ".join(f"catalog@{name}" for name in sorted(datasets))
    return f"; after a change of these, `dvc repro --force --single-item {stages}`"


def check_no_copies(crops: pd.DataFrame) -> None:
    """Check that no two videos of different splits or classes have identical pictures.

    Args:
        crops: a row per crop, in order: ``video``, ``attack``, ``split``, ``hash``.

    Raises:
        UserError: names the two videos.
    """
    columns = {"hash": "".join, "split": "first", "attack": "first"}
    videos = crops.groupby("video", sort=False).agg(columns)
    for _, same in videos[videos.duplicated("hash", keep=False)].groupby("hash", sort=False):
        for column in ("split", "attack"):
            if same[column].nunique() > 1:
                one = same.iloc[0]
                other = same[same[column] != one[column]].iloc[0]
                raise UserError(
                    f"the videos {one.name} ({one[column]}) and {other.name} "
                    f"({other[column]}) show the same pictures: one is a copy: keep one"
                )


def overlap(videos: pd.DataFrame, training: Sequence[str]) -> pd.DataFrame:
    """Return what test videos share with the videos trained on, within each dataset.

    Args:
        videos: rows of all catalogs.
        training: datasets of the superset.

    Returns:
        A row per dataset and ``kind`` that is shared: ``identity`` (the person seen in a test
        video is seen in, or is the donor of, a train or val video), ``donor`` (the same of the
        donor of a test video), ``source clip`` (a test video and a train or val video were made
        from one clip). ``shared`` counts names, ``test_videos`` and ``trained_videos`` the videos
        that have one of them; ``names`` lists the first few.
    """
    rows = []
    for name in dict.fromkeys(videos["dataset"]):
        own = videos[videos["dataset"] == name]
        test, learnt = own[own["split"] == "test"], own[own["split"].isin(LEARNT)]
        if name not in training or test.empty or learnt.empty:
            continue
        people = ("identity", "donor")
        for kind, mine, theirs in (
            ("identity", "identity", people),
            ("donor", "donor", people),
            ("source clip", "source", ("source",)),
        ):
            known = {value for column in theirs for value in learnt[column]} - {""}
            shared = sorted(known & set(test[mine]))
            if shared:
                both = learnt[list(theirs)].isin(shared).any(axis=1)
                listed = ", ".join(shared[:NAMED]) + (", ..." if len(shared) > NAMED else "")
                counts = (len(shared), int(test[mine].isin(shared).sum()), int(both.sum()))
                rows.append((name, kind, *counts, listed))
    return pd.DataFrame(rows, columns=OVERLAP)


def _footage(videos: pd.DataFrame) -> pd.DataFrame:
    """Return ``video``, ``dataset``, ``split`` and ``footage``: a row per video and name."""
    source = [
        [f"{dataset}/{source}"] if source else []
        for dataset, source in zip(videos["dataset"], videos["source"], strict=True)
    ]
    given = videos["footage"] if "footage" in videos else [None] * len(videos)
    # null where catalogs with and without the column were joined
    names = [
        own if one is None or isinstance(one, float) else list(one)
        for one, own in zip(given, source, strict=True)
    ]
    rows = videos[["video", "dataset", "split"]].assign(footage=names).explode("footage")
    return rows[rows["footage"].notna()]
