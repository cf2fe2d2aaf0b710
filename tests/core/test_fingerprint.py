import sys
from pathlib import Path

import pytest

from deepfake_attribution.core.fingerprint import fingerprint, stamp
from deepfake_attribution.train.settings import Triplet


def test_every_part_counts_and_so_does_where_it_ends() -> None:
    same = fingerprint("a", 1, [2.5], Triplet(margin=0.2, batch_size=0))
    assert same == fingerprint("a", 1, [2.5], Triplet(margin=0.2, batch_size=0))
    others = [
        fingerprint("a", 1, [2.5], Triplet(margin=0.3, batch_size=0)),
        fingerprint("a", 1, [2], Triplet(margin=0.2, batch_size=0)),
        fingerprint("a", "1", [2.5], Triplet(margin=0.2, batch_size=0)),
        fingerprint(1, "a", [2.5], Triplet(margin=0.2, batch_size=0)),
    ]
    assert same not in others and len(set(others)) == len(others)
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")
    assert len(same) == 24 and int(same, 16) >= 0


def test_a_changed_module_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "some_module.py"
    source.write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = fingerprint("a", modules=("some_module",))
    assert fingerprint("a", modules=("some_module",)) == before != fingerprint("a")
    source.write_text("x = 2\n")
    assert fingerprint("a", modules=("some_module",)) != before
    assert "some_module" not in sys.modules


def test_stamp_of_a_file_changes_with_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    assert stamp(path) == (-1, -1)
    path.write_bytes(b"123")
    size, changed = stamp(path)
    assert size == 3
    path.write_bytes(b"1234")
    assert stamp(path) == (4, path.stat().st_mtime_ns) and stamp(path)[1] >= changed


def test_stamp_of_a_folder_changes_with_what_lies_in_it(tmp_path: Path) -> None:
    image = tmp_path / "1"
    image.write_bytes(b"123")
    before = stamp(tmp_path)
    own = tmp_path.stat().st_mtime_ns
    image.write_bytes(b"1234")
    assert tmp_path.stat().st_mtime_ns == own  # the folder itself does not tell
    assert stamp(tmp_path) != before
