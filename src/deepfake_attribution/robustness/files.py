"""The tables of the stage: scores of damaged videos, and the figures made of them."""

from pathlib import Path

import pandas as pd

from deepfake_attribution.core import paths, tables


def folder() -> Path:
    """Folder of everything that the stage writes."""
    return paths.DATA / "robustness"


def write(scores: pd.DataFrame, results: pd.DataFrame, out: Path) -> None:
    """Write the two tables; the same rows give the same bytes.

    Args:
        scores: `scoring.SCHEMA`, with the dataset and the attack of each video.
        results: `results.rows`.
        out: the folder.
    """
    tables.write(scores, out / "scores.parquet")
    tables.write(results, out / "results.parquet")


def read_results() -> pd.DataFrame:
    """Return `results.rows`; without a row if the stage is turned off."""
    return tables.read(folder() / "results.parquet")
