"""Lists of names in messages: the first ones, and how many more there are."""

from collections.abc import Sequence

MOST = 3  # names in a line


def some(names: Sequence[str], most: int = MOST) -> str:
    """Return the first ``most`` names, separated by commas, and how many more there are."""
    first = ", ".join(names[:most])
    return f"{first} and {len(names) - most} more" if len(names) > most else first


def first_lines(lines: Sequence[str], most: int) -> list[str]:
    """Return the first ``most`` lines, and a further one with how many more there are."""
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return [*lines[:most], *more]
