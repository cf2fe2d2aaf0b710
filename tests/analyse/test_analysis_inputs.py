"""What is given becomes videos: each in its place, each once, and nothing in silence."""

import io
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deepfake_attribution.analyse import inputs, names
from deepfake_attribution.analyse.result_files import MARK
from deepfake_attribution.analyse.searching import check_is_one
from deepfake_attribution.cli.main import app
from deepfake_attribution.core.errors import UserError
from found_inputs import paths, touch


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folder_is_searched_in_natural_order() -> None:
    touch("c/10.mp4", "c/2.MP4", "c/a/1.mkv", "c/.hidden.mp4", "c/notes.txt", "c/frames/001.png")
    touch("c/frames/002.png", "c/vid/001", "c/empty/read.me")
    found = inputs.find(["c"])
    assert paths(found) == ["c/2.MP4", "c/10.mp4", "c/a/1.mkv", "c/frames", "c/vid"]
    assert not any(one.status for one in found.inputs)
    assert found.remarks == ("c: 2 files do not have the name of a video: read.me, notes.txt",)


def test_folder_of_images_is_one_video_unless_it_holds_videos() -> None:
    touch("one/1.jpg", "one/2.jpg", "two/cover.jpg", "two/deep/a.mp4")
    assert paths(inputs.find(["one", "two"])) == ["one", "two/deep/a.mp4"]


def test_files_beside_the_images_of_a_folder_are_named() -> None:
    touch("one/1.jpg", "one/2.jpg", "one/1.npy", "one/desktop.ini", "two/b.MTS", "two/c.vob")
    Path("bare").mkdir()
    Path("bare/frame").write_bytes(b"\xff\xd8\xff\xe0")  # a JPEG without suffix
    found = inputs.find(["one", "two", "bare"])
    assert paths(found) == ["one", "two/b.MTS", "two/c.vob", "bare"]
    assert found.remarks == (
        f"one: {inputs.FRAMES}",
        "one: 2 files do not have the name of a video: 1.npy, desktop.ini",
        f"bare: {inputs.FRAMES}",
    )


def test_folder_of_videos_is_not_one_video() -> None:
    touch("one/1.jpg", "two/a.mp4", "two/deep/b.mp4", "text/a.txt", "deep/frames/1.png")
    for name in ("one", "two/a.mp4", "text", "gone"):
        check_is_one(Path(name))
    with pytest.raises(UserError, match="two: a folder with 2 videos, not a video; name"):
        check_is_one(Path("two"))
    with pytest.raises(UserError, match="deep: a folder with 1 video, not a video; name"):
        check_is_one(Path("deep"))


def test_what_is_no_video_has_a_row_that_says_why() -> None:
    touch("text/a.txt")
    Path("bare").mkdir()
    found = inputs.find(["text", "bare", "*.avi", "gone.mp4", "zero\0byte"])
    assert [(one.path, one.status) for one in found.inputs] == [
        ("text", "no_video"),
        ("bare", "no_video"),
        ("*.avi", "missing"),
        ("gone.mp4", "missing"),
        ("zero\0byte", "missing"),
    ]
    assert found.inputs[0].reason == "its only file does not have the name of a video (a.txt)"
    assert found.inputs[1].reason == "the folder is empty"


