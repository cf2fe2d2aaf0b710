"""Reads the tables of a bundle without letting a small file unfold into gigabytes.

What a table takes in memory is computed from its header first. Our tables hold mostly numbers that
hardly compress, so the memory is bounded by the size of the file.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from deepfake_attribution.analyse.bundle.files import AGAIN
from deepfake_attribution.core.errors import UserError

MB = 1_000_000
FREE, FACTOR = 64 * MB, 16  # bytes that any table may take, and times the size of its file
ROW = 200  # bytes that pandas takes for a row with a list


def read(path: Path, schema: pa.Schema) -> pd.DataFrame:
    """Return a table of a bundle.

    Args:
        path: of the file.
        schema: that it must have.

    Raises:
        UserError: it is not readable, has other columns, or would take too much memory.
    """
    try:
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(schema):
                raise UserError(f"{path}: has other columns than a bundle's: {AGAIN}")
            _check(path, _in_memory(file.metadata))
        table = pq.read_table(path, partitioning=None, read_dictionary=texts)
        _check(path, _texts(table, texts))
        return table.cast(schema).to_pandas()
    except (UserError, MemoryError):
        raise
    except Exception as error:  # Arrow's own kinds, and OSError without number
        raise UserError(f"{path}: not readable ({type(error).__name__}): {AGAIN}") from None


def _check(path: Path, needed: int) -> None:
    if needed > FREE + FACTOR * path.stat().st_size:
        raise UserError(
            f"{path}: would take {needed / MB:,.0f} MB of memory, far more than its size allows: "
            f"refused: {AGAIN}"
        )


def _in_memory(about: pq.FileMetaData) -> int:
    """Return the bytes of a table in memory, texts counted once, by its header."""
    values = packed = 0
    for group in range(about.num_row_groups):
        for column in range(about.num_columns):
            chunk = about.row_group(group).column(column)
            values += chunk.num_values
            packed += chunk.total_uncompressed_size
    return max(8 * values + ROW * about.num_rows, packed)


def _texts(table: pa.Table, names: Sequence[str]) -> int:
    """Return the bytes of columns of text, each text counted as often as it is there."""
    total = 0
    for name in names:
        for chunk in table.column(name).chunks:
            lengths = pc.binary_length(chunk.dictionary)
            total += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    return total
