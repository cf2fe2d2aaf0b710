"""From scores per frame to scores per video: the mean; videos without a score are kept.

If several people of a video have crops (``crop.subject: all``), each person has a mean, and the
video's score is the lowest of them: one swapped face makes a video fake.

A table of frame scores has one row per crop (and approach):

- ``video``: unique key of the video;
- ``person`` (optional): number of the person within the video; without it there is one;
- ``score``: P(real), or a decision value that grows with it;
- ``score_out_of_fold`` (optional): the same from a classifier that was not fitted on the video; NaN
  if there is none;
- ``score_degraded``, ``score_degraded_out_of_fold`` (optional): the same two of a degraded copy of
  the crop; NaN if there is none;
- ``approach`` (optional): name of the method, in a table of several;
- ``predicted`` (optional): name of the predicted class, or null;
- ``p_<class>`` (optional): P(class), NaN for approaches that predict no class (Binary) or have no
  probabilities (the SVM);
- ``dataset``, ``attack``, ``split``, ``compression`` (optional): from the catalog.
"""

import numpy as np
import pandas as pd

KEY = "video"
PERSON = "person"
APPROACH = "approach"
SCORE = "score"
OUT_OF_FOLD = "score_out_of_fold"
DEGRADED = "score_degraded"
DEGRADED_OUT_OF_FOLD = "score_degraded_out_of_fold"
# Further scores of a crop: by another classifier, or of a degraded copy.
OTHER_SCORES = [OUT_OF_FOLD, DEGRADED, DEGRADED_OUT_OF_FOLD]
PREDICTED = "predicted"
PROBABILITY = "p_"  # prefix of a class probability's column
ABOUT = ["dataset", "attack", "split", "compression"]
OK = "ok"
NO_FACE = "no_face"
NO_SCORE = "no_score"  # there are crops, but no score of one is a number


