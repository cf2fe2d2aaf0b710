"""Videos and frames in parts whose decoded pictures fit into memory together."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from deepfake_attribution.faces.crop_rows import Asked

AT_ONCE = 256_000_000  # bytes of decoded frames that a worker holds; ten frames of 3840x2160
T = TypeVar("T")


def parts_of(block: list[list[Asked]]) -> Iterator[list[list[Asked]]]:
    """Split videos so that the decoded pictures of a part of several fit into `AT_ONCE`."""
    return _filled(block, lambda rows: sum(map(_bytes, rows)))


def batches_of(shown: list[Asked]) -> Iterator[list[Asked]]:
    """Split frames so that the decoded pictures of a part of several fit into `AT_ONCE`."""
    return _filled(shown, _bytes)


def _bytes(row: Asked) -> int:
    return row["height"] * row["width"] * 3 if row["status"] == "ok" else 0


def _filled(things: list[T], weight: Callable[[T], int]) -> Iterator[list[T]]:
    part: list[T] = []
    size = 0
    for thing in things:
        more = weight(thing)
        if part and size + more > AT_ONCE:
            yield part
            part, size = [], 0
        part.append(thing)
        size += more
    if part:
        yield part