def test_files_that_are_surely_no_videos_are_named_before_a_model_is_loaded() -> None:
    touch("c/2.mp4", "1.mp4")
    Path("c/1.mp4").write_text("<html>not found</html>")
    Path("c/3.mp4").write_bytes(b"")
    Path("notes.txt").write_text("hello")
    os.mkfifo("pipe")
    found = inputs.find(["gone.mp4", "c", "1.mp4", "notes.txt", "./notes.txt", "pipe"])
    reasons = [(one.path, one.status, one.reason) for one in found.inputs]
    assert reasons == [
        ("gone.mp4", "missing", "no such file"),
        ("c/1.mp4", "unreadable", "text, not a video"),
        ("c/2.mp4", "", ""),
        ("c/3.mp4", "unreadable", "the file is empty"),
        ("1.mp4", "", ""),
        ("notes.txt", "unreadable", "text, not a video"),
        ("pipe", "unreadable", "neither a file nor a folder"),
    ]
    assert inputs.refusals(found)[0] == "gone.mp4: no such file: it is not analysed"
    assert len(inputs.refusals(found)) == 5
    gone = list("abdefgh")
    assert inputs.refusals(inputs.find([*gone, "1.mp4"]))[5:] == ["and 2 more"]
    assert len(inputs.refusals(inputs.find(gone))) == len(gone)  # nothing else will list them


def test_files_are_taken_whatever_their_names() -> None:
    touch("clip.bin", "[1].mp4")
    assert paths(inputs.find(["clip.bin", "[1].mp4"])) == ["clip.bin", "[1].mp4"]


def test_patterns() -> None:
    touch("c/2.mp4", "c/10.mp4", "c/a.txt", "c/in/3.mp4", "c/in/f/1.png", "x.dat")
    assert paths(inputs.find(["c/*.mp4"])) == ["c/2.mp4", "c/10.mp4"]
    assert paths(inputs.find(["*.dat"])) == ["x.dat"]
    found = inputs.find(["c/**"])
    assert paths(found) == ["c/2.mp4", "c/10.mp4", "c/in/3.mp4", "c/in/f"]
    assert found.remarks == ("c/**: 1 file does not have the name of a video: a.txt",)
    assert paths(inputs.find([f"{Path.cwd()}/**/3.mp4"])) == [f"{Path.cwd()}/c/in/3.mp4"]
    assert inputs.find(["c/*.txt"]).inputs[0].status == ""  # it was asked for by its suffix


def test_a_file_is_looked_at_once() -> None:
    touch("a.mp4", "c/b.mp4")
    Path("c/link.mp4").symlink_to("../a.mp4")
    found = inputs.find(["a.mp4", "./a.mp4", "c", "c/*.mp4"])
    assert paths(found) == ["a.mp4", "c/b.mp4"]
    assert found.remarks == (
        "./a.mp4: named before, analysed once",
        "c: named before, analysed once: c/link.mp4",
        "c/*.mp4: named before, analysed once: c/b.mp4, c/link.mp4",
    )


def test_links_to_folders_are_followed_and_circles_end() -> None:
    touch("real/a.mp4", "c/b.mp4")
    Path("c/far").symlink_to("../real")
    Path("c/up").symlink_to(".")
    assert paths(inputs.find(["c"])) == ["c/b.mp4", "c/far/a.mp4"]


def test_results_are_not_searched() -> None:
    touch("c/a.mp4", f"c/out/{MARK}", "c/out/crops/a.jpg")
    found = inputs.find(["c"])
    assert paths(found) == ["c/a.mp4"]
    assert found.remarks == ("c/out: contains only results of an analysis",)
    assert inputs.find(["c/out"]).inputs[0].status == "no_video"


def test_list_in_csv_keeps_its_order_and_its_columns() -> None:
    touch("l/b.mp4", "l/in/a.mp4", "l/in/c.mp4")
    Path("l/list.csv").write_text(
        "path,case\nb.mp4,7\nin,8\n,9\ngone.mp4,\nb.mp4,10\n", encoding="utf-8"
    )
    for argument in ("l/list.csv", "@l/list.csv"):
        found = inputs.find([argument])
        assert [(one.path, one.status, dict(one.about)) for one in found.inputs] == [
            ("l/b.mp4", "", {"case": "7"}),
            ("l/in/a.mp4", "", {"case": "8"}),
            ("l/in/c.mp4", "", {"case": "8"}),
            ("l/list.csv, row 4", "missing", {"case": "9"}),
            ("l/gone.mp4", "missing", {"case": ""}),
        ]
        assert found.columns == ("case",)
        assert found.remarks == ("l/list.csv: named before, analysed once: row 6 (l/b.mp4)",)


