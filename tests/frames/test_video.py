import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import cv2
import numpy as np
import pytest
from av.video.frame import PictureType

from deepfake_attribution.frames import video
from deepfake_attribution.frames.decoding import Decoded, UnreadableError
from deepfake_attribution.frames.frame_choice import middles
from deepfake_attribution.frames.pictures import Pictures
from deepfake_attribution.frames.track_choice import Track
from deepfake_attribution.frames.video import Frame, beginning, take
from video_files import (
    all_by_av,
    all_by_cv2,
    damage,
    hide_beginning,
    pictures,
    turn,
    write_frames,
    write_song,
    write_sound,
)

FRAMES = pictures(40)


def statuses(frames: list[Frame]) -> list[tuple[int, int | None, str, str]]:
    return [(frame.slot, frame.frame, frame.status, frame.reason) for frame in frames]


def assert_same_as(path: Path, count: int, whole: list[np.ndarray]) -> list[Frame]:
    """Hold that the frames taken are those of a decode of the whole file, bit by bit."""
    taken = list(take(path, count))
    assert [frame.frame for frame in taken] == middles(len(whole), count)
    assert [frame.slot for frame in taken] == list(range(len(taken)))
    for frame in taken:
        assert frame.status == "ok" and frame.reason == "" and frame.frame is not None
        np.testing.assert_array_equal(frame.image, whole[frame.frame])
    return taken


