from pathlib import Path

from deepfake_attribution.core.fingerprint import fingerprint, stamp
from deepfake_attribution.heads.triplet import Settings as Triplet
from recipes import OWN


def test_every_part_counts_and_so_does_where_it_ends() -> None:
    same = fingerprint(
        "a", 1, [2.5], Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN)
    )
    assert same == fingerprint(
        "a", 1, [2.5], Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN)
    )
    others = [
        fingerprint("a", 1, [2.5], Triplet(normalised=True, mining="semi_hard", margin=0.3, **OWN)),
        fingerprint("a", 1, [2], Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN)),
        fingerprint(
            "a", "1", [2.5], Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN)
        ),
        fingerprint(1, "a", [2.5], Triplet(normalised=True, mining="semi_hard", margin=0.2, **OWN)),
    ]
    assert same not in others and len(set(others)) == len(others)
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")
    assert len(same) == 24 and int(same, 16) >= 0


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
