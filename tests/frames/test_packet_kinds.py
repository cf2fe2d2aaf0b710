"""What a packet is needed for, from bytes written by hand."""

import pytest

from deepfake_attribution.frames.packet_kinds import reader
from deepfake_attribution.frames.packet_needs import Kind, Need

AVCC = bytes([1, 100, 0, 31, 0xFF])  # lengths of 4 bytes
HVCC = bytes([1, *[0] * 20, 0xFF])
START, REFERENCE, NOTHING = (Kind(need, b"") for need in (Need.START, Need.REFERENCE, Need.NOTHING))


def packet(*units: bytes, width: int = 4) -> memoryview:
    return memoryview(b"".join(len(unit).to_bytes(width, "big") + unit for unit in units))


def h264(kind: int, importance: int = 0) -> bytes:
    return bytes([importance << 5 | kind, 0x80, 0])


def h265(kind: int, level: int = 0, layer: int = 0, first: int = 0x80) -> bytes:
    return bytes([kind << 1 | layer >> 5, (layer & 31) << 3 | level + 1, first, 0])


@pytest.mark.parametrize(
    ("units", "kind"),
    [
        ([h264(5, 3)], START),
        ([h264(5, 3), h264(5, 3)], START),  # two slices
        ([h264(1, 2)], REFERENCE),
        ([h264(1, 0)], NOTHING),
        ([h264(9), h264(6), h264(1, 0), h264(12)], NOTHING),
        ([h264(7, 3), h264(8, 3), h264(5, 3)], Kind(Need.START, h264(7, 3) + h264(8, 3))),
        ([h264(1, 0), h264(1, 2)], None),  # slices that disagree
        ([h264(6)], None),  # no picture
        ([h264(2, 2)], None),  # data in partitions
        ([h264(20, 2)], None),  # another view
        ([h264(10), h264(5, 3)], None),  # the end of a sequence
        ([bytes([0x80 | 1])], None),  # a forbidden bit
        ([b"", h264(5, 3)], None),
        ([], None),
    ],
)
def test_h264(units: list[bytes], kind: Kind | None) -> None:
    read = reader("h264", AVCC)
    assert read is not None and read(packet(*units)) == kind


SETTINGS_265 = [h265(32), h265(33), h265(34)]


@pytest.mark.parametrize(
    ("units", "kind"),
    [
        ([h265(19)], START),
        ([h265(20)], START),
        ([h265(19, first=0xC0)], None),  # throws away what waits to be shown
        ([h265(21)], REFERENCE),  # frames before it are drawn from those before
        ([h265(1)], REFERENCE),
        ([h265(0)], NOTHING),
        ([h265(8)], NOTHING),
        ([h265(9)], REFERENCE),
        ([h265(35), h265(39), h265(0), h265(40)], NOTHING),
        ([*SETTINGS_265, h265(19)], Kind(Need.START, b"".join(SETTINGS_265))),
        ([h265(0, level=1)], None),
        ([h265(1, layer=1)], None),
        ([h265(1, layer=32)], None),
        ([h265(36), h265(1)], None),
        ([h265(1), h265(0)], None),
        ([h265(10)], None),
        ([b"\x02\x01"], None),  # too short
    ],
)
def test_h265(units: list[bytes], kind: Kind | None) -> None:
    read = reader("hevc", HVCC)
    assert read is not None and read(packet(*units)) == kind


