"""Frames that are decoded alone are those of a decode of all, whatever the file."""

from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from deepfake_attribution.frames import decoding, sparse_decoding, video
from deepfake_attribution.frames.decoding import (
    NO_LIMIT,
    Limit,
    UnreadableError,
    open_video,
    video_stream,
)
from deepfake_attribution.frames.frame_choice import middles
from deepfake_attribution.frames.packet_kinds import Kind, Need
from deepfake_attribution.frames.pictures import Pictures
from deepfake_attribution.frames.sparse_decoding import (
    Plan,
    RefusedError,
    Survey,
    frames_at,
    survey,
)
from deepfake_attribution.frames.video import Frame, take
from video_files import B_FRAMES, damage, hide_beginning, pictures, turn, write_frames

FRAMES = pictures(60)
H264, H265 = "libx264", "libx265"
SURE = "bframes=3:b-adapt=0:keyint=12:mbtree=0"  # with trees, x264's bytes differ at times
Row = tuple[int, int | None, float | None, str, str]


def row(frame: Frame) -> Row:
    return (frame.slot, frame.frame, frame.time_s, frame.status, frame.reason)


def from_all(path: Path, count: int) -> list[Frame]:
    """Return the rows that a decode of all frames gives."""
    with open_video(path) as container:
        wanted = middles(survey(container, NO_LIMIT).count, count)
        made = Pictures(decoding.main_track(container))
    choose = partial(middles, count=count)
    return list(video._from_all(path, wanted, choose, NO_LIMIT, made))


def assert_same(frames: list[Frame], reference: list[Frame]) -> None:
    assert [row(frame) for frame in frames] == [row(frame) for frame in reference]
    for frame, other in zip(frames, reference, strict=True):
        assert (frame.image is None) == (other.image is None)
        np.testing.assert_array_equal(frame.image, other.image)


def refusal(path: Path, count: int) -> str:
    """Return why all frames are decoded; empty if they are not."""
    with open_video(path) as container:
        found = survey(container, NO_LIMIT)
        try:
            chosen = sparse_decoding.plan(found, middles(found.count, count))
            list(frames_at(container, found.held or [], chosen, NO_LIMIT))
        except RefusedError as error:
            return str(error)
    return ""


def x264(text: str) -> dict[str, str]:
    return {"preset": "veryfast", "x264-params": text}


def x265(text: str = "") -> dict[str, str]:
    return {"preset": "ultrafast", "x265-params": f"log-level=none:{text}"}


FORMATS = [  # name, codec, colours, options, whether frames are left out
    ("b.mp4", H264, "yuv420p", B_FRAMES, True),
    ("b.mkv", H264, "yuv420p", B_FRAMES, True),
    ("b.mov", H264, "yuv420p", B_FRAMES, True),
    ("b.avi", H264, "yuv420p", B_FRAMES, False),
    ("b.ts", H264, "yuv420p", B_FRAMES, False),
    ("long.mp4", H264, "yuv420p", x264("keyint=250:bframes=3:b-pyramid=normal"), True),
    ("colour.mp4", H264, "yuv444p", x264("keyint=250:bframes=3"), True),
    ("ten_bit.mkv", H264, "yuv420p10le", x264("bframes=3"), True),
    ("slices.mp4", H264, "yuv420p", x264("slices=3:bframes=3"), True),
    ("deep.mp4", H264, "yuv420p", x264("bframes=8:b-adapt=0:ref=6:b-pyramid=strict"), True),
    ("open.mp4", H264, "yuv420p", x264("open-gop=1:keyint=10:bframes=3"), True),
    ("refresh.mp4", H264, "yuv420p", x264("intra-refresh=1:keyint=10"), True),
    ("no_b.mp4", H264, "yuv420p", x264("bframes=0:keyint=8"), True),
    ("intra.mp4", H264, "yuv420p", x264("keyint=1"), True),
    ("fields.mp4", H264, "yuv420p", x264("tff=1:bframes=2"), False),
    ("h265.mp4", H265, "yuv420p", x265("bframes=4:keyint=12:open-gop=0"), True),
    ("h265.mkv", H265, "yuv420p", x265("bframes=4:keyint=12:b-adapt=0"), True),
    ("h265_open.mp4", H265, "yuv420p", x265("bframes=4:keyint=10:open-gop=1"), True),
    ("h265_leading.mp4", H265, "yuv420p", x265("bframes=4:keyint=10:open-gop=0:radl=2"), True),
    ("h265_levels.mp4", H265, "yuv420p", x265("bframes=4:temporal-layers=3"), False),
    ("h265_deep.mkv", H265, "yuv420p10le", x265("bframes=8:b-adapt=0:rc-lookahead=20"), True),
    ("vp9.webm", "libvpx-vp9", "yuv420p", {"cpu-used": "8", "auto-alt-ref": "1", "g": "12"}, False),
    ("vp8.webm", "libvpx", "yuv420p", {"cpu-used": "8", "auto-alt-ref": "1"}, False),
    ("mpeg4.mp4", "mpeg4", "yuv420p", {"g": "12"}, False),
    ("mjpeg.avi", "mjpeg", "yuvj420p", {}, False),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "codec", "pix_fmt", "options", "left_out"), FORMATS)
