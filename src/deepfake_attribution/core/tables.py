"""Parquet in and out: whole files, written to a temporary name and renamed."""

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deepfake_attribution.core.errors import UserError, naming


def write(table: pd.DataFrame, path: Path, schema: pa.Schema | None = None) -> None:
    """Write ``table`` to ``path`` so that a reader sees the old file or the whole new one.

    With a ``schema``, columns take its order and types, and extra columns follow. The same table
    gives the same bytes: the index is dropped, and neither time nor host is stored.
    """
    if schema is None:
        arrow = pa.Table.from_pandas(table, preserve_index=False)
    else:
        extra = [name for name in table.columns if name not in schema.names]
        arrow = pa.Table.from_pandas(table[schema.names], schema=schema, preserve_index=False)
        for name in extra:
            arrow = arrow.append_column(name, pa.array(table[name], from_pandas=True))
    _write(arrow.replace_schema_metadata(None), path)


def write_rows(rows: list[dict[str, Any]], path: Path, schema: pa.Schema) -> None:
    """Write ``rows`` (None for null) as columns of ``schema``, as `write` does."""
    _write(pa.Table.from_pylist(rows, schema=schema), path)


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with naming(path):
            pq.write_table(table, temporary, compression="zstd")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read(
    path: Path, columns: list[str] | None = None, filters: list[tuple[str, str, Any]] | None = None
) -> pd.DataFrame:
    """Read the table at ``path``; with ``filters`` (column, operator, value), those rows only.

    Raises:
        UserError: the file is missing or is not parquet.
    """
    return _read(path, columns, filters).to_pandas()


def read_rows(path: Path, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """Read the rows at ``path``, None for null and whole numbers as int; raises as `read`."""
    return _read(path, columns).to_pylist()


def _read(
    path: Path, columns: list[str] | None, filters: list[tuple[str, str, Any]] | None = None
) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns, filters=filters, partitioning=None)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro` makes it") from None
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # an error of the disk, not of the content
        raise UserError(f"{path}: not a readable parquet file ({error})") from None
