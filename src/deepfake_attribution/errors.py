"""The one error that users see, and how a command ends with it."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """Something the user can mend: the message is one line saying what, where and what to do."""


def run(main: Callable[[], None]) -> None:
    """Call ``main``; a `UserError` becomes one line on stderr and exit code 1."""
    try:
        main()
    except UserError as error:
        sys.exit("error: " + " ".join(str(error).split()))