def video_scores(
    frames: pd.DataFrame,
    videos: pd.DataFrame | None = None,
    missing: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per video (and approach): the mean of the scores of a person's frames.

    Args:
        frames: scores per frame, see the module.
        videos: every video that should have a score (``video`` and the columns of the catalog);
            those without a frame are kept. If it is None, the result has only videos with a frame.
        missing: ``video``, ``status``, ``reason`` of videos without a crop, from `without_crop`.

    Returns:
        ``video``, ``approach`` if given, dataset, attack, split, compression as far as given,
        ``person`` if given (the one with the lowest score, the first of equal ones; the following
        columns belong to this person; null if there is no score), ``score`` and the further scores
        given (means; NaN if no frame has one; each further score is the lowest of all people,
        because it can be lowest for a different person), ``score_std`` (population standard
        deviation over the frames), ``n_frames``, ``predicted`` (the class with the largest mean
        probability; without probabilities the most frequent prediction, ties by name; null without
        either), mean ``p_<class>``, ``status`` (``ok``, or why there is no score) and ``reason``.
        Approaches are in the order of ``frames``, and the videos of each in the order of
        ``videos``, else of ``frames``.

    Frames with a score that is not finite (NaN or infinite, for example from a diverged training)
    do not count; a video that has only such frames has no score, and ``status`` says so.

    Raises:
        ValueError: a video is not listed in ``videos``, or is listed twice.
    """
    every, frames = frames, frames[np.isfinite(frames[SCORE])]
    keys = [APPROACH, KEY] if APPROACH in frames else [KEY]
    if PERSON in frames:
        scored = _least_real(_aggregate(frames, [*keys, PERSON]), keys)
    else:
        scored = _aggregate(frames, keys)
    if videos is None:
        about = every[[KEY, *_present(every)]].drop_duplicates()
    else:
        about = videos[[KEY, *_present(videos)]]
    if about[KEY].duplicated().any():
        twice = about.loc[about[KEY].duplicated(), KEY].iloc[0]
        raise ValueError(f"video {twice!r} is described twice, or in two ways")
    unknown = ~scored[KEY].isin(about[KEY])
    if unknown.any():
        first = scored.loc[unknown, KEY].iloc[0]
        raise ValueError(f"{int(unknown.sum())} scored videos are not listed, the first: {first!r}")
    table = about
    if APPROACH in frames:
        table = every[[APPROACH]].drop_duplicates().merge(about, how="cross")
    table = table.merge(scored, on=keys, how="left", validate="one_to_one")
    return _explain(table, missing, every.groupby(keys, observed=True).size().rename("crops"))


def without_crop(index: pd.DataFrame) -> pd.DataFrame:
    """Return ``video``, ``status``, ``reason`` of every video that has no face crop.

    Args:
        index: one row per frame asked for, with ``video``, ``status`` and ``reason``: the index
            of a dataset's faces.

    Returns:
        ``status`` is the most frequent one of the video's frames (ties by name), ``reason``
        counts them all and quotes the first reason given. In the order of ``index``.
    """
    order = index[KEY].drop_duplicates()
    lost = order[~order.isin(index.loc[index["status"] == OK, KEY])]
    rows = []
    groups = index[index[KEY].isin(lost)].groupby(KEY, sort=False)
    for video, frames in groups:
        counts = _most_frequent_first(frames["status"])
        parts = [f"{status} in {count} of {len(frames)} frames" for status, count in counts.items()]
        reasons = [reason for reason in frames["reason"].dropna() if reason]
        quoted = f" ({reasons[0]})" if reasons else ""
        rows.append((video, counts.index[0], ", ".join(parts) + quoted))
    return pd.DataFrame(rows, columns=[KEY, "status", "reason"])


def _present(table: pd.DataFrame) -> list[str]:
    return [name for name in ABOUT if name in table]


def _further(table: pd.DataFrame) -> list[str]:
    return [name for name in OTHER_SCORES if name in table]


def _aggregate(frames: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per group of ``keys`` that has frames."""
    probabilities = [name for name in frames if str(name).startswith(PROBABILITY)]
    means = [SCORE, *_further(frames), *probabilities]
    groups = frames.groupby(keys, sort=False, observed=True)
    table = groups[means].mean()
    table.insert(len(means) - len(probabilities), "score_std", groups[SCORE].std(ddof=0))
    table.insert(len(means) - len(probabilities) + 1, "n_frames", groups.size())
    table.insert(len(means) - len(probabilities) + 2, PREDICTED, _predict(frames, table, keys))
    return table.reset_index()


def _least_real(people: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return one row per group of ``keys``: the row of the person with the lowest score.

    Args:
        people: from `_aggregate`, a row per person; the index is 0, 1, and so on.
        keys: of a video.
    """
    groups = people.groupby(keys, sort=False, observed=True)
    table = people.loc[groups[SCORE].idxmin()]
    for name in _further(people):
        table[name] = groups[name].transform("min")[table.index]
    return table.astype({PERSON: "Int32"})  # with room for null


def _predict(frames: pd.DataFrame, table: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Return the predicted class of every row of ``table``, an object column of names or None."""
    predicted = pd.Series(None, index=table.index, dtype=object)
    if PREDICTED in frames and frames[PREDICTED].notna().any():
        votes = frames.groupby([*keys, PREDICTED], observed=True).size().rename("n").reset_index()
        votes = votes.sort_values("n", ascending=False, kind="stable").drop_duplicates(keys)
        winners = votes.set_index(keys)[PREDICTED].astype(object)
        predicted[winners.index] = winners
    probabilities = table.filter(regex=f"^{PROBABILITY}").dropna(how="all")
    if len(probabilities):
        names = [str(name).removeprefix(PROBABILITY) for name in probabilities.idxmax(axis=1)]
        predicted[probabilities.index] = pd.Series(names, index=probabilities.index, dtype=object)
    return predicted


def _most_frequent_first(names: pd.Series) -> pd.Series:
    """Return the count of each name, the largest first, ties by name."""
    return names.value_counts().sort_index().sort_values(ascending=False, kind="stable")


def _explain(table: pd.DataFrame, missing: pd.DataFrame | None, crops: pd.Series) -> pd.DataFrame:
    """Fill ``n_frames``, ``status`` and ``reason`` of every row, scored or not.

    Args:
        table: rows of videos.
        missing: as for `video_scores`.
        crops: how many crops a video has, with any score; indexed by the keys of the groups.
    """
    scored = table["n_frames"].notna()
    table["n_frames"] = table["n_frames"].fillna(0).astype(np.int64)
    listed = pd.DataFrame({KEY: [], "status": [], "reason": []}) if missing is None else missing
    if listed[KEY].duplicated().any():
        raise ValueError("`missing` lists a video twice")
    listed = listed.set_index(KEY)
    status = table[KEY].map(listed["status"]).astype(object).where(~scored, OK)
    reason = table[KEY].map(listed["reason"]).astype(object).where(~scored, "")
    table["status"] = status.where(status.notna(), NO_FACE)
    table["reason"] = reason.where(reason.notna(), "no frame of this video gave a face crop")
    given = table[crops.index.names].merge(crops.reset_index(), how="left")["crops"].to_numpy()
    lost = ~scored.to_numpy() & (given > 0)
    table.loc[lost, "status"] = NO_SCORE
    table.loc[lost, "reason"] = [
        f"the score of none of {n:.0f} crops is a number" for n in given[lost]
    ]
    return table


def without_number(table: pd.DataFrame) -> str:
    """Return a note on videos, or crops, with scores that are not finite; empty for none."""
    of_videos = "status" in table
    lost = table["status"] == NO_SCORE if of_videos else ~np.isfinite(table[SCORE])
    if not lost.any():
        return ""
    unit = "videos" if of_videos else "crops"
    return f"{int(lost.sum())} {unit} have a score that is not a number, and are not counted"
