"""Reads lists of inputs: a table, a path per line, or standard input."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import pandas as pd

from deepfake_attribution.analyse.names import shown
from deepfake_attribution.catalog.table import read_table
from deepfake_attribution.core.errors import UserError

STDIN, LIST = "-", "@"  # a list on standard input; prefix of the name of a list
COLUMN = "path"  # of a list in CSV


def check_once(given: Sequence[str]) -> None:
    """Check that at most one argument is standard input, which can be read only once.

    Raises:
        UserError: several are.
    """
    if given.count(STDIN) > 1:
        raise UserError(
            f"{STDIN}: standard input is given twice, but can be read once: give it once"
        )


def table(path: Path) -> pd.DataFrame:
    """Return the table at ``path``, indexed by the number of the row.

    Raises:
        UserError: it cannot be read, or has no column `COLUMN`.
    """
    try:
        return read_table(path, COLUMN)
    except OSError as error:
        raise UserError(
            f"{shown(str(path))}: {error.strerror}; it should list a path per row"
        ) from None


def lines(path: Path) -> list[str]:
    """Return the lines of the file at ``path``.

    Raises:
        UserError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig", errors="surrogateescape").split("\n")
    except OSError as error:
        raise UserError(
            f"{shown(str(path))}: {error.strerror}; it should list a path per line"
        ) from None


def from_standard_input(stdin: TextIO | None) -> list[str]:
    """Return the lines of ``stdin``; None: of standard input of the process, which stays open.

    Raises:
        UserError: the process has none.
    """
    if stdin is not None:
        return stdin.read().split("\n")
    if sys.stdin is None:
        raise UserError(
            f"{STDIN}: there is no standard input: pipe a list into the command, or give @list.txt"
        )
    content = io.BytesIO(sys.stdin.buffer.read())
    return io.TextIOWrapper(content, "utf-8", "surrogateescape").read().split("\n")
