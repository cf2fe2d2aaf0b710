"""Names of uploads: shown, and never used as paths."""

import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

LONGEST = 200  # signs, those of the suffix among them
SUFFIX = 8
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}  # control, direction, private, halves, line ends
UNNAMED = "video"


def shown(name: str) -> str:
    """Return the last part of ``name`` without signs that are not seen or turn others around."""
    last = re.split(r"[/\\]", name.strip())[-1]
    name = visible(last)
    if len(name) > LONGEST:
        end = Path(name).suffix[-SUFFIX:]
        name = name[: LONGEST - len(end)] + end
    return name.strip() or UNNAMED


def visible(text: str) -> str:
    """Return ``text`` with a replacement sign for each that cannot be seen."""
    return "".join("\ufffd" if unicodedata.category(sign) in INVISIBLE else sign for sign in text)


def attachment(name: str, suffix: str) -> str:
    """Return the ``Content-Disposition`` that saves a download as ``name`` + ``suffix``."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    whole = quote(re.sub(r"[/\\]", "_", name) + suffix, safe="")
    return f"attachment; filename=\"{plain}{suffix}\"; filename*=UTF-8''{whole}"
