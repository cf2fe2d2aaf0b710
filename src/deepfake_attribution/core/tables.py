"""Parquet in and out: whole files, written to a temporary name and renamed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deepfake_attribution.core.errors import UserError, naming

AT_ONCE = 1000  # rows that are dicts at the same time


class Rows:
    """The rows of an Arrow table as dicts, which are made as they are asked for.

    A dict of an index takes 1 to 2 KB, a row of the Arrow table a sixth of that or less, and an
    index has millions of rows.

    Args:
        table: of them all.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for start in range(0, len(self), AT_ONCE):
            yield from self.between(start, start + AT_ONCE)

    def between(self, start: int, stop: int) -> list[dict[str, Any]]:
        """Return the rows from ``start`` to before ``stop``, None for null."""
        rows: list[dict[str, Any]] = self.table.slice(start, stop - start).to_pylist()
        return rows


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
    write_arrow(arrow.replace_schema_metadata(None), path)


def write_rows(rows: list[dict[str, Any]], path: Path, schema: pa.Schema) -> None:
    """Write ``rows`` (None for null) as columns of ``schema``, as `write` does."""
    write_arrow(pa.Table.from_pylist(rows, schema=schema), path)


def write_arrow(table: pa.Table, path: Path) -> None:
    """Write an Arrow table as it is, as `write` does."""
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


def open_rows(path: Path) -> Rows:
    """Read the table at ``path``; its rows are made when they are asked for; raises as `read`."""
    return Rows(_read(path, None))


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
