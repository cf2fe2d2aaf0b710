"""Data for the page's scripts, as scripts: a page that is opened from disk may fetch nothing."""

import json
import math
from typing import Any

DIGITS = 5  # significant ones of a fraction: more than a screen shows


def script(name: str, value: Any) -> bytes:
    """Return a script that gives ``value`` to the page as ``name``.

    Args:
        name: that the page's scripts ask for.
        value: lists, mappings, text, numbers. Fractions keep `DIGITS`; NaN becomes null.
    """
    content = json.dumps(_plain(value), ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return f"window.page.put({json.dumps(name)}, {content});\n".encode("ascii")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    if number.is_integer() and abs(number) < 1e15:
        return int(number)  # 12, not 12.0
    return float(f"{number:.{DIGITS}g}")
