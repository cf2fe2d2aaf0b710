"""What a packet is needed for, from bytes written by hand."""

import pytest

from deepfake_attribution.frames.packet_kinds import Kind, Need, reader

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
        ("mjpeg", None),
    ],
)
def test_what_is_not_known_has_no_reader(codec: str, extradata: bytes | None) -> None:
    assert reader(codec, extradata) is None