def test_frames_of_h264_with_b_frames_are_those_of_a_whole_decode(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a b ü.mp4", FRAMES)
    with av.open(str(path)) as file:
        kinds = {PictureType(frame.pict_type).name for frame in file.decode(video=0)}
    assert {"I", "P", "B"} <= kinds
    taken = assert_same_as(path, 7, all_by_av(path))
    assert_same_as(path, 7, all_by_cv2(path))
    assert [frame.time_s for frame in taken] == [frame.frame / 25 for frame in taken]  # type: ignore[operator]
    # and they are the pictures that were encoded, each nearest to its own
    for frame in taken:
        away = [np.abs(frame.image.astype(int) - one).mean() for one in FRAMES]  # type: ignore[union-attr]
        assert int(np.argmin(away)) == frame.frame and min(away) < 12


def test_shorter_video_gives_all_its_frames(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "six.mp4", FRAMES[:6])
    assert len(assert_same_as(path, 15, all_by_av(path))) == 6
    path = write_frames(tmp_path / "one.mp4", FRAMES[:1])
    assert statuses(list(take(path, 15))) == [(0, 0, "ok", "")]


def test_variable_frame_rate_counts_frames_and_tells_their_times(tmp_path: Path) -> None:
    times = [20 * i + 3 * i * i for i in range(40)]
    path = write_frames(tmp_path / "vfr.mp4", FRAMES, times=times)
    taken = assert_same_as(path, 5, all_by_av(path))
    for frame in taken:
        assert frame.frame is not None
        assert frame.time_s == pytest.approx(times[frame.frame] / 1000, abs=1e-3)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_flag_is_honoured(tmp_path: Path, degrees: int) -> None:
    path = write_frames(tmp_path / "turned.mp4", FRAMES)
    turn(path, degrees)
    taken = assert_same_as(path, 4, all_by_cv2(path))
    stored = all_by_av(path)
    corners = {90: (0, -1), 180: (-1, -1), 270: (-1, 0)}  # clockwise from the upper left
    for frame in taken:
        assert frame.image is not None and frame.frame is not None
        np.testing.assert_array_equal(frame.image, np.rot90(stored[frame.frame], -degrees // 90))
        red, _, blue = frame.image[corners[degrees]]
        assert red > 180 and blue < 80


def test_frames_that_an_edit_list_hides_are_not_counted(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "cut.mp4", FRAMES, options={"bf": "0", "g": "40", "crf": "10"})
    hide_beginning(path, 10)
    whole = all_by_av(path)
    assert len(whole) == 30
    assert_same_as(path, 6, whole)
    assert_same_as(path, 6, all_by_cv2(path))


def test_folder_of_images_without_suffix_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (1, 2, 3, 9, 10, 11, 100):
        done, content = cv2.imencode(".png", np.full((8, 8, 3), number, np.uint8))
        assert done
        (tmp_path / str(number)).write_bytes(content)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    taken = list(take(tmp_path, 15))
    assert statuses(taken) == [(slot, slot, "ok", "") for slot in range(7)]
    seen = [int(frame.image[0, 0, 0]) for frame in taken]  # type: ignore[index]
    assert seen == [1, 2, 3, 9, 10, 11, 100]
    assert [frame.frame for frame in take(tmp_path, 3)] == [1, 3, 5]
    assert {frame.time_s for frame in taken} == {None}


def test_files_beside_the_images_of_a_folder_change_no_frame(tmp_path: Path) -> None:
    for number in range(24):
        cv2.imwrite(str(tmp_path / f"{number:03d}.jpg"), np.full((90, 160, 3), 10 * number, "u1"))
    alone = list(take(tmp_path, 15))
    for number in range(24):
        np.save(tmp_path / f"{number:03d}.npy", np.zeros(4))
        (tmp_path / f"{number:03d}.pts").write_text("x\n")
    for name in ("desktop.ini", "a.xml", "Thumbs.db"):
        (tmp_path / name).write_text("x\n")
    beside = list(take(tmp_path, 15))
    assert statuses(beside) == statuses(alone)
    # the middles of 15 equal parts of 24 images, by hand: floor((2 i + 1) 24 / 30)
    assert [frame.frame for frame in beside] == [
        0,
        2,
        4,
        5,
        7,
        8,
        10,
        12,
        13,
        15,
        16,
        18,
        20,
        21,
        23,
    ]
    for one, other in zip(alone, beside, strict=True):
        np.testing.assert_array_equal(one.image, other.image)


def test_images_of_a_folder_are_rgb_and_a_broken_one_is_named(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "frame2.png"), cv2.cvtColor(FRAMES[0], cv2.COLOR_RGB2BGR))
    (tmp_path / "frame10.png").write_bytes(b"no image")
    (tmp_path / "frame11.png").write_bytes(b"")
    good, *broken = take(tmp_path, 5)
    np.testing.assert_array_equal(good.image, FRAMES[0])
    assert statuses(broken) == [
        (1, 1, "damaged", "frame10.png is not an image"),
        (2, 2, "damaged", "frame11.png is not an image"),
    ]


def test_an_image_is_a_video_of_one_frame(tmp_path: Path) -> None:
    for end in ("png", "JPG", "webp"):
        cv2.imwrite(str(tmp_path / f"a.{end}"), cv2.cvtColor(FRAMES[0], cv2.COLOR_RGB2BGR))
        (taken,) = take(tmp_path / f"a.{end}", 15)
        assert statuses([taken]) == [(0, 0, "ok", "")] and taken.time_s is None
    (taken,) = take(tmp_path / "a.png", 15)
    np.testing.assert_array_equal(taken.image, FRAMES[0])
    (tmp_path / "b.png").write_bytes(b"no image")
    assert statuses(take(tmp_path / "b.png", 2)) == [(0, 0, "damaged", "b.png is not an image")]
    assert statuses(take(tmp_path / "c.png", 1)) == [(0, None, "missing", "no such file")]


def test_what_cannot_be_read_gives_every_row_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "zero.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("this is not a video\n" * 20)
    (tmp_path / "empty").mkdir()
    write_sound(tmp_path / "sound.mp4")
    write_song(tmp_path / "song.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    write_frames(tmp_path / "other.mp4", FRAMES[:3])
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile other.mp4\n")
    content = write_frames(tmp_path / "h264.mp4", FRAMES[:3]).read_bytes()
    (tmp_path / "strange.mp4").write_bytes(content.replace(b"avc1", b"zzz9"))
    expected = {
        "strange.mp4": ("unreadable", "FFmpeg does not know how the picture is encoded"),
        "gone.mp4": ("missing", "no such file"),
        "zero.mp4": ("unreadable", "the file is empty"),
        "text.mp4": ("unreadable", "text, not a video"),
        "empty": ("unreadable", "the folder holds no images"),
        "sound.mp4": ("unreadable", "the file has no picture, only sound or data"),
        "song.mp4": ("unreadable", "the file has no picture, only sound or data"),
        "pipe.mp4": ("unreadable", "neither a file nor a folder"),
        "loop.mp4": ("unreadable", os.strerror(errno.ELOOP)),
        "list.mp4": ("unreadable", "text, not a video"),
        "text.mp4/a.mp4": ("missing", "no such file"),
        "a\\b.mp4": ("missing", "no such file: write / between folders, not \\"),
        "x" * 300 + ".mp4": ("unreadable", os.strerror(errno.ENAMETOOLONG)),
    }
    for name, (status, reason) in expected.items():
        rows = list(take(tmp_path / name, 3))
        assert statuses(rows) == [(slot, None, status, reason) for slot in range(3)], name
        assert all(row.image is None and row.time_s is None for row in rows)


@pytest.mark.parametrize("name", ["concat:a.mp4", "pipe:0", "a%03d.mp4", "a'b\"c.mp4", "-i.mp4"])
def test_names_that_mean_something_to_ffmpeg_are_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write_frames(tmp_path / "a.mp4", FRAMES[:3]).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert statuses(list(take(Path(name), 1))) == [(0, 1, "ok", "")]


def test_forbidden_files_and_folders_say_so(unprivileged: Path) -> None:
    path = write_frames(unprivileged / "in/a.mp4", FRAMES[:3])
    path.chmod(0)
    assert [row.reason for row in take(path, 1)] == ["FFmpeg: Permission denied"]
    path.parent.chmod(0)
    assert [row.reason for row in take(path, 1)] == ["Permission denied"]
    assert [row.reason for row in take(path.parent, 1)] == ["Permission denied"]
    path.parent.chmod(0o700)


def test_frames_drawn_from_a_damaged_one_are_damaged_too(tmp_path: Path) -> None:
    options = {"bf": "0", "g": "10", "sc_threshold": "0", "crf": "18"}
    path = write_frames(tmp_path / "a.mp4", FRAMES, options=options)
    whole = all_by_av(path)
    damage(path, 13)
    repaired = all_by_av(path)
    assert [number for number in range(40) if (repaired[number] != whole[number]).any()] == list(
        range(13, 20)  # up to the next key frame
    )
    for frame in take(path, 40):
        assert frame.frame is not None
        if frame.frame in range(13, 20):
            assert frame.status == "damaged" and frame.image is None
        else:
            np.testing.assert_array_equal(frame.image, whole[frame.frame])
    reasons = {row.frame: row.reason for row in take(path, 40)}
    assert reasons[13] == "the decoder met damage here"
    assert reasons[19] == "it is drawn from frame 13, which is damaged"


def test_frames_too_large_to_keep_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_frames(tmp_path / "a.mp4", FRAMES)
    whole = all_by_av(path)
    made: list[int] = []
    opened = video.decoding.open_video

    def noted(path: Path) -> Any:
        made.append(1)
        return opened(path)

    monkeypatch.setattr(video.decoding, "open_video", noted)
    monkeypatch.setattr(video.sparse_decoding, "open_video", noted)
    assert_same_as(path, 7, whole)
    once = len(made)
    monkeypatch.setattr(video, "AT_ONCE", 3 * whole[0].size)
    assert_same_as(path, 7, whole)
    assert len(made) - once == once + 1  # looked at once more


def test_video_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "whole.mkv", FRAMES)
    whole = all_by_av(path)
    cut = tmp_path / "cut.mkv"
    content = path.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    taken = list(take(cut, 4))
    assert {frame.status for frame in taken} == {"ok"} and len(taken) == 4
    numbers = [frame.frame for frame in taken]
    assert numbers == sorted(set(numbers)) and max(numbers) < 35  # type: ignore[type-var]
    for frame in taken:
        np.testing.assert_array_equal(frame.image, whole[frame.frame])  # type: ignore[index]


def test_mp4_that_breaks_off_before_its_table_says_so(tmp_path: Path) -> None:
    content = write_frames(tmp_path / "whole.mp4", FRAMES).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    rows = list(take(tmp_path / "cut.mp4", 3))
    assert [row.status for row in rows] == ["unreadable"] * 3
    assert all(row.reason.startswith("FFmpeg: ") for row in rows)


def test_mp4_cut_behind_its_table_gives_frames_or_rows_that_say_why(tmp_path: Path) -> None:
    """With the table in front, a cut file opens: it may hold some frames, or not one packet."""
    path = tmp_path / "front.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        stream = file.add_stream("libx264", rate=25)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "yuv420p"
        for content in FRAMES:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(content, format="rgb24")))
        file.mux(stream.encode())
    content = path.read_bytes()
    cut = tmp_path / "cut.mp4"
    seen = set()
    for share in (0.98, 0.9, 0.8, 0.5, 0.3):
        cut.write_bytes(content[: int(len(content) * share)])
        rows = list(take(cut, 3))
        assert len(rows) == 3, share
        for row in rows:
            assert (row.image is not None) == (row.status == "ok") == (row.reason == "")
        seen |= {row.status for row in rows}
    assert {"ok", "unreadable"} <= seen


