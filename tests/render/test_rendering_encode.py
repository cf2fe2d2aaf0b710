import av
import numpy as np
import pytest

from deepfake_attribution.render.encode import write_video


def decoded(path):
    with av.open(str(path)) as file:
        rate = file.streams.video[0].average_rate
        codec = file.streams.video[0].codec_context
        frames = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
        return frames, float(rate), codec.name, codec.pix_fmt


def moving(height=48, width=64, count=7):
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return [
        np.stack([2 * x + 9 * t, 3 * y + t, x + y], axis=-1).clip(0, 255).astype(np.uint8)
        for t in range(count)
    ]


def test_roundtrip_keeps_size_count_rate_and_picture(tmp_path):
    frames = moving()
    write_video(frames, tmp_path / "a" / "b.mp4", fps=12, crf=10)
    back, rate, codec, layout = decoded(tmp_path / "a" / "b.mp4")
    assert (len(back), back[0].shape, rate) == (7, (48, 64, 3), 12.0)
    assert (codec, layout) == ("h264", "yuv420p")
    assert np.abs(np.stack(back).astype(int) - np.stack(frames)).mean() < 6
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.mp4"]


def test_same_frames_give_the_same_bytes(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        write_video(moving(), tmp_path / name, fps=25, crf=23)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_odd_last_row_and_column_are_left_out(tmp_path):
    write_video(moving(49, 65), tmp_path / "odd.mp4", fps=12, crf=10)
    write_video(moving(48, 64), tmp_path / "even.mp4", fps=12, crf=10)
    np.testing.assert_array_equal(
        decoded(tmp_path / "odd.mp4")[0], decoded(tmp_path / "even.mp4")[0]
    )


def test_no_frames_and_too_small_frames_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no frames"):
        write_video([], tmp_path / "a.mp4", fps=12, crf=23)
    with pytest.raises(ValueError, match="1x5"):
        write_video([np.zeros((5, 1, 3), np.uint8)], tmp_path / "a.mp4", fps=12, crf=23)


def test_failure_leaves_no_file(tmp_path):
    with pytest.raises(ValueError):
        write_video([*moving(), np.zeros((4, 4), np.uint8)], tmp_path / "a.mp4", fps=12, crf=23)
    assert list(tmp_path.iterdir()) == []