def bits(text: str) -> bytes:
    """Return bytes of zeros and ones, filled up with ones as a picture is."""
    digits = text.replace(" ", "")
    return int(digits.ljust(-(-len(digits) // 8) * 8, "1"), 2).to_bytes(-(-len(digits) // 8), "big")


def unit(kind: int, content: bytes = b"") -> bytes:
    return b"\x00\x00\x01" + bytes([kind]) + content


def vol(resolution: int) -> bytes:
    """Return the beginning of a VOL: version 1, square pixels, low delay, a rectangle."""
    return unit(0x20, bits(f"0 00000001 1 0001 001 0001 1 01 1 0 00 1 {resolution:016b} 1 0 1 0"))


SIGNED = unit(0xB2, b"Lavc61.1.100")


def vop(kind: int, time: str, seconds: int = 0, mark: int = 1, shown: int = 1) -> bytes:
    return unit(0xB6, bits(f"{kind:02b} {'1' * seconds}0 1 {time} {mark} {shown} 0101 1100 1010"))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (vop(0, "00000"), START),
        (vop(1, "00001"), REFERENCE),
        (vop(3, "00001"), REFERENCE),  # with a motion of the whole
        (vop(2, "00001"), None),  # drawn from a later one
        (vop(1, "11000", seconds=3), REFERENCE),
        (vop(1, "11000", seconds=400), None),
        (vop(1, "00001", shown=0), None),
        (vop(1, "00001", mark=0), None),
        (unit(0xB3, b"\x00\x10\x07") + vop(0, "00000"), START),
        (vol(25) + SIGNED + vop(0, "00000"), Kind(Need.START, vol(25) + SIGNED)),
        (vop(0, "00000") + vop(1, "00001"), None),  # two
        (vop(0, "00000") + unit(0xB1), None),
        (b"\x00" + vop(0, "00000"), None),
        (unit(0xB6), None),
        (vol(25), None),
        (b"", None),
    ],
)
def test_mpeg4(content: bytes, kind: Kind | None) -> None:
    read = reader("mpeg4", unit(0xB0, b"\x01") + vol(25) + SIGNED)
    assert read is not None and read(memoryview(content)) == kind


@pytest.mark.parametrize(
    ("resolution", "width"), [(1, 1), (2, 1), (24, 5), (25, 5), (33, 6), (30000, 15), (65535, 16)]
)
def test_mpeg4_times_are_as_wide_as_the_largest(resolution: int, width: int) -> None:
    read = reader("mpeg4", vol(resolution) + SIGNED)
    assert read is not None and read(memoryview(vop(1, "0" * width))) == REFERENCE
    assert read(memoryview(vop(1, "0" * width, shown=0))) is None


def jpeg(*parts: tuple[int, bytes], rest: bytes = b"\x12\x34\xff\xd9") -> memoryview:
    segments = [bytes([0xFF, kind]) + (len(s) + 2).to_bytes(2, "big") + s for kind, s in parts]
    return memoryview(b"\xff\xd8" + b"".join(segments) + rest)


QUANTISED = (0xDB, bytes([0, *[1] * 64]))
CODES = (0xC4, b"".join(bytes([table, 2, *[0] * 15, 4, 5]) for table in (0x00, 0x10)))
COLOUR = bytes([8, 0, 48, 0, 64, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0])
SCAN = (0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0]))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (jpeg(QUANTISED, CODES, (0xC0, COLOUR), SCAN), START),
        (jpeg((0xE0, b"AVI1"), QUANTISED, (0xC0, COLOUR), CODES, SCAN), START),
        (jpeg(CODES, (0xC0, COLOUR), SCAN), None),  # tables of an earlier picture
        (jpeg(QUANTISED, (0xC0, COLOUR), SCAN), None),
        (jpeg(QUANTISED, (0xC4, CODES[1][:19]), (0xC0, COLOUR), SCAN), None),  # half of them
        (jpeg(QUANTISED, CODES, (0xC2, COLOUR), SCAN), None),  # progressive
        (jpeg(QUANTISED, CODES, (0xC0, COLOUR), (0xDA, bytes([1, 1, 0, 0, 63, 0]))), None),
        (jpeg(QUANTISED, CODES, SCAN), None),
        (jpeg(QUANTISED, CODES, (0xC0, COLOUR)), None),
        (jpeg(QUANTISED, CODES, (0xC0, COLOUR), SCAN, rest=b"\x12\xff\xd8\xff\xd9"), None),  # two
        (jpeg((0xDB, b"\x00"), (0xC4, b"\x00"), (0xC0, b"\x08"), (0xDA, b"")), None),
        (memoryview(b"\xff\xd8\xff\xdb\x01\x00"), None),
        (memoryview(b""), None),
    ],
)
def test_mjpeg(content: memoryview, kind: Kind | None) -> None:
    read = reader("mjpeg", None)
    assert read is not None and read(content) == kind


def test_lengths_of_other_widths_and_those_that_do_not_add_up() -> None:
    read = reader("h264", AVCC[:4] + b"\xfd")  # 2 bytes
    assert read is not None
    assert read(packet(h264(1, 1), width=2)) == REFERENCE
    whole = bytes(packet(h264(6), h264(1, 1), width=2))
    assert read(memoryview(whole)) == REFERENCE
    assert read(memoryview(whole[:-1])) is None
    assert read(memoryview(whole + b"\x00")) is None


@pytest.mark.parametrize(
    ("codec", "extradata"),
    [
        ("h264", None),
        ("h264", b""),
        ("h264", b"\x00\x00\x00\x01\x67"),  # a stream with start codes
        ("h264", b"\x01"),
        ("hevc", AVCC),
        ("vp9", b"\x01\x00\x00\x00\x00"),
        ("mpeg4", AVCC),
        ("mpeg4", None),
        ("mpeg4", vol(25)),  # another encoder
        ("mpeg4", vol(0) + SIGNED),
        ("mpeg4", vol(25) + vol(25) + SIGNED),
        ("mpeg4", vol(25)[:6]),
    ],
)
def test_what_is_not_known_has_no_reader(codec: str, extradata: bytes | None) -> None:
    assert reader(codec, extradata) is None
