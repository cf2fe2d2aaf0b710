"""Pictures equal the output of Debian's ffmpeg, whatever the orientation, aspect and colours."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from deepfake_attribution.frames.orientation import MIRRORED, of_matrix
from deepfake_attribution.frames.pictures import _checked
from deepfake_attribution.frames.video import Frame, take
from stored_video import EXACT, drawn, most_different, needs_ffmpeg, set_matrix
from video_files import all_by_av, pictures, write_frames

pytestmark = pytest.mark.slow

X264 = ("-c:v", "libx264", "-crf", "10")
TURNS = {(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0)}
MIRRORS = {(-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)}
CORNERS = {  # where the upper left corner of the stored picture is shown: row, column
    (1, 0, 0, 1): (0, 0),
    (0, 1, -1, 0): (0, -1),
    (-1, 0, 0, -1): (-1, -1),
    (0, -1, 1, 0): (-1, 0),
    (-1, 0, 0, 1): (0, -1),
    (1, 0, 0, -1): (-1, 0),
    (0, 1, 1, 0): (0, 0),
    (0, -1, -1, 0): (-1, -1),
}


def notes(frames: list[Frame]) -> set[str]:
    return {frame.note for frame in frames}


@pytest.mark.parametrize("matrix", sorted(CORNERS))
def test_all_eight_orientations_by_hand(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(10))
    stored = all_by_av(path)
    set_matrix(path, matrix)
    a, b, c, d = matrix
    for frame in take(path, 3):
        assert frame.image is not None and frame.frame is not None
        # a pixel at (x, y) is shown at (a x + c y, b x + d y), moved to begin at zero
        y, x = np.mgrid[:48, :64]
        column, row = a * x + c * y, b * x + d * y
        expected = np.empty_like(frame.image)
        expected[row - row.min(), column - column.min()] = stored[frame.frame]
        np.testing.assert_array_equal(frame.image, expected)
        red, _, blue = frame.image[CORNERS[matrix]]
        assert red > 180 and blue < 80
        assert frame.note == (MIRRORED if matrix in MIRRORS else "")


@needs_ffmpeg
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p", "yuv420p10le", "yuv422p10le"])
def test_orientations_equal_ffmpeg_in_every_format(tmp_path: Path, pix_fmt: str) -> None:
    path = drawn(tmp_path / "a.mp4", "160x90", *X264, "-pix_fmt", pix_fmt)
    for matrix in [*sorted(TURNS | MIRRORS), (0.7071, 0.7071, -0.7071, 0.7071)]:
        set_matrix(path, matrix)  # type: ignore[arg-type]
        frames = list(take(path, 3))
        flags = EXACT if "10" in pix_fmt else "bicubic"
        assert most_different(frames, path, flags=flags) == 0, matrix


def test_angles_that_are_no_quarter_turn_are_noted_and_no_matrix_is_none() -> None:
    assert of_matrix((0,) * 9).filters == ()
    ten = of_matrix((64540, 11380, 0, -11380, 64540, 0, 0, 0, 1 << 30))
    assert ten.filters == (("rotate", "10*PI/180"),)
    assert ten.note == "turned by 10 degrees, as the file's display matrix says"


@needs_ffmpeg
def test_orientation_of_exif_is_honoured_though_pyav_hides_it(tmp_path: Path) -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 5, "a camera"
    content = BytesIO()
    Image.fromarray(pictures(1)[0]).save(content, "JPEG", exif=exif, quality=95)
    path = tmp_path / "a.mjpeg"
    path.write_bytes(3 * content.getvalue())
    frames = list(take(path, 3))
    assert frames[0].image is not None and frames[0].image.shape == (64, 48, 3)
    assert most_different(frames, path) == 0 and notes(frames) == {MIRRORED}


@needs_ffmpeg
@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", X264), ("a.mkv", X264), ("a.ts", X264), ("a.avi", ("-c:v", "mpeg4")),
     ("a.mpg", ("-c:v", "mpeg2video"))],
)  # fmt: skip
def test_pixels_that_are_not_square_are_made_square(
    tmp_path: Path, name: str, codec: tuple[str, ...]
) -> None:
    path = drawn(tmp_path / name, "352x288", *codec, filters="setsar=16/11")
    frames = list(take(path, 3))
    assert frames[0].image is not None and frames[0].image.shape == (288, 512, 3)
    assert most_different(frames, path, filters="scale=iw*sar:ih,setsar=1") == 0
    assert notes(frames) == {"its pixels are 16:11; the picture was scaled to square ones"}


@needs_ffmpeg
def test_pixels_are_made_square_after_the_picture_was_turned(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.mp4", "160x90", *X264, filters="setsar=64/45")
    set_matrix(path, (0, 1, -1, 0))
    frames = list(take(path, 2))
    assert frames[0].image is not None and frames[0].image.shape == (160, 63, 3)  # 90 / 1.42
    assert most_different(frames, path, filters="scale=iw*sar:ih,setsar=1") == 0


def test_a_ratio_that_nobody_films_in_is_not_believed() -> None:
    assert _checked(None) == _checked(Fraction(0)) == _checked(Fraction(1)) == (1, "")
    assert _checked(Fraction(1216, 1215)) == (1, "")
    aspect, note = _checked(Fraction(4000))
    assert aspect == 1 and "not believed" in note


@needs_ffmpeg
@pytest.mark.parametrize("pix_fmt", ["yuv420p10le", "yuv444p12le"])
def test_frames_of_more_than_8_bits_are_exact(tmp_path: Path, pix_fmt: str) -> None:
    """A grey ramp: each level is known, so nothing but rounding may differ."""
    top = 1 << (10 if "10" in pix_fmt else 12)
    ramp = f"geq=lum='{top}*(16+219*X/255)/256':cb={top // 2}:cr={top // 2}"
    options = ("-c:v", "ffv1", "-pix_fmt", pix_fmt)
    path = drawn(tmp_path / "a.mkv", "256x16", *options, filters=f"format={pix_fmt},{ramp}")
    frames = list(take(path, 2))
    for frame in frames:
        assert frame.image is not None
        away = frame.image.astype(int) - np.arange(256)[None, :, None]
        assert np.abs(away).max() <= 1 and abs(away.mean()) < 0.3
    assert most_different(frames, path, flags=EXACT) == 0


HDR = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1")
X265 = "log-level=none:crf=4:colorprim=bt2020:colormatrix=bt2020nc:transfer="
STANDARD = "color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
GREY_AND_SKIN = "lum='if(lt(Y,24),16+219*X/63,70+100*X/63)':cb='if(lt(Y,12),128,116)'"


@needs_ffmpeg
@pytest.mark.parametrize(
    ("transfer", "name"),
    [
        ("smpte2084", "HDR (PQ), BT.2020"),
        pytest.param("arib-std-b67", "HDR (HLG), BT.2020", marks=pytest.mark.slow),
        pytest.param("bt709", "BT.2020", marks=pytest.mark.slow),
    ],
)
def test_hdr_and_wide_gamut_give_the_ordinary_film_back(
    tmp_path: Path, transfer: str, name: str
) -> None:
    """An ordinary film (grey above, skin below) is made HDR, its white at 203 cd/m2."""
    ramps = f"geq={GREY_AND_SKIN}:cr='if(lt(Y,12),128,148)'"
    plain = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{ramps},setparams={STANDARD}"
    linear = "zscale=t=linear:npl=203,format=gbrpf32le"
    there = f"zscale=p=2020:t={transfer.replace('bt', '')}:m=2020_ncl:npl=203:r=tv"
    path = tmp_path / "hdr.mp4"
    kind = (*HDR, "-x265-params", X265 + transfer)
    drawn(path, "64x48", *kind, filters=f"{plain},{linear},{there},format=yuv420p10le")
    marked = ("-colorspace", "bt709", "-color_range", "tv", "-c:v", "ffv1")
    film = drawn(tmp_path / "sdr.mkv", "64x48", *marked, filters=plain)
    frames = list(take(path, 2))
    for frame, expected in zip(frames, take(film, 2), strict=True):
        assert frame.image is not None and expected.image is not None
        away = np.abs(frame.image.astype(int) - expected.image)
        assert away[4:20].max() <= 3 and away[28:44].max() <= 6
    assert notes(frames) == {f"its colours were converted from {name} to SDR BT.709"}


@needs_ffmpeg
def test_colours_that_cannot_be_converted_are_a_reason(tmp_path: Path) -> None:
    kind = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=ictcp"
    path = drawn(tmp_path / "a.mkv", "64x48", *HDR[:4], "-x265-params", kind)
    for frame in take(path, 2):
        assert frame.status == "damaged" and frame.image is None
        assert frame.reason == (
            "its pixels (HDR (PQ), BT.2020, yuv420p10le) cannot be converted: "
            "FFmpeg: Function not implemented"
        )


@pytest.mark.parametrize("space", [1, 2, 5, 6])
def test_ordinary_frames_are_only_converted_to_rgb(tmp_path: Path, space: int) -> None:
    path = write_frames(tmp_path / "a.mp4", pictures(20), options={"colorspace": str(space)})
    whole = all_by_av(path)
    for frame in take(path, 5):
        assert frame.note == ""
        np.testing.assert_array_equal(frame.image, whole[frame.frame])  # type: ignore[index,arg-type]