def test_list_of_lines_and_standard_input() -> None:
    touch("l/a b.mp4", "c.mp4")
    Path("l/list.txt").write_bytes(b"a b.mp4\r\n\n../c.mp4")
    assert paths(inputs.find(["@l/list.txt"])) == ["l/a b.mp4", "l/../c.mp4"]
    assert paths(inputs.find(["-"], io.StringIO("c.mp4\n"))) == ["c.mp4"]
    assert inputs.find(["-"], io.StringIO("\n")).inputs[0].reason == "the list is empty"


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="-: standard input is given twice, but can be read once"):
        inputs.find(["-", "-"], io.StringIO("c.mp4\n"))
    result = CliRunner().invoke(app, ["enrol", "bend", "-", "--reals", "-", "--model", "b"])
    assert result.exit_code == 1 and result.output.count("\n") == 1
    monkeypatch.setattr("sys.stdin", None)  # as Python does where the descriptor is closed
    with pytest.raises(UserError, match="-: there is no standard input: pipe a list"):
        inputs.find(["-"])


def test_standard_input_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    touch("c.mp4")
    given = io.TextIOWrapper(io.BytesIO(b"c.mp4\r\n\xff.mp4\r"))
    monkeypatch.setattr("sys.stdin", given)
    assert paths(inputs.find(["-"])) == ["c.mp4", "\udcff.mp4"]
    assert not given.closed and given.read() == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"file\na.mp4\n", "no column 'path'; it has file"),
        (b"path,path\na,b\n", "two columns are called 'path'"),
        (b"path\n\xff\xfe.mp4\n", "neither UTF-8 nor parquet"),
        (b"", "the file is empty"),
        (None, "no such file"),
    ],
)
def test_list_that_is_none_is_one_line(content: bytes | None, said: str) -> None:
    if content is not None:
        Path("list.csv").write_bytes(content)
    with pytest.raises(UserError, match=said):
        inputs.find(["@list.csv"])
    with pytest.raises(UserError, match="No such file"):
        inputs.find(["@gone.txt"])


def test_folder_that_may_not_be_read(unprivileged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(unprivileged)
    touch("c/a.mp4", "c/shut/b.mp4")
    Path("c/shut").chmod(0)
    found = inputs.find(["c"])
    Path("c/shut").chmod(0o700)
    reason = "the folder cannot be read: Permission denied"
    assert [(one.path, one.reason) for one in found.inputs] == [
        ("c/a.mp4", ""),
        ("c/shut", reason),
    ]


def test_names_are_shown_in_one_line_that_moves_no_cursor() -> None:
    raw = os.fsdecode(b"\xff\x1b[2J\nM\xc3\xbcller.mp4")
    assert names.shown(raw) == "\ufffd\\x1b[2J\\nMüller.mp4"
    for plain in ("Müller 1.mp4", "at 9.41\u202fAM.mov"):
        assert names.shown(plain) == plain
    assert names.shown("gp\u202e4pm.exe") == "gp\\u202e4pm.exe"  # would be read as gpexe.mp4


def test_common_folder_holds_every_path() -> None:
    assert names.common_folder(["a/b/1.mp4", "a/c/2.mp4"]) == "a"
    assert names.common_folder(["//tmp/a/1.mp4"]) == ""  # a path of its own kind in POSIX
    assert names.common_folder(["//tmp/a/1.mp4", "/tmp/a/2.mp4"]) == ""


def test_names_of_pages_tell_paths_apart() -> None:
    every = ["a/x.mp4", "b/x.mp4", "a/x.avi", "../../etc/passwd", "<script>.mp4", "\udcff.mp4"]
    made = [names.page_name(path) for path in every]
    assert len(set(made)) == len(every)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in made)
