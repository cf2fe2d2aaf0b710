"""The tables of the stage: maps of crops, how true they are, and example pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evidence_maps.regions import FAKE_SHARE, REGIONS

OCCLUSION, GRAD_CAM = "occlusion", "grad_cam"  # methods that draw a map
NUMBERS = (
    *("score", "strongest", "inside", "chance", "source_inside"),
    *("deletion", "deletion_random", "insertion", "insertion_random"),
    *(f"{FAKE_SHARE}{region}" for region in REGIONS),
)
CROPS = pa.schema(
    [
        *((name, pa.string()) for name in ("approach", "method", "dataset", "attack")),
        *((name, pa.string()) for name in ("video", "source", "group")),
        ("slot", pa.int32()),
        *((name, pa.float64()) for name in NUMBERS),
        ("reason", pa.string()),  # why there is no map, mask or region; else empty
    ]
)
EXAMPLES = pa.schema(
    [
        ("dataset", pa.string()),
        ("attack", pa.string()),
        ("video", pa.string()),
        ("approach", pa.string()),  # whose map it is; empty: the face with its mask
        ("score", pa.float64()),
        ("picture", pa.binary()),  # JPEG
    ]
)
DRAWN_SIDE = 96  # pixels of a picture in the table below; whole blocks of a JPEG
DRAWN = pa.schema(
    [
        *((name, pa.string()) for name in ("approach", "dataset", "video")),
        ("slot", pa.int32()),
        ("picture", pa.binary()),  # JPEG: the face below its map
    ]
)


def folder() -> Path:
    """Folder of everything that the stage writes."""
    return paths.DATA / "evidence_maps"


def results_path() -> Path:
    """Table of `results.rows`."""
    return folder() / "results.parquet"


def write(
    crops: Sequence[dict[str, Any]],
    results: pd.DataFrame,
    examples: Sequence[dict[str, Any]],
    drawn: Sequence[dict[str, Any]] = (),
) -> None:
    """Write the four tables; the same rows give the same bytes."""
    tables.write_rows([_filled(row, CROPS) for row in crops], folder() / "crops.parquet", CROPS)
    tables.write(results, results_path())
    filled = [_filled(row, EXAMPLES) for row in examples]
    tables.write_rows(filled, folder() / "examples.parquet", EXAMPLES)
    tables.write_rows(list(drawn), folder() / "drawn.parquet", DRAWN)


def read_results() -> pd.DataFrame:
    """Return `results.rows`; without a row if the stage is turned off."""
    return tables.read(results_path())


def read_crops() -> pd.DataFrame:
    """Return the rows of `CROPS`."""
    return tables.read(folder() / "crops.parquet")


def read_examples() -> list[dict[str, Any]]:
    """Return the rows of `EXAMPLES`."""
    return tables.read_rows(folder() / "examples.parquet")


def read_drawn() -> list[dict[str, Any]]:
    """Return the rows of `DRAWN`."""
    return tables.read_rows(folder() / "drawn.parquet")


def _filled(row: dict[str, Any], schema: pa.Schema) -> dict[str, Any]:
    return {name: row.get(name) for name in schema.names}
