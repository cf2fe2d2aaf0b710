"""Read a dataset's list that is a JSON object: an entry per video, by its name."""

import json
from pathlib import Path
from typing import Any

from deepfake_attribution.core.errors import UserError


def read_entries(path: Path, kind: str) -> dict[str, dict[str, Any]]:
    """Return the entries of the list at ``path``, in its order.

    Args:
        path: a JSON file.
        kind: what comes with it, for the message: "DFDC".

    Raises:
        UserError: there is no such file, or it is no object of objects; names the entry.
    """
    again = f"get {kind}'s own file again"
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file: it comes with {kind}: copy it there") from None
    except ValueError as error:
        raise UserError(f"{path}: not JSON ({error}): {again}") from None
    if not isinstance(content, dict) or not content:
        raise UserError(f"{path}: not an object with an entry per video: {again}")
    for name, entry in content.items():
        if not isinstance(entry, dict):
            raise UserError(f"{path}: the entry of {name} is {json.dumps(entry)}: {again}")
    return content


def value_of(entry: dict[str, Any], key: str, allowed: dict[Any, str], where: str) -> str:
    """Return what the value under ``key`` means.

    Args:
        entry: of one video.
        key: of the value.
        allowed: the values that there are, and what each means.
        where: file and video, for the message.

    Raises:
        UserError: the value is another one, or not there.
    """
    value = entry.get(key)
    if isinstance(value, str | int) and not isinstance(value, bool) and value in allowed:
        return allowed[value]
    listed = ", ".join(json.dumps(one) for one in allowed)
    raise UserError(f"{where}: {key} is {json.dumps(value)}, not one of {listed}")
