"""Names of files, which may hold anything, as they can be shown; and the order of names."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePath

from deepfake_attribution.frames import video


def shown(text: str) -> str:
    """Return ``text`` in characters that a terminal and a page can show, in one line.

    Characters that move a terminal's cursor, turn the text around them or are not seen become
    escapes, so that different names stay different; bytes that are not UTF-8 become U+FFFD.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign.isprintable() or unicodedata.category(sign) == "Zs":  # spaces that do not break
        return sign
    if "\ud800" <= sign <= "\udfff":  # how Python keeps a byte that is not UTF-8
        return "\ufffd"
    return sign.encode("unicode_escape").decode()


def natural(path: str) -> list[list[tuple[int, str]]]:
    """Return what orders paths folder by folder, numbers by their value: 2 before 10."""
    return [video.natural(Path(part)) for part in PurePath(path).parts]


def common_folder(paths: Sequence[str]) -> str:
    """Return the folder that all paths begin with; empty where that says nothing."""
    try:
        common = os.path.commonpath([str(PurePath(path).parent) for path in paths])
    except ValueError:  # no path, or some relative and some absolute
        return ""
    if common in (".", "/") or not all(PurePath(path).is_relative_to(common) for path in paths):
        return ""  # the second: a path that begins with //
    return common


def parted(path: str) -> tuple[str, str]:
    """Return the folder of ``path``, or nothing, and the name in it; both as they can be shown."""
    folder, name = os.path.split(path)
    return (shown(folder), shown(name)) if name else ("", shown(path))


def page_name(path: str) -> str:
    """Return a name for what is written about ``path``: readable, and unlike any other path's."""
    digest = hashlib.blake2b(path.encode("utf-8", "surrogateescape"), digest_size=5).hexdigest()
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", PurePath(path).stem).strip("-")[:48]
    return f"{stem}-{digest}" if stem else digest
