"""Counts, shares, percentages and scores as text; shares are never rounded to all or nothing."""


def counted(count: int, what: str) -> str:
    """Return a count with its noun: ``1 video``, ``2 videos``."""
    return f"{count} {noun(count, what)}"


def noun(count: int, what: str) -> str:
    """Return a noun as it follows a count: ``video``, ``videos``."""
    return what if count == 1 else f"{what}s"


def share(value: float) -> str:
    """Return a share in [0, 1] in percent; only 0 and 1 become 0 % and 100 %."""
    return percent(100 * value, 0)


def percent(value: float | None, decimals: int = 1) -> str:
    """Return a figure in percent; it is not rounded to 0 or 100."""
    if value is None:
        return "not known"
    text, least = f"{value:.{decimals}f}", 10.0**-decimals
    if value > 0 and float(text) == 0:
        return f"less than {least:g} %"
    if value < 100 and float(text) == 100:
        return f"more than {100 - least:g} %"
    return f"{text} %"


def number(value: float) -> str:
    """Return a score with three decimals, without a sign for zero."""
    text = f"{value:.3f}"
    return "0.000" if text == "-0.000" else text
