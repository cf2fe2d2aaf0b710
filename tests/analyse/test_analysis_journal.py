import os
from pathlib import Path

import pytest

import fake_analysis as fake
from deepfake_attribution.analyse.files import json_line
from deepfake_attribution.analyse.journal import Journal, made_by
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import stamp

MADE = {"model": "m", "options": {"least_faces": 3, "crops": True}, "program": "p"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a journal lies that holds two videos."""
    monkeypatch.chdir(tmp_path)
    journal = Journal.begin(Path("j"), MADE)
    for name in ("a", "b"):
        Path(name).write_text(name)
        journal.add(fake.result(name, 0.75), stamp(Path(name)))
    journal.close()
    return Path("j")


def test_finished_videos_are_found_and_said_as_they_were(place: Path) -> None:
    journal = Journal.go_on(place, MADE)
    assert journal.holds("a") and journal.holds("b") and not journal.holds("c")
    assert journal.line("b") == json_line(fake.result("b", 0.75)) == json_line(journal.find("b"))


def test_changed_video_is_not_found_until_it_is_looked_at_again(place: Path) -> None:
    journal = Journal.go_on(place, MADE)
    Path("a").write_text("longer")
    assert not journal.holds("a")
    journal.add(fake.result("a", 0.25), stamp(Path("a")))
    assert journal.holds("a") and journal.find("a").verdict == "fake"
    assert Journal.go_on(place, MADE).find("a").verdict == "fake"
    os.utime("a", ns=(0, 0))
    assert not journal.holds("a")


@pytest.mark.parametrize("kept", [0, 1, 20, 60, -1, -2, -300])
def test_torn_last_line_is_dropped(place: Path, kept: int) -> None:
    whole = place.read_bytes()
    lines = whole.splitlines(keepends=True)
    assert len(lines) == 3
    place.write_bytes(whole[:kept])
    journal = Journal.go_on(place, MADE)
    assert journal.holds("a") == (kept < 0) and not journal.holds("b")
    for name in ("a", "b"):
        if not journal.holds(name):
            journal.add(fake.result(name, 0.75), stamp(Path(name)))
    assert place.read_bytes() == whole


def test_damage_elsewhere_is_one_line(place: Path) -> None:
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(lines[0] + b"{}\n" + lines[2])
    with pytest.raises(UserError, match=r"j, line 2: damaged; --fresh starts the analysis again"):
        Journal.go_on(place, MADE)
    place.write_bytes(b"[]\n" + lines[1])
    with pytest.raises(UserError, match="line 1: damaged"):
        Journal.go_on(place, MADE)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"model": "n"}, "another model"),
        ({"program": "q"}, "another version of this program"),
        ({"options": {"least_faces": 5, "crops": True}}, r"other options \(least_faces 3, now 5\)"),
    ],
)
def test_other_journals_are_refused_and_stay(place: Path, change: dict, reason: str) -> None:
    before = place.read_bytes()
    with pytest.raises(UserError, match=f"made with {reason}; name another folder with --out, or"):
        Journal.go_on(place, MADE | change)
    assert place.read_bytes() == before


def test_what_makes_results_is_the_model_and_the_options() -> None:
    usual = made_by(fake.bundle(), Options(), True)
    assert made_by(fake.bundle(), Options(workers=7), True) == usual
    assert made_by(fake.bundle(seed=2), Options(), True)["model"] != usual["model"]
    assert made_by(fake.bundle(files={"a": "0"}), Options(), True)["model"] == usual["model"]
    assert made_by(fake.bundle(), Options(faces="all"), True)["options"] != usual["options"]
    assert made_by(fake.bundle(), Options(), False)["options"] != usual["options"]


def test_unfinished_video_is_not_stored(place: Path) -> None:
    before = place.read_bytes()
    journal = Journal.go_on(place, MADE)
    lost = fake.result("c", reason="too slow", status="not_finished")
    journal.add(lost, stamp(Path("c")))
    assert journal.line("c") == json_line(journal.find("c")) == json_line(lost)
    Path("a").write_text("longer")  # finished earlier, changed, and now killed
    journal.add(fake.result("a", reason="killed", status="not_finished"), stamp(Path("a")))
    assert not journal.holds("c") and not journal.holds("a")
    journal.close()
    assert place.read_bytes() == before
    assert not Journal.go_on(place, MADE).holds("a")


def test_time_limit_and_workers_do_not_matter_to_results() -> None:
    made = [
        made_by(fake.bundle(), options, crops=True)
        for options in (Options(), Options(max_seconds=5, workers=3), Options(max_minutes=5))
    ]
    assert made[0] == made[1] != made[2]
