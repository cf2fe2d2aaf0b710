"""Find what the packets of a video are needed for, from their first bytes, without decoding.

H.264 (ITU-T H.264, 7.3.1 and table 7-1) and H.265 (ITU-T H.265, 7.3.1.2 and table 7-1), as mp4,
mov and mkv hold them: each unit follows its length, and its header is enough.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum


class Need(Enum):
    """What depends on a packet."""

    START = "what comes before it is no longer needed"
    REFERENCE = "others are drawn from it"
    NOTHING = "no other is drawn from it"


@dataclass(frozen=True)
class Kind:
    """What a packet is needed for, and the settings of the decoder that it brings with it."""

    need: Need
    settings: bytes


Read = Callable[[memoryview], Kind | None]


def reader(codec: str, extradata: bytes | None) -> Read | None:
    """Return a function from a packet to its `Kind`; None for an unknown codec or form.

    The function returns None for a packet that an encoder of whole pictures does not write: a
    damaged one, or one with units that affect other packets.

    Args:
        codec: FFmpeg's name.
        extradata: the decoder's configuration of the stream; for H.264 and H.265 its first byte
            is 1 where units follow their lengths.
    """
    if not extradata or extradata[0] != 1:
        return None
    if codec == "h264" and len(extradata) > 4:
        width = (extradata[4] & 3) + 1
        return lambda content: _h264(content, width)
    if codec == "hevc" and len(extradata) > 21:
        width = (extradata[21] & 3) + 1
        return lambda content: _hevc(content, width)
    return None


def _units(content: memoryview, width: int) -> Iterator[memoryview]:
    """Yield the units of a packet; an empty one where lengths do not add up."""
    start = 0
    while start < len(content):
        end = start + width + int.from_bytes(content[start : start + width], "big")
        if end > len(content):
            yield content[:0]
            return
        yield content[start + width : end]
        start = end


def _h264(content: memoryview, width: int) -> Kind | None:
    needs, settings = set(), b""
    for unit in _units(content, width):
        if not unit or unit[0] & 0x80:
            return None
        kind, importance = unit[0] & 31, unit[0] >> 5
        if kind == 5:
            needs.add(Need.START)
        elif kind == 1:
            needs.add(Need.REFERENCE if importance else Need.NOTHING)
        elif kind in (7, 8):
            settings += unit
        elif kind not in (6, 9, 12):  # messages (SEI), delimiter, filler
            return None
    return Kind(needs.pop(), settings) if len(needs) == 1 else None


def _hevc(content: memoryview, width: int) -> Kind | None:
    needs, settings = set(), b""
    for unit in _units(content, width):
        # with layers and temporal levels, "no reference" holds within one level only
        if len(unit) < 3 or unit[0] & 0x81 or unit[1] != 1:
            return None
        kind = unit[0] >> 1
        if kind in (19, 20):
            if unit[2] & 0x40:  # pictures not yet shown are discarded
                return None
            needs.add(Need.START)
        elif kind <= 9:
            needs.add(Need.REFERENCE if kind % 2 else Need.NOTHING)
        elif kind == 21:
            needs.add(Need.REFERENCE)
        elif kind in (32, 33, 34):
            settings += unit
        elif kind not in (35, 38, 39, 40):
            return None
    return Kind(needs.pop(), settings) if len(needs) == 1 else None