def test_colours_are_those_of_each_frame_by_itself_whatever_came_before() -> None:
    """The converter is one for all frames; in some videos size, format or range change."""
    random = np.random.default_rng(0)
    made = Pictures(Track(SimpleNamespace(sample_aspect_ratio=None), ""))  # type: ignore[arg-type]
    kinds = [
        (size, pix_fmt, colour_range, space)
        for size in ((48, 64), (34, 1026), (720, 1280))
        for pix_fmt in ("yuv420p", "yuv444p", "yuv422p", "rgb24")
        for colour_range in (0, 1, 2)
        for space in (1, 2, 6)
    ]
    random.shuffle(kinds)
    for (height, width), pix_fmt, colour_range, space in kinds:
        noise = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format=pix_fmt)
        frame.color_range, frame.colorspace = colour_range, space
        alone = frame.to_ndarray(format="rgb24")
        image = video._frame(Decoded(0, frame, -1), 0, made).image
        np.testing.assert_array_equal(image, alone)


def test_beginning_gives_the_first_frames_and_the_rate(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", FRAMES, rate=12)
    turn(path, 90)
    images, rate = beginning(path, 5)
    assert rate == 12 and len(images) == 5
    for image, reference in zip(images, all_by_cv2(path), strict=False):
        np.testing.assert_array_equal(image, reference)
    assert len(beginning(path, 1000)[0]) == 40
    (tmp_path / "text.mp4").write_text("no video")
    reasons = {
        "text.mp4": "text, not a video",
        "gone.mp4": "no such file",
        ".": "a folder of images has no frame rate",
    }
    for name, reason in reasons.items():
        with pytest.raises(UnreadableError) as stop:
            beginning(tmp_path / name, 5)
        assert str(stop.value) == reason


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "codec"),
    [("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4"), ("webm", "libvpx-vp9")],
)
def test_overwritten_bytes_anywhere_give_rows_and_raise_nothing(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    random = np.random.default_rng(0)
    path = write_frames(tmp_path / f"whole.{suffix}", FRAMES[:30], codec, options={})
    whole = path.read_bytes()
    for _ in range(150):
        content = bytearray(whole)
        length = int(random.integers(1, 60))
        start = int(random.integers(0, len(content) - length))
        content[start : start + length] = random.bytes(length)
        path.write_bytes(content)
        rows = list(take(path, 5))
        assert [row.slot for row in rows] == list(range(len(rows))) and rows
        for row in rows:
            assert (row.image is None) == bool(row.reason) == (row.status != "ok")


FORMATS = [
    ("vp9.webm", "libvpx-vp9", "yuv420p", {"cpu-used": "8", "auto-alt-ref": "1", "g": "12"}),
    ("vp9.mkv", "libvpx-vp9", "yuv420p", {"cpu-used": "8", "lag-in-frames": "16"}),
    ("vp8.webm", "libvpx", "yuv420p", {"cpu-used": "8", "auto-alt-ref": "1"}),
    ("hevc.mp4", "libx265", "yuv420p", {"x265-params": "log-level=none:bframes=4:keyint=12"}),
    ("hevc.mkv", "libx265", "yuv420p", {"x265-params": "log-level=none"}),
    ("mpeg4.avi", "mpeg4", "yuv420p", {"bf": "2", "g": "12"}),
    ("mpeg4.mp4", "mpeg4", "yuv420p", {"g": "12"}),
    ("mjpeg.avi", "mjpeg", "yuvj420p", {}),
    ("mjpeg.mov", "mjpeg", "yuvj420p", {}),
    ("h264.mkv", "libx264", "yuv420p", {"bf": "3", "g": "12"}),
    ("h264.avi", "libx264", "yuv420p", {"bf": "3", "g": "12"}),
    ("h264.mov", "libx264", "yuv420p", {"bf": "3", "g": "250"}),
    ("h264.ts", "libx264", "yuv420p", {"bf": "3", "g": "12"}),
    ("open_gop.mp4", "libx264", "yuv420p", {"x264-params": "open-gop=1:keyint=10:bframes=3"}),
    ("wide_colour.mp4", "libx264", "yuv444p", {}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "codec", "pix_fmt", "options"), FORMATS)
def test_frames_of_many_formats_are_those_of_a_whole_decode(
    tmp_path: Path, name: str, codec: str, pix_fmt: str, options: dict[str, str]
) -> None:
    path = write_frames(tmp_path / name, FRAMES, codec, pix_fmt, options)
    whole = all_by_av(path)
    assert len(whole) == len(FRAMES)
    assert_same_as(path, 7, whole)
    assert_same_as(path, 100, whole)
    # OpenCV converts some colour formats in its own way: alike, not to the bit
    for frame, reference in zip(take(path, 100), all_by_cv2(path), strict=True):
        assert np.abs(frame.image.astype(int) - reference).mean() < 3  # type: ignore[union-attr]
