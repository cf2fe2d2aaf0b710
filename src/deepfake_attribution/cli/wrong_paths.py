"""Mistaken paths of a command, such as a file where a folder is needed, become one line."""

import errno
import os
from collections.abc import Callable

from deepfake_attribution.analyse.places import WRONG
from deepfake_attribution.core.errors import UserError

REASONS = WRONG | {errno.EISDIR: "is a folder"}


def naming_wrong_paths(command: Callable[[], None]) -> None:
    """Call ``command``.

    Raises:
        UserError: it was given a path that the system cannot use.
    """
    try:
        command()
    except OSError as error:
        if error.errno not in REASONS or error.filename is None:
            raise
        where = os.fsdecode(error.filename)
        raise UserError(f"{where}: {REASONS[error.errno]}; give another path") from None
