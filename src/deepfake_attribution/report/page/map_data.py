"""What the interactive maps show, from the tables of `maps`, `crop` and `evaluate`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate import over_seeds
from deepfake_attribution.figures.predictions import OWN, THRESHOLD
from deepfake_attribution.figures.style import Classes
from deepfake_attribution.report.page import map_columns, map_symbols, sprites

CROP = sprites.CROP
FRAME = "frame"


@dataclass(frozen=True)
class Crops:
    """All crops on any map, each once, and the videos that they are of.

    Attributes:
        rows: ``dataset``, ``video``, ``slot``, ``person``, ``frame``; the order of the sheets.
        videos: ``video``, ``dataset``, ``attack``, ``compression``; in the order of ``rows``.
        lost: frames of the videos without a crop: ``video``, ``slot``, ``why``.
    """

    rows: pd.DataFrame
    videos: pd.DataFrame
    lost: pd.DataFrame


def crops_of(points: Sequence[pd.DataFrame]) -> Crops:
    """Return the crops that ``points``, tables of `figures.maps.POINTS`, show."""
    columns = ["dataset", *CROP, "attack"]
    shown = pd.concat([table[columns] for table in points], ignore_index=True)
    order = ["dataset", "video", "person", "slot"]
    shown = shown.drop_duplicates(CROP).sort_values(order, ignore_index=True)
    videos = shown.drop_duplicates("video")[["video", "dataset", "attack"]]
    index, listed = [], []
    for dataset in videos["dataset"].unique():
        asked = tables.read(
            paths.index(paths.faces(dataset)), [*CROP, FRAME, "status", "reason", "faces"]
        )
        index.append(asked[asked["video"].isin(videos["video"])])
        listed.append(tables.read(paths.catalog(dataset), ["video", "compression"]))
    asked = pd.concat(index, ignore_index=True) if index else _nothing([*CROP, FRAME, "status"])
    compressions = pd.concat(listed) if listed else _nothing(["video", "compression"])
    rows = shown.merge(asked[[*CROP, FRAME]], on=CROP, how="left", validate="one_to_one")
    return Crops(
        rows[["dataset", *CROP, FRAME]],
        videos.merge(compressions, on="video", how="left").reset_index(drop=True),
        _lost(asked),
    )


def _nothing(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns)


def _lost(asked: pd.DataFrame) -> pd.DataFrame:
    lost = asked[asked["status"] != "ok"]
    why = lost["status"].where(lost.get("reason", "") == "", lost.get("reason"))
    return lost[["video", "slot"]].assign(why=why).sort_values(["video", "slot"])


def packed_crops(crops: Crops, sheets: list[str], classes: Classes) -> dict[str, Any]:
    """Return what all maps share: the videos, their crops, and where each thumbnail lies."""
    names, videos = classes.names(), crops.videos
    number = pd.Series(np.arange(len(videos)), index=videos["video"])
    databases, compressions = (sorted(videos[name].unique()) for name in ("dataset", "compression"))
    lost: dict[str, list[list[Any]]] = {}
    for video, slot, why in crops.lost[["video", "slot", "why"]].itertuples(index=False):
        lost.setdefault(str(number[video]), []).append([int(slot), why])
    return {
        "sheets": sheets,
        "side": sprites.SIDE,
        "across": sprites.ACROSS,
        "down": sprites.DOWN,
        "classes": [_shown(name, classes) for name in names],
        "databases": databases,
        "compressions": compressions,
        "videos": videos["video"].tolist(),
        "database": map_columns.whole(videos["dataset"].map(databases.index).to_numpy(int)),
        "attack": map_columns.whole(videos["attack"].map(names.index).to_numpy(int)),
        "compression": map_columns.whole(
            videos["compression"].map(compressions.index).to_numpy(int)
        ),
        "video": map_columns.whole(number[crops.rows["video"]].to_numpy(int)),
        "slot": map_columns.whole(crops.rows["slot"].to_numpy(int)),
        "person": map_columns.whole(crops.rows["person"].to_numpy(int)),
        "frame": map_columns.whole(crops.rows[FRAME].to_numpy(int)),
        "lost": lost,
    }


def _shown(name: str, classes: Classes) -> dict[str, str]:
    marker = classes.marker(name)
    return {
        "name": name,
        "label": classes.label(name),
        "colour": classes.colour(name),
        "symbol": map_symbols.symbol(marker),
        "outline": map_symbols.outline(marker),
    }


def packed_map(
    head: str,
    about: dict[str, Any],
    points: pd.DataFrame,
    crops: Crops,
    classes: Classes,
    seed: int,
) -> dict[str, Any]:
    """Return one map: places, and for each point its crop, class, score and neighbours.

    ``by`` says what colour, edge and filter go by: ``threshold`` where an approach names no class
    but real and fake (Binary), else the most probable ``class``. ``above`` is what the threshold
    says, of scores before they are rounded for the page: 0 fake, 1 real, 2 nothing.

    Args:
        head: whose map.
        about: its row of `figures.maps.MAPS`.
        points: its rows of `figures.maps.POINTS`.
        crops: that hold all of them.
        classes: their order and colours.
        seed: the training seed that the map is of.
    """
    numbers = crops.rows[CROP].assign(crop=np.arange(len(crops.rows)))
    rows = points.merge(numbers, on=CROP, how="left", validate="one_to_one")
    scores, threshold = _scores(head, about["predictions"], seed)
    rows = rows.merge(scores, on=CROP, how="left", validate="one_to_one")
    known = [*classes.names(), *sorted(rows["predicted"].unique())]
    predicted = [name for name in dict.fromkeys(known) if (rows["predicted"] == name).any()]
    near = rows["neighbours"]
    return {
        "x": map_columns.places(rows["x"].to_numpy(float)),
        "y": map_columns.places(rows["y"].to_numpy(float)),
        "crop": map_columns.whole(rows["crop"].to_numpy(int)),
        "predictions": [{"name": name, "colour": classes.colour(name)} for name in predicted],
        "predicted": map_columns.whole(rows["predicted"].map(predicted.index).to_numpy(int)),
        "score": map_columns.fractions(rows["score"].to_numpy(float)),
        "by": "threshold" if about["predictions"] == THRESHOLD else "class",
        "threshold": threshold,
        "above": map_columns.whole(_above(rows["score"].to_numpy(float), threshold)),
        "near": map_columns.whole(np.concatenate([*near, np.empty(0, int)]).astype(int)),
        "near_count": map_columns.whole(near.map(len).to_numpy(int)),
    }


def _above(score: NDArray[np.float64], threshold: float | None) -> NDArray[np.int64]:
    if threshold is None:
        return np.full(len(score), 2)
    return np.where(np.isnan(score), 2, score > threshold).astype(int)


def _scores(head: str, predictions: str, seed: int) -> tuple[pd.DataFrame, float | None]:
    """Return P(real) of every crop (`CROP`, ``score``), and the threshold on frames, if any."""
    scores = over_seeds.of_seed(tables.read(paths.frame_scores(head)), seed)
    results = over_seeds.of_seed(tables.read(paths.results(head) / "figures.parquet"), seed)
    approach = _approach(list(scores["approach"].unique()), predictions)
    own = results[(results["approach"] == approach) & (results["level"] == "frame")]
    known = own["threshold"].dropna()
    threshold = float(known.iloc[0]) if len(known) else None
    rows = scores[scores["approach"] == approach]
    if "person" not in rows:  # every video has one
        rows = rows.assign(person=0)
    return rows[[*CROP, "score"]], threshold


def _approach(approaches: list[str], predictions: str) -> str:
    """Return the one of a head's approaches that a map shows; empty where it has no scores."""
    fitted = predictions not in (OWN, THRESHOLD)
    fitting = [
        name for name in approaches if not fitted or name.endswith(f"-{predictions.upper()}")
    ]
    return fitting[0] if fitting else ""
