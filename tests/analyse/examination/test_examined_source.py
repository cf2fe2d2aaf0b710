"""Facts of a file: hashes, what the container names, and traces of editing."""

import hashlib
from pathlib import Path

import av
import pytest

from deepfake_attribution.analyse.examination import container, source, traces
from deepfake_attribution.core import images
from video_files import hide_beginning, pictures, write_frames, write_sound


def test_facts_of_a_video(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(12))
    found = source.read(path)
    assert found.kind == "video" and found.bytes == path.stat().st_size and not found.problem
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    seen = found.container
    assert seen is not None and seen.film_track is not None and seen.packets is not None
    assert (seen.film_track.codec, seen.film_track.width, seen.film_track.rate) == ("h264", 64, 25)
    assert seen.packets.count == 12 and seen.packets.all and seen.packets.key == 1
    assert seen.packets.shortest_s == seen.packets.longest_s == pytest.approx(0.04, abs=1e-3)
    named = traces.encoders(seen)
    assert [name for name in named if name.startswith("x264 - core")]
    assert [name for name in named if "Lavf" in name and "(the file)" in name]
    lines = traces.traces(found)
    assert "No sound." in lines and "No date of creation." in lines
    assert not [line for line in lines if "Variable" in line]


def test_edit_list_is_what_opening_without_it_changes(tmp_path: Path) -> None:
    """Frames that depend on later ones begin late in the track: the list takes that back."""
    found = source.read(write_frames(tmp_path / "a.mp4", pictures(12))).container
    assert found is not None and found.edit_list is not None
    assert found.edit_list.start_s == 0 and (found.edit_list.stored_start_s or 0) > 0
    plain = write_frames(tmp_path / "b.mp4", pictures(5), "mpeg4", options={})
    other = source.read(plain).container
    assert other is not None and other.edit_list is None


def with_header_first(path: Path, film: Path) -> bytes:
    """Return a copy of a film whose header precedes the frames, so that it opens if it is cut."""
    options = {"movflags": "faststart"}
    with av.open(str(film)) as given, av.open(str(path), "w", options=options) as copy:
        stream = copy.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(given.streams.video[0]):
            if packet.size:
                packet.stream = stream
                copy.mux(packet)
    return path.read_bytes()


def test_film_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    whole = with_header_first(path, write_frames(tmp_path / "b.mp4", pictures(60)))
    assert not [line for line in traces.traces(source.read(path)) if "header" in line]
    begin = whole.find(b"mdat")
    path.write_bytes(whole[: begin + (len(whole) - begin) // 2])
    found = source.read(path)
    assert found.container is not None and found.container.packets is not None
    count = found.container.packets.count
    assert 10 < count < 50
    assert (
        f"The header names 60 frames; {count} are there: the file may be cut short."
        in traces.traces(found)
    )


def test_frames_that_an_edit_list_hides_are_not_missing(tmp_path: Path) -> None:
    """FFmpeg does not read those that no shown frame needs."""
    path = write_frames(tmp_path / "a.mp4", pictures(60))
    hide_beginning(path, 40)
    found = source.read(path)
    assert found.container is not None and found.container.packets is not None
    assert found.container.packets.count == 60 and found.container.packets.left_out >= 20
    lines = traces.traces(found)
    assert not [line for line in lines if "cut short" in line]
    assert [line for line in lines if "of the 60 stored frames" in line]


def test_variable_frame_rate_is_told(tmp_path: Path) -> None:
    path = write_frames(tmp_path / "a.mkv", pictures(4), options={}, times=[0, 40, 80, 500])
    assert "Variable frame rate: 40.0 to 420.0 ms from frame to frame." in traces.traces(
        source.read(path)
    )


def test_dates_and_tools_are_told_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as file:
        file.metadata["creation_time"] = "2020-01-02T03:04:05Z"
        stream = file.add_stream("mpeg4", rate=25)
        stream.height = stream.width = 32
        for image in pictures(3, 32, 32):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        file.mux(stream.encode())
    seen = source.read(path).container
    assert seen is not None
    (date,) = traces.created(seen)
    assert date == "2020-01-02T03:04:05.000000Z (the file, track 0 (video))"


def test_reading_stops_at_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "PACKETS", 40)
    path = write_frames(tmp_path / "a.mp4", pictures(60), "mpeg4", options={})
    packets = container.read(path).packets
    assert packets is not None and packets.count == 40 and not packets.all


def test_what_is_no_film_has_its_hash_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0" * 500)
    found = source.read(tmp_path / "a.mp4")
    assert found.sha256 == hashlib.sha256(bytes(500)).hexdigest()
    assert found.container is None and found.problem.startswith("FFmpeg: ")
    assert source.read(tmp_path / "gone.mp4").problem == "no such file"
    sound = source.read(write_sound(tmp_path / "sound.m4a"))
    assert sound.container is not None and sound.container.film is None
    assert traces.traces(sound) == []


def test_still_image_and_folder_of_images(tmp_path: Path) -> None:
    for number, image in enumerate(pictures(2)):
        (tmp_path / f"{number}.jpg").write_bytes(images.encode(image, "jpeg", 90))
    still = source.read(tmp_path / "0.jpg")
    assert still.kind == "image" and still.container is not None and traces.traces(still) == []
    folder = source.read(tmp_path)
    listed = "".join(
        f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("0.jpg", "1.jpg")
    )
    assert folder.kind == "folder" and folder.files == 2
    assert folder.sha256 == hashlib.sha256(listed.encode()).hexdigest()
