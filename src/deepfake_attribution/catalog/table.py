"""Read a user's table strictly: CSV as spreadsheets write it, or parquet."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from deepfake_attribution.core.errors import UserError

DELIMITERS = ",;\t"  # a spreadsheet set to a language with decimal commas writes semicolons
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_table(path: Path, column: str, last: str = "") -> pd.DataFrame:
    """Return the table at ``path``, every value a stripped string, indexed by the row's number.

    CSV may be separated by commas, semicolons or tabs, and be UTF-8 or, with a byte order mark,
    UTF-16. Rows are numbered as in spreadsheets: the line of names is row 1, and empty rows are
    left out, but counted. In parquet the first row is row 1.

    Args:
        path: ends in .parquet, or it is CSV.
        column: a column that must be there; also used to find the separating character.
        last: name of the last column if it has none (CSV only); without it, such a column is
            left out and must be empty.

    Raises:
        UserError: there is no such file, or it is no such table; names the row.
    """
    try:
        table = _parquet(path) if path.suffix == ".parquet" else _csv(path, column, last)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: it lists one video per row") from None
    except IsADirectoryError:
        raise UserError(f"{path}: a folder, not a table that lists one video per row") from None
    if column not in table:
        raise UserError(f"{path}: no column '{column}'; it has {', '.join(table.columns)}")
    return table


def _parquet(path: Path) -> pd.DataFrame:
    try:
        table = pq.read_table(path, partitioning=None).to_pandas()
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # an error of the disk, not of the content
        raise UserError(f"{path}: not a readable parquet table ({error})") from None
    table = table.reset_index(drop=True)
    _check_names([str(name).strip() for name in table.columns], path)
    table.columns = [str(name).strip() for name in table.columns]
    table.index += 1
    text = table.astype(object).where(table.notna(), "").astype(str)
    return text.apply(lambda values: values.str.strip())


def _csv(path: Path, column: str, last: str) -> pd.DataFrame:
    text = _text(path)
    if not text.strip():
        raise UserError(f"{path}: the file is empty")
    rows = _rows(text, _delimiter(text, column), path)
    _, names = next(rows, (1, []))
    if last and names and not names[-1]:
        names[-1] = last
    while names and not names[-1]:  # a comma at the end of every line
        names.pop()
    _check_names(names, path)
    numbers, content = [], []
    for number, values in rows:
        if not any(values):
            continue
        if any(values[len(names) :]):
            raise UserError(
                f"{path}, row {number}: {len(values)} fields, but row 1 has {len(names)} names; a "
                'field that holds the separator needs quotes: "a, b.mp4"'
            )
        numbers.append(number)
        content.append((values + [""] * len(names))[: len(names)])
    return pd.DataFrame(content, index=numbers, columns=names, dtype=object)


def _text(path: Path) -> str:
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith(UTF16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{path}, line {line}: neither UTF-8 nor parquet: save the table as 'CSV UTF-8'"
        ) from None
    if "\0" in text:
        raise UserError(f"{path}: holds zero bytes: save the table as 'CSV UTF-8'")
    return text


def _delimiter(text: str, column: str) -> str:
    """Return the character that makes ``column`` a name in the first line; else the comma."""
    for delimiter in DELIMITERS:
        first = io.StringIO(text, newline="")
        names = next(csv.reader(first, delimiter=delimiter, skipinitialspace=True), [])
        if column in (name.strip() for name in names):
            return delimiter
    return ","


def _rows(text: str, delimiter: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 0
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UserError(
                f"{path}, row {number}: not CSV ({error}): look at its quotes"
            ) from None
        yield number, [value.strip() for value in values]


def _check_names(names: list[str], path: Path) -> None:
    for place, name in enumerate(names, start=1):
        if not name:
            raise UserError(f"{path}: column {place} has no name in the first row")
        if names.count(name) > 1:
            raise UserError(f"{path}: two columns are called '{name}': rename one")
