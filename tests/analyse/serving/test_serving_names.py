import pytest

from deepfake_attribution.analyse.serving.names import LONGEST, upload_name


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("clip.mp4", "clip.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\a b.mp4", "a b.mp4"),
        ("", "video"),
        ("/", "video"),
        ("..", ".."),
        ("a\r\nSet-Cookie: x.mp4", "a\\r\\nSet-Cookie: x.mp4"),
        ("gp\u202e4pm.exe", "gp\\u202e4pm.exe"),  # would be read as gpexe.mp4
        ("\ud800.mp4", "\ufffd.mp4"),
        ("Käse 日本.mp4", "Käse 日本.mp4"),
    ],
)
def test_name_is_shown_without_what_cannot_be_seen(sent: str, seen: str) -> None:
    assert upload_name(sent) == seen


def test_long_name_keeps_its_suffix() -> None:
    assert len(upload_name("x" * 999 + ".mp4")) == LONGEST
    assert upload_name("x" * 999 + ".mp4").endswith(".mp4")