def test_every_format_gives_the_frames_of_a_whole_decode(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, options: dict[str, str], left_out: bool
) -> None:
    path = write_frames(tmp_path / name, FRAMES, codec, pix_fmt, options)
    for count in (1, 2, 7, 15, 59, 60, 100):
        assert_same(list(take(path, count)), from_all(path, count))
    assert (refusal(path, 5) == "") == left_out


def test_what_no_wanted_frame_is_drawn_from_is_not_decoded(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", FRAMES)  # in groups of 12
    with open_video(path) as container:
        found = survey(container, NO_LIMIT)
        chosen = sparse_decoding.plan(found, [30])
    (group,) = chosen.groups
    starts = [place for place, kind in enumerate(found.kinds) if kind.need is Need.START]
    assert len(starts) == 5 and group[0] == starts[2]  # frames 24 to 35
    assert found.times[group[-1]] == sorted(found.times)[30]  # nothing after it
    spare = [place for place in group[:-1] if found.kinds[place].need is Need.NOTHING]
    assert not spare
    assert_same(list(take(path, 1)), from_all(path, 1))


def test_videos_of_one_frame_and_of_fewer_than_asked_for(tmp_path: Path) -> None:
    for length in (1, 2, 6):
        path = write_frames(tmp_path / f"{length}.mp4", FRAMES[:length])
        assert refusal(path, 15) == ""
        assert_same(list(take(path, 15)), from_all(path, 15))
        assert len(list(take(path, 15))) == length


def test_times_rotation_and_uneven_steps_are_kept(tmp_path: Path) -> None:
    times = [20 * i + 3 * i * i for i in range(60)]
    path = write_frames(tmp_path / "a.mp4", FRAMES, times=times)
    turn(path, 90)
    assert refusal(path, 7) == ""
    frames = list(take(path, 7))
    assert_same(frames, from_all(path, 7))
    assert frames[0].image is not None and frames[0].image.shape == (64, 48, 3)


def test_hidden_frames_are_left_to_a_whole_decode(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", FRAMES, options={"bf": "0", "g": "60"})
    hide_beginning(path, 10)
    assert "hidden" in refusal(path, 6)
    assert_same(list(take(path, 6)), from_all(path, 6))
    assert len(list(take(path, 100))) == 50


def test_damage_that_the_decoder_sees_is_told_as_by_a_whole_decode(tmp_path: Path) -> None:
    options = {"bf": "0", "g": "10", "sc_threshold": "0", "crf": "18"}
    path = write_frames(tmp_path / "a.mp4", FRAMES, options=options)
    damage(path, 33)
    frames = list(take(path, 20))
    assert_same(frames, from_all(path, 20))
    told = {frame.frame: frame.reason for frame in frames if frame.status == "damaged"}
    assert told == {
        34: "it is drawn from frame 33, which is damaged",
        37: "it is drawn from frame 33, which is damaged",
    }


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_files_that_break_off_give_the_same_rows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    with av.open(
        str(path), "w", options={"movflags": "faststart"} if suffix == "mp4" else {}
    ) as file:
        stream = file.add_stream(H264, rate=25, options=B_FRAMES)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "yuv420p"
        for content in FRAMES:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(content, format="rgb24")))
        file.mux(stream.encode())
    whole = path.read_bytes()
    cut = tmp_path / f"cut.{suffix}"
    for share in range(35, 100, 4):
        cut.write_bytes(whole[: len(whole) * share // 100])
        try:
            reference = from_all(cut, 5)
        except UnreadableError:
            assert {frame.status for frame in take(cut, 5)} == {"unreadable"}
            continue
        assert_same(list(take(cut, 5)), reference)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "codec", "options"),
    [
        ("mp4", H264, x264(SURE)),
        ("mkv", H264, x264(SURE)),
        ("mp4", H265, x265("bframes=4:keyint=12")),
    ],
)
def test_no_damage_anywhere_changes_a_frame_that_is_given(
    tmp_path: Path, suffix: str, codec: str, options: dict[str, str]
) -> None:
    """A whole decode may see more damage, in frames that nobody asked for.

    Where damage costs it such a frame, it counts one less, and takes others.
    """
    random = np.random.default_rng(0)
    path = write_frames(tmp_path / f"whole.{suffix}", FRAMES, codec, options=options)
    whole = path.read_bytes()
    seen = {"same": 0, "other": 0}
    for _ in range(150):
        content = bytearray(whole)
        length = int(random.integers(1, 60))
        start = int(random.integers(0, len(content) - length))
        content[start : start + length] = random.bytes(length)
        path.write_bytes(content)
        frames = list(take(path, 7))
        try:
            reference = from_all(path, 7)
        except UnreadableError:
            assert {frame.status for frame in frames} == {"unreadable"}
            continue
        same = [row(frame) for frame in frames] == [row(frame) for frame in reference]
        seen["same" if same else "other"] += 1
        if refusal(path, 7):  # so it was a whole decode
            continue
        every = pixels(path)
        for frame in frames:
            if frame.image is not None:
                assert any(np.array_equal(frame.image, one) for one in every[frame.time_s])
    assert seen["same"] > 4 * seen["other"]


