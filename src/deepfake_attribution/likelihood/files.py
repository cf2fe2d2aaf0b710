"""The tables of the step: scores in, calibrations, ratios and results out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import ValidationError

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.durable import write
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.sources import sources
from deepfake_attribution.evaluate.scoring import APPROACH, KEY, OUT_OF_FOLD, SCORE
from deepfake_attribution.likelihood.calibration import Calibration, Scale
from deepfake_attribution.likelihood.fitting import Fit, Validation
from deepfake_attribution.likelihood.results import RATIO, Rated

CALIBRATIONS, RATIOS, RESULTS = "calibrations.json", "ratios.parquet", "results.parquet"
DECISIONS = "-SVM"  # ending of an approach whose scores are decision values, not P(real)
ABOUT = [KEY, "dataset", "attack", "split"]


def folder(head: str) -> Path:
    """Folder of the likelihood ratios of every approach on a head."""
    return paths.DATA / "likelihood" / head


@dataclass(frozen=True)
class Stored:
    """An entry of the file of calibrations.

    Attributes:
        approach, seed: which.
        calibration: None if there is none.
        reason: why there is none; else empty.
    """

    approach: str
    seed: int
    calibration: Calibration | None
    reason: str


def every_video(datasets: Sequence[str]) -> pd.DataFrame:
    """Return the val and test videos of all catalogs with their ``group``, indexed 0, 1, ...

    Args:
        datasets: all of params.yaml.
    """
    rows = pd.concat([tables.read(paths.catalog(name)) for name in datasets], ignore_index=True)
    # groups of all splits: a clip that joins two others may be outside these
    rows["group"] = rows[KEY].map(sources(rows))
    return rows[rows["split"].isin(["val", "test"])].reset_index(drop=True)


def scale_of(approach: str) -> Scale:
    """Return the scale of an approach's scores: only those of SVMs are decision values."""
    return "identity" if approach.endswith(DECISIONS) else "logit"


def read_scores(head: str) -> pd.DataFrame:
    """Return the scores per video of every approach and seed of a head, all finite."""
    path = paths.scores(head)
    found = tables.read(path)
    columns = [APPROACH, "seed", *ABOUT, SCORE, *([OUT_OF_FOLD] if OUT_OF_FOLD in found else [])]
    return found.loc[np.isfinite(found[SCORE]), columns]


def validation(
    rows: pd.DataFrame, approach: str, videos: pd.DataFrame, training: Sequence[str]
) -> tuple[Validation, pd.Index]:
    """Return what a calibration is fitted on, and which of ``rows`` these are.

    Args:
        rows: scores of one approach and seed, from `read_scores`.
        approach: its name.
        videos: from `every_video`.
        training: datasets whose validation videos count; no other video does.
    """
    own = rows[(rows["split"] == "val") & rows["dataset"].isin(training)]
    fitted = OUT_OF_FOLD in own and bool(own[OUT_OF_FOLD].notna().any())
    column = OUT_OF_FOLD if fitted else SCORE
    own = own[np.isfinite(own[column])]
    groups = videos.set_index(KEY)["group"]
    there = [name for name in training if name in set(own["dataset"])]
    found = Validation(
        own[column].to_numpy(np.float64),
        own["attack"].to_numpy(str),
        own[KEY].map(groups).to_numpy(str),
        there,
        "out_of_fold" if fitted else "held_out",
        scale_of(approach),
    )
    return found, own.index


def rated(rows: pd.DataFrame, approach: str, seed: int, fit: Fit, own: pd.Index) -> pd.DataFrame:
    """Return `ABOUT` of videos with approach, seed, score and log10 LR.

    Test videos have the ratio of the calibration, validation videos the cross-validated one.

    Args:
        rows: as for `validation`.
        approach, seed: which.
        fit: of `fitting.fit`.
        own: the validation rows that it was fitted on.
    """
    tested = rows[rows["split"] == "test"]
    ratios = np.full(len(tested), np.nan)
    if fit.calibration is not None:
        ratios = fit.calibration.log10_lr(tested[SCORE])
    parts = [
        rows.loc[own, [*ABOUT, SCORE]].assign(**{RATIO: fit.out_of_fold}),
        tested[[*ABOUT, SCORE]].assign(**{RATIO: ratios}),
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(**{APPROACH: approach, "seed": seed})[[APPROACH, "seed", *table.columns]]


def places(table: pd.DataFrame, videos: pd.DataFrame, one: Stored) -> Rated:
    """Return the ratios of those ``videos`` that have one.

    Args:
        table: from `rated`.
        videos: indexed 0, 1, and so on.
        one: the calibration that they were made with.
    """
    place = pd.Index(videos[KEY]).get_indexer(table[KEY])
    kept = (place >= 0) & table[RATIO].notna().to_numpy()
    ratios = table[RATIO].to_numpy(np.float64)
    return Rated(one.approach, one.seed, place[kept], ratios[kept], one.reason)


def write_calibrations(head: str, found: Sequence[Stored]) -> None:
    """Write the calibrations of a head as JSON; the same ones give the same bytes."""
    content = [
        {
            "approach": one.approach,
            "seed": one.seed,
            "calibration": one.calibration and one.calibration.model_dump(mode="json"),
            "reason": one.reason,
        }
        for one in found
    ]
    text = json.dumps(content, indent=2, allow_nan=False) + "\n"
    write(text.encode(), folder(head) / CALIBRATIONS)


def read_calibrations(head: str) -> list[Stored]:
    """Return what `write_calibrations` wrote.

    Raises:
        UserError: the file is missing, or is not such a file.
    """
    path = folder(head) / CALIBRATIONS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [_stored(one) for one in content]
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro likelihood` makes it") from None
    except (ValueError, KeyError, TypeError, ValidationError):
        raise UserError(
            f"{path}: not the calibrations that the stage 'likelihood' writes: "
            "`dvc repro --force --single-item likelihood` makes it anew"
        ) from None


def _stored(one: Mapping[str, object]) -> Stored:
    given = one["calibration"]
    found = None if given is None else Calibration.model_validate_json(json.dumps(given))
    return Stored(str(one["approach"]), int(str(one["seed"])), found, str(one["reason"]))


def read_results(heads: Sequence[str]) -> pd.DataFrame:
    """Return the results of all heads, in their order."""
    parts = [tables.read(folder(head) / RESULTS) for head in heads]
    return pd.concat(parts, ignore_index=True)


def read_ratios(heads: Sequence[str], seed: int) -> pd.DataFrame:
    """Return the ratios of all heads' approaches, of one training seed."""
    filters = [("seed", "==", seed)]
    parts = [tables.read(folder(head) / RATIOS, filters=filters) for head in heads]
    return pd.concat(parts, ignore_index=True)
