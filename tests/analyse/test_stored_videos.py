"""A folder of videos as they are stored in the field: one result each, with what was done."""

from dataclasses import replace
from pathlib import Path

import pytest

from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.inputs import find
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.frames.orientation import MIRRORED
from small_bundle import bundle
from stored_video import drawn, ffmpeg, needs_ffmpeg, set_matrix

pytestmark = [pytest.mark.slow, needs_ffmpeg]
X264 = ("-c:v", "libx264", "-g", "5")
PQ = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
NOTES = {
    "hdr.mkv": ("its colours were converted from HDR (PQ), BT.2020 to SDR BT.709",),
    "inside.ts": (),
    "jump.ts": (),
    "mirrored.mp4": (MIRRORED,),
    "plain.mp4": (),
    "sound.mp4": (),
    "two.mp4": ("it has 2 video tracks; number 2 was read",),
    "wide.mp4": ("its pixels are 64:45; the picture was scaled to square ones",),
}


def make(folder: Path, spare: Path) -> None:
    """Write one video of each kind to ``folder``."""
    film = drawn(folder / "plain.mp4", "160x90", *X264, seconds=1)
    (folder / "mirrored.mp4").write_bytes(film.read_bytes())
    set_matrix(folder / "mirrored.mp4", (-1, 0, 0, 1))
    drawn(folder / "wide.mp4", "160x90", *X264, filters="setsar=64/45")
    kind = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", PQ)
    drawn(folder / "hdr.mkv", "160x90", *kind)
    still = drawn(spare / "still.mkv", "160x90", "-c:v", "mjpeg", seconds=0.04)
    ffmpeg("-i", still, "-i", film, "-map", "0:v", "-map", "1:v", "-c", "copy", folder / "two.mp4")
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=4000")
    ffmpeg("-i", film, *silence, "-c:v", "copy", "-c:a", "aac", "-b:a", "8k", folder / "sound.mp4")
    ffmpeg("-i", film, "-c", "copy", "-f", "mpegts", spare / "a.ts")
    late = ("-c", "copy", "-output_ts_offset", "90000", "-f", "mpegts")
    ffmpeg("-i", film, *late, spare / "b.ts")
    begin = (spare / "a.ts").read_bytes()
    (folder / "jump.ts").write_bytes(begin + (spare / "b.ts").read_bytes())
    (folder / "inside.ts").write_bytes(begin[100:])


def test_every_one_has_a_result_that_says_what_was_done(
    tmp_path: Path, weights_folder: Path
) -> None:
    folder, spare = tmp_path / "videos", tmp_path / "spare"
    folder.mkdir()
    spare.mkdir()
    make(folder, spare)
    paths = [one.path for one in find([str(folder)]).inputs]
    assert [Path(path).name for path in paths] == list(NOTES)
    model = replace(bundle(), detector=weights_folder)
    with Analyser(model, Options(workers=1)) as analyser:
        results = list(analyser.each(paths))
    assert {Path(result.path).name: result.notes for result in results} == NOTES
    # the test picture may look like a face
    assert {result.status for result in results} <= {"ok", "no_face", "too_few_faces"}
