from typing import Any

import numpy as np
import pytest

from deepfake_attribution.faces import face_report


def row(video: str, slot: int, box: list[float] | None, **values: Any) -> dict[str, Any]:
    """A row of an index: a crop, or where there is no ``box`` a frame without a face."""
    seen = {"faces": 1, "rule": "only_face", "score": 0.9, "status": "ok"}
    if box is None:
        seen = {"faces": 0, "rule": "no_face", "score": None, "status": "no_face"}
    return {"video": video, "slot": slot, "person": 0, "box": box} | seen | values


STILL = [100.0, 100.0, 200.0, 180.0]  # its longer side is 100
GONE = {"status": "missing", "faces": None, "rule": None}
ROWS = [
    row("a", 0, STILL),
    row("a", 1, [199.0, 100.0, 299.0, 180.0]),  # 0.99 faces away
    row("a", 2, [301.0, 100.0, 401.0, 180.0], faces=3, rule="on_track"),  # 1.02
    row("a", 3, None),
    row("a", 4, [300.0, 100.0, 401.0, 180.0], score=0.55),
    row("b", 0, STILL, faces=2, rule="on_track"),
    row("b", 1, [46.0, 36.0, 254.0, 244.0], score=0.6),  # 2.08 times as large, same centre
    row("b", 2, [50.0, 40.0, 250.0, 240.0]),
    row("c", 0, None, faces=2, rule="off_track"),
    row("d", 0, None, **GONE),
    row("d", 1, None, **GONE),
]


def test_summary_counts_frames_videos_and_rules() -> None:
    assert face_report.summary(ROWS) == {
        "videos": 4,
        "videos_without_face": 2,
        "videos_with_jump": 2,
        "frames": 11,
        "with_face": 7,
        "without_face": 2,
        "not_read": 2,
        "several_faces": 3,
        "jumps": 2,
        "rules": {"no_face": 1, "off_track": 1, "on_track": 2, "only_face": 5},
        "crops": 7,
        "people": 2,
    }


def test_line_names_what_a_person_should_look_at() -> None:
    assert face_report.line(face_report.summary(ROWS)) == (
        "4 videos, 2 without any face; 7 of 11 frames with a face, 3 with several; "
        "2 jumps, in 2 videos"
    )


def test_doubtful_crops_come_by_kind_and_each_video_in_its_turn() -> None:
    found = [
        (one.row["video"], one.row["slot"], one.reason) for one in face_report.doubtful(ROWS, 60)
    ]
    assert found == [
        ("a", 2, "jump: 1.0 faces away"),
        ("b", 1, "jump: 2.1 times as large"),
        ("b", 0, "one of 2 faces"),
        ("a", 4, "score 0.55"),
        ("a", 0, "score 0.90"),
        ("a", 1, "score 0.90"),
        ("b", 2, "score 0.90"),
    ]
    assert [one.row for one in face_report.doubtful(ROWS, 2)] == [ROWS[2], ROWS[6]]


def plain_doubts(rows: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    """All crops in the order of their doubts, from lists of everything."""
    crops = [one for one in rows if one["status"] == "ok"]
    jumps = [doubt.row for doubt in face_report.doubtful(rows, 10**6) if "jump" in doubt.reason]
    kinds = (
        jumps,
        [one for one in crops if one["faces"] > 1],
        sorted(crops, key=lambda one: one["score"]),
    )
    found: list[tuple[str, int, int]] = []
    for kind in kinds:
        lists: dict[str, list[dict[str, Any]]] = {}
        for one in kind:
            lists.setdefault(one["video"], []).append(one)
        for turn in range(max(map(len, lists.values()), default=0)):
            found += [
                (own[turn]["video"], own[turn]["slot"], own[turn]["person"])
                for own in lists.values()
                if turn < len(own)
            ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("most", [1, 7, 60, 10_000])
def test_first_doubts_are_those_of_all(most: int) -> None:
    """Only the first ones of each kind are kept in memory."""
    rng = np.random.default_rng(most)
    rows = [
        row(
            *(f"v{number:02d}", slot, None if rng.random() < 0.2 else [x, 0.0, x + 50.0, 40.0]),
            score=round(rng.random(), 1),  # many are equal
            faces=int(rng.integers(1, 4)),
        )
        for number in range(30)
        for slot in range(12)
        for x in [float(rng.choice([0, 0, 0, 500]))]
    ]
    found = face_report.doubtful(iter(rows), most)
    places = [(one.row["video"], one.row["slot"], one.row["person"]) for one in found]
    assert places == plain_doubts(rows)[:most]


@pytest.mark.parametrize("back", [False, True])
def test_a_jump_is_one_in_both_directions(back: bool) -> None:
    boxes = [STILL, [100.0, 100.0, 140.0, 130.0]]
    rows = [row("a", slot, box) for slot, box in enumerate(boxes[::-1] if back else boxes)]
    word = "large" if back else "small"
    assert face_report.doubtful(rows, 1)[0].reason == f"jump: 2.5 times as {word}"


def test_a_jump_over_frames_without_a_face_is_seen() -> None:
    rows = [row("a", 0, STILL), row("a", 1, None), row("a", 2, [600.0, 100.0, 700.0, 180.0])]
    assert face_report.summary(rows)["jumps"] == 1


def test_nothing_gives_zeros() -> None:
    counts = face_report.summary([])
    assert counts.pop("rules") == {}
    assert set(counts.values()) == {0}
    assert face_report.doubtful([], 5) == []


FAR_OFF = [600.0, 100.0, 700.0, 180.0]
SEVERAL = [
    row("a", 0, STILL, faces=2, rule="on_track"),
    row("a", 0, FAR_OFF, faces=2, rule="on_track", person=1, score=0.7),
    row("a", 1, None, faces=1, rule="off_track"),
    row("a", 1, FAR_OFF, person=1),
    row("a", 2, None),
    row("a", 3, STILL),
    row("a", 4, None, **GONE),
]


def test_frames_are_counted_once_however_many_people_they_show() -> None:
    counts = face_report.summary(SEVERAL)
    assert counts == {
        "videos": 1,
        "videos_without_face": 0,
        "videos_with_jump": 0,  # from one person to another is none
        "frames": 5,
        "with_face": 3,
        "without_face": 1,
        "not_read": 1,
        "several_faces": 1,
        "jumps": 0,
        "rules": {"no_face": 1, "off_track": 1, "on_track": 2, "only_face": 2},
        "crops": 4,
        "people": 2,
    }
    assert face_report.line(counts) == (
        "1 videos, 0 without any face; 3 of 5 frames with a face, 1 with several; "
        "0 jumps, in 0 videos; 4 crops of 2 people"
    )


def test_every_person_of_a_frame_can_be_doubtful() -> None:
    found = [
        (one.row["slot"], one.row["person"], one.reason)
        for one in face_report.doubtful(SEVERAL, 60)
    ]
    assert found == [
        (0, 0, "one of 2 faces"),
        (0, 1, "one of 2 faces"),
        (1, 1, "score 0.90"),
        (3, 0, "score 0.90"),
    ]
    moved = [row("a", 0, STILL, person=1), row("a", 1, FAR_OFF, person=1)]
    assert face_report.summary(moved)["jumps"] == 1
