"""A sample of the crops if there are too many for a map: whole videos, stratified by class."""

import hashlib

import pandas as pd


def whole_videos(crops: pd.DataFrame, limit: int, seed: int) -> pd.DataFrame:
    """Return the crops of as many whole videos as ``limit`` crops allow, in their original order.

    The order of the videos depends only on ``seed`` and their keys, so the choice depends neither
    on the order of the rows nor on the machine. In that order the classes of each dataset alternate
    by their shares: any first part of it has about the same shares as the whole.

    Args:
        crops: ``video``, ``dataset`` and ``attack``, one row per crop.
        limit: maximum number of crops; one video is kept even if it has more.
        seed: of the draw.
    """
    if len(crops) <= limit:
        return crops
    videos = crops.groupby("video", sort=True).agg(
        {"dataset": "first", "attack": "first", "video": "size"}
    )
    videos = videos.rename(columns={"video": "crops"})
    videos["draw"] = [_draw(seed, key) for key in videos.index]
    videos = videos.sort_values("draw")
    classes = videos.groupby(["dataset", "attack"], sort=False)["draw"]
    videos["place"] = (classes.cumcount() + 0.5) / classes.transform("size")
    videos = videos.sort_values(["place", "draw"])
    fitting = int((videos["crops"].cumsum() <= limit).sum())
    kept = videos.index[: max(fitting, 1)]
    return crops[crops["video"].isin(kept)]


def _draw(seed: int, key: str) -> str:
    return hashlib.blake2b(f"{seed} {key}".encode(), digest_size=8).hexdigest()