def pixels(path: Path) -> dict[float | None, list[np.ndarray | None]]:
    """Return all frames of a file by their times (damage makes some alike), damaged ones too."""
    with open_video(path) as container:
        made = Pictures(decoding.main_track(container))
        frames = [replace(frame, broken=-1) for frame in decoding.frames_of(container)]
    images: dict[float | None, list[np.ndarray | None]] = defaultdict(list)
    for frame in frames:
        images[frame.content.time].append(video._frame(frame, 0, made).image)
    return images


def test_a_file_of_more_than_is_held_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_frames(tmp_path / "a.mp4", FRAMES)
    reference = list(take(path, 7))
    monkeypatch.setattr(sparse_decoding, "HELD", 1000)
    with open_video(path) as container:
        found = survey(container, NO_LIMIT)
    assert found.held is None and not found.refused and found.count == 60
    assert_same(list(take(path, 7)), reference)
    monkeypatch.setattr(video, "AT_ONCE", 10_000)  # two frames
    assert_same(list(take(path, 7)), reference)


@pytest.mark.parametrize("start", ["survey", "frames_at", "frames_of"])
def test_a_video_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    """Time passes from the named function on, one second at each look."""
    now = [0.0]
    ticking = [False]

    def clock() -> float:
        now[0] += ticking[0]
        return now[0]

    module = decoding if start == "frames_of" else sparse_decoding
    original = getattr(module, start)

    def begun(*arguments: Any) -> Any:
        ticking[0] = True
        return original(*arguments)

    monkeypatch.setattr(module, start, begun)
    codec, name = ("mpeg4", "a.avi") if start == "frames_of" else (H264, "a.mp4")
    path = write_frames(tmp_path / name, FRAMES, codec, options={"bf": "2"})
    told = [row(frame) for frame in take(path, 3, max_seconds=5, clock=clock)]
    reason = "took longer than extract.max_seconds = 5"
    assert told == [(slot, None, None, "unreadable", reason) for slot in range(3)]
    assert now[0] < 10  # it stopped at once
    now[0], ticking[0] = 0.0, False
    frames = list(take(path, 3, max_seconds=500, clock=clock))
    assert [frame.frame for frame in frames] == [10, 30, 50]


