"""Three hundred broken files: no crash, no hang, nothing left behind, and a reason for each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import VideoResult
from small_bundle import bundle
from video_files import pictures, write_frames

pytestmark = pytest.mark.slow
COUNT = 300  # each kind of damage twelve times in each container
KINDS = [
    ("mp4", "libx264"),
    ("mkv", "libx264"),
    ("avi", "mpeg4"),
    ("webm", "libvpx"),
    ("mov", "mjpeg"),
]
FRAMES = 2
STATUSES = {"no_face", "unreadable", "damaged", "too_long", "too_few_faces"}


def broken(content: bytes, number: int) -> bytes:
    """Return ``content`` cut off, with bytes changed or taken out, or with an end of noise."""
    random = np.random.default_rng(number)
    data = bytearray(content)
    how = number % 5
    if how == 0:
        return bytes(data[: int(random.integers(0, len(data)))])
    if how == 1:  # anywhere
        for place in random.integers(0, len(data), int(random.integers(1, 60))):
            data[place] = int(random.integers(0, 256))
    elif how == 2:  # in the header, which decoders believe
        for place in random.integers(0, min(len(data), 400), int(random.integers(1, 12))):
            data[place] = int(random.integers(0, 256))
    elif how == 3:
        start, length = (int(value) for value in random.integers(0, len(data), 2))
        del data[start : start + length // 4]
    else:
        start = int(random.integers(0, len(data)))
        data[start:] = random.bytes(len(data) - start)
    return bytes(data)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Path]:
    shelf = tmp_path / "shelf"
    whole = []
    for suffix, codec in KINDS:
        options = {} if codec != "libx264" else None
        pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        path = write_frames(tmp_path / f"whole.{suffix}", pictures(12), codec, pix_fmt, options)
        whole.append((suffix, path.read_bytes()))
    shelf.mkdir()
    for number in range(COUNT):
        suffix, content = whole[number % len(whole)]
        (shelf / f"{number:04d}.{suffix}").write_bytes(broken(content, number // len(whole)))
    yield shelf


def test_three_hundred_broken_files(
    files: Path, tmp_path: Path, weights_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    before = {path: path.read_bytes() for path in files.iterdir()}
    frames = bundle().record.extract.model_copy(update={"frames": FRAMES})
    model = replace(bundle(extract=frames), detector=weights_folder)
    options = Options(least_faces=FRAMES, max_seconds=60, workers=2)
    with Analyser(model, options) as analyser:
        results: list[VideoResult] = list(analyser.each(sorted(before)))
        assert [Path(result.path) for result in results] == sorted(before)
        (own,) = place.iterdir()
        assert [path.name for path in own.iterdir()] == ["in-use"]  # nothing of a video outlives it
    assert list(place.iterdir()) == []
    assert {path: path.read_bytes() for path in files.iterdir()} == before
    for result in results:
        if result.status == "ok":  # noise may look like a face, above all when it is turned
            assert result.verdict and result.video.faces == FRAMES
        else:
            assert result.status in STATUSES and not result.verdict
            assert result.video.reason and "\n" not in result.video.reason
        assert len(result.frames) >= 1
        assert result.seconds < 60
    counts = Counter(result.status for result in results)
    # not all were damaged beyond reading
    assert counts["no_face"] + counts["too_few_faces"] + counts["ok"] > COUNT // 10
    assert counts["unreadable"] > COUNT // 10
