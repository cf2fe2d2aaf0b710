"""What a packet of Motion JPEG is needed for: nothing but itself, if it holds all its tables.

The segments of a JPEG file (ITU-T T.81, B.2) up to its first scan; each is 0xFF, its kind, its
length. A decoder keeps tables from picture to picture, so each that is used must be there.
"""

from collections.abc import Iterator

from deepfake_attribution.frames.packet_needs import Kind, Need

BASELINE, HUFFMAN, SCAN, QUANTISATION = 0xC0, 0xC4, 0xDA, 0xDB
BEGIN = b"\xff\xd8"


def mjpeg_kind(content: memoryview) -> Kind | None:
    """Return the kind of a packet, None unless it is one whole baseline picture, one scan."""
    whole = bytes(content)
    if not whole.startswith(BEGIN):
        return None
    known: set[tuple[str, int]] = set()
    used: set[tuple[str, int]] = set()
    parts = b""  # numbers of the picture's components
    for kind, segment, end in _segments(whole):
        if kind == QUANTISATION:
            known |= {("quantisation", table) for table in _quantisation(segment)}
        elif kind == HUFFMAN:
            known |= {("huffman", table) for table in _huffman(segment)}
        elif kind == BASELINE:
            parts = segment[6::3]
            used |= {("quantisation", table) for table in segment[8::3]}
        elif kind == SCAN:
            count = segment[0] if segment else 0
            if not parts or segment[1 : 2 * count + 1 : 2] != parts or BEGIN in whole[end:]:
                return None
            for tables in segment[2 : 2 * count + 2 : 2]:
                used |= {("huffman", tables >> 4), ("huffman", 16 | tables & 15)}
            return Kind(Need.START, b"") if used <= known else None
        elif 0xC0 <= kind <= 0xCF:  # another process than baseline
            return None
    return None


def _segments(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield kind, content and end of each segment, as long as they follow each other."""
    start = len(BEGIN)
    while start + 4 <= len(content) and content[start] == 0xFF:
        end = start + 2 + int.from_bytes(content[start + 2 : start + 4], "big")
        if end > len(content):
            return
        yield content[start + 1], content[start + 4 : end], end
        start = end


def _quantisation(segment: bytes) -> Iterator[int]:
    """Yield the numbers of the tables in a segment."""
    start = 0
    while start < len(segment):
        yield segment[start] & 15
        start += 1 + (128 if segment[start] >> 4 else 64)


def _huffman(segment: bytes) -> Iterator[int]:
    """Yield the numbers of the tables in a segment; 16 and more: of AC coefficients."""
    start = 0
    while start < len(segment):
        yield segment[start]
        start += 17 + sum(segment[start + 1 : start + 17])