def found(needs: str, times: list[int], depth: int = 2, settings: bytes = b"") -> Survey:
    """Return a survey: S a start, R a reference, n what nothing needs."""
    kinds = {"S": Kind(Need.START, settings), "R": Kind(Need.REFERENCE, b"")}
    kinds["n"] = Kind(Need.NOTHING, b"")
    return Survey(len(times), times, [kinds[need] for need in needs], depth)


def test_plan_by_hand() -> None:
    #        shown: 0  1  2  3  4 | 5  6  7
    seen = found("SRnRnSnR", [0, 20, 10, 40, 30, 50, 60, 70])
    assert sparse_decoding.plan(seen, [0]).groups == [[0]]
    assert sparse_decoding.plan(seen, [1]).groups == [[0, 1, 2]]
    assert sparse_decoding.plan(seen, [3]).groups == [[0, 1, 3, 4]]
    assert sparse_decoding.plan(seen, [4]).groups == [[0, 1, 3]]
    assert sparse_decoding.plan(seen, [7]).groups == [[5, 7]]
    assert sparse_decoding.plan(seen, [1, 6]).groups == [[0, 1, 2], [5, 6]]
    assert sparse_decoding.plan(seen, [1, 6]).numbers == {10: 1, 60: 6}


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (found("", []), "the first picture does not stand alone"),
        (found("RS", [0, 1]), "the first picture does not stand alone"),
        (found("SRR", [0, 1, 1]), "two packets have the same time"),
        (found("SRRn", [0, 3, 2, 1], depth=1), "the decoder would have to guess the order"),
        (found("SRS", [0, 9, 5]), "groups of pictures overlap"),
    ],
)
def test_plan_refuses_what_a_whole_decode_may_count_otherwise(seen: Survey, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        sparse_decoding.plan(seen, [])


def test_settings_that_change_on_the_way_are_refused() -> None:
    same = found("SRSR", [0, 1, 2, 3], settings=b"a")
    assert sparse_decoding.plan(same, [3]).groups == [[2, 3]]
    same.kinds[2] = Kind(Need.START, b"b")
    with pytest.raises(RefusedError, match="settings change"):
        sparse_decoding.plan(same, [3])
    same.kinds[2] = Kind(Need.START, b"a")
    same.kinds[1] = Kind(Need.REFERENCE, b"a")
    with pytest.raises(RefusedError, match="settings change"):
        sparse_decoding.plan(same, [3])


def test_packets_that_do_not_give_their_frames_are_refused(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", FRAMES)
    with open_video(path) as container:
        seen = survey(container, NO_LIMIT)
        group = list(range(12))
        headless = list(range(1, 12))
        for chosen, packets, reason in (
            (Plan([group], seen.times, {}, 2), (seen.held or [])[:3], "not what it was"),
            (Plan([group], seen.times[1:], {}, 2), seen.held or [], "not what it was"),
            (Plan([headless], seen.times, {}, 2), seen.held or [], "place|gave no frame"),
        ):
            with pytest.raises(RefusedError, match=reason):
                list(frames_at(container, packets, chosen, NO_LIMIT))
            video_stream(container).codec_context.flush_buffers()


def test_limit_counts_from_where_it_begins() -> None:
    now = [100.0]
    limit = Limit(2.5, lambda: now[0])
    now[0] = 102.5
    limit.check()
    now[0] = 102.6
    with pytest.raises(UnreadableError, match=r"^took longer than extract.max_seconds = 2.5$"):
        limit.check()
