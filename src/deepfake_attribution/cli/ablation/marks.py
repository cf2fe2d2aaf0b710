"""A part of a text file that a command writes, between two marks that are comments in Markdown."""

from pathlib import Path

from deepfake_attribution.core import durable
from deepfake_attribution.core.errors import UserError


def write(path: Path, name: str, content: str) -> None:
    """Put ``content`` between the marks ``<!-- NAME -->`` and ``<!-- end of NAME -->`` of a file.

    Raises:
        UserError: the file or a mark is missing, or the marks are in the wrong order.
    """
    before, after = around(path, name)
    durable.write(f"{before}\n\n{content}\n\n{after}".encode(), path)


def around(path: Path, name: str) -> tuple[str, str]:
    """Return what a file has before and after the part, its marks included; raises as `write`."""
    first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, found, rest = text.partition(first)
    _, closed, after = rest.partition(last)
    if not found or not closed:
        raise UserError(
            f"{path}: there is no place for the table: write the lines '{first}' and '{last}'"
        )
    return before + first, last + after
