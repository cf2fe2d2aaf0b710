"""What a packet of MPEG-4 part 2 is needed for (ISO/IEC 14496-2, 6.2.3 and 6.2.5).

The codec of OpenCV's and many older tools' mp4 files. A unit begins with 0, 0, 1 and its kind; of a
picture (VOP) only the first bytes are read. I-VOPs are drawn from nothing, so groups of pictures
begin there.

Two things are left to a decode of all frames, for what FFmpeg makes of them is not told by their
packets alone. Streams with B-VOPs: it guesses from the ends of pictures how the encoder fills them,
and after damage the guess, and with it a later picture, depended on whether B-VOPs were decoded.
Streams that libavcodec did not write: encoders are known that fill pictures in ways of their own.
"""

import re

from deepfake_attribution.frames.packet_needs import Kind, Need, Read

BEGIN = re.compile(rb"\x00\x00\x01(.)", re.DOTALL)
PICTURE, GROUP = 0xB6, 0xB3
LAYER = range(0x20, 0x30)
NEEDS = {0: Need.START, 1: Need.REFERENCE, 3: Need.REFERENCE}
LIBAVCODEC = b"\x00\x00\x01\xb2Lavc"  # how it signs


class _Bits:
    """Bits of some bytes, from the first on; zeros follow the last."""

    def __init__(self, content: bytes) -> None:
        self._value = int.from_bytes(content, "big")
        self._left = 8 * len(content)

    def take(self, count: int) -> int:
        self._left -= count
        wanted = self._value >> self._left if self._left >= 0 else self._value << -self._left
        return wanted & ((1 << count) - 1)

    @property
    def ended(self) -> bool:
        return self._left < 0


def mpeg4_reader(extradata: bytes) -> Read | None:
    """Return what tells the `Kind` of a packet; None for a stream that is not understood.

    What it returns gives None for a packet that is not one picture, shown, and drawn at most from
    earlier ones.

    Args:
        extradata: the decoder's configuration of the stream, with its VOL.
    """
    layers = [unit for unit in BEGIN.finditer(extradata) if unit[1][0] in LAYER]
    if len(layers) != 1 or LIBAVCODEC not in extradata:
        return None
    width = _width_of_times(extradata[layers[0].end() :])
    return None if width is None else lambda content: _kind(bytes(content), width)


def _width_of_times(layer: bytes) -> int | None:
    """Return how many bits ``vop_time_increment`` has, by the VOL; None if that is unusual."""
    bits = _Bits(layer[:40])
    bits.take(1 + 8)  # random access, type
    if bits.take(1):
        bits.take(4 + 3)  # version, priority
    if bits.take(4) == 15:
        bits.take(8 + 8)  # shape of a pixel
    if bits.take(1):
        bits.take(2 + 1)  # colours, low delay
        if bits.take(1):
            bits.take(79)  # buffer sizes
    if bits.take(2):  # not a rectangle
        return None
    bits.take(1)
    resolution = bits.take(16)
    return None if bits.ended or not resolution else max(1, (resolution - 1).bit_length())


def _kind(content: bytes, width: int) -> Kind | None:
    units = list(BEGIN.finditer(content))
    pictures = [unit for unit in units if unit[1][0] == PICTURE]
    if len(pictures) != 1 or pictures[0] is not units[-1] or units[0].start():
        return None
    need = _need(content[pictures[0].end() :], width)
    if need is None:
        return None
    ends = [unit.start() for unit in units[1:]]
    parts = zip(units, ends, strict=False)
    settings = [content[unit.start() : end] for unit, end in parts if unit[1][0] != GROUP]
    return Kind(need, b"".join(settings))


def _need(picture: bytes, width: int) -> Need | None:
    bits = _Bits(picture[:32])
    need = NEEDS.get(bits.take(2))
    while bits.take(1):  # a second has passed
        pass
    bits.take(1 + width)
    mark = bits.take(1)  # where it is missing, the decoder looks for another width of times
    shown = bits.take(1)  # else the decoder gives no frame, or the last one again
    return need if mark and shown and not bits.ended else None
