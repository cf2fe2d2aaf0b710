from collections.abc import Sequence

import numpy as np
import pytest
from test_faces_tracking import SIZE, face

from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.marked import Mark, follow, mark_of, marked_face
from deepfake_attribution.faces.tracking import follow as follow_track

LEFT, RIGHT = face(300, 360, 100), face(700, 360, 160)  # the right one is more prominent
OVER_LEFT = (260, 320, 340, 400)


def mark(box: Sequence[float] | None, by: str = "mask") -> Mark | None:
    return None if box is None else Mark(np.array(box, float), by)


def chosen(
    faces: list[list[Face]],
    boxes: Sequence[Sequence[float] | None],
    shots: list[int] | None = None,
) -> list[tuple[Face | None, str]]:
    marks = [mark(box) for box in boxes]
    found = follow(faces, [SIZE] * len(faces), shots or [0] * len(faces), marks)
    return [(choice.face, choice.rule) for choice in found]


def test_the_marked_one_of_two_is_taken_not_the_prominent_one() -> None:
    both = [[LEFT, RIGHT], [RIGHT, LEFT], [LEFT, RIGHT]]
    assert follow_track(both, [SIZE] * 3, "track", [0] * 3)[0].face is RIGHT
    assert chosen(both, [OVER_LEFT] * 3) == [(LEFT, "mask")] * 3


def test_frames_without_a_mark_follow_the_person_who_is_marked_in_others() -> None:
    both = [[LEFT, RIGHT]] * 4 + [[LEFT], [RIGHT], []]
    found = chosen(both, [None, OVER_LEFT, OVER_LEFT, None, None, None, None])
    assert found == [
        *((LEFT, rule) for rule in ("on_track", "mask", "mask", "on_track", "only_face")),
        (None, "off_track"),
        (None, "no_face"),
    ]


def test_a_marked_face_that_was_not_detected_is_not_replaced_by_another() -> None:
    found = chosen([[LEFT, RIGHT], [RIGHT], []], [OVER_LEFT] * 3)
    assert found == [(LEFT, "mask"), (None, "not_marked"), (None, "no_face")]


def test_without_any_mark_it_is_as_track() -> None:
    both = [[LEFT, RIGHT]] * 3
    assert chosen(both, [None] * 3) == [(RIGHT, "on_track")] * 3
    assert chosen([[LEFT]], [None]) == [(LEFT, "only_face")]


def test_marks_that_meet_no_face_take_none() -> None:
    found = chosen([[LEFT, RIGHT]] * 2, [(0, 0, 50, 50), None])
    assert found == [(None, "not_marked"), (None, "off_track")]


def test_the_marked_person_is_taken_in_both_scenes_of_a_cut() -> None:
    """After a cut, to a scene with others, the person is another track."""
    here, there = [LEFT, RIGHT], [face(300, 360, 100), face(900, 300, 110)]
    boxes = [OVER_LEFT, OVER_LEFT, None, (860, 260, 940, 340), None]
    found = chosen([here, here, here, there, there], boxes, [0, 0, 0, 1, 1])
    assert [one for one, _ in found] == [LEFT] * 3 + [there[1]] * 2


@pytest.mark.parametrize(
    ("box", "is_left"),
    [
        ((280, 380, 320, 405), True),  # a mouth
        ((230, 280, 370, 430), True),  # a head
        ((345, 340, 420, 420), False),  # beside it
        ((0, 0, 1280, 720), True),  # everything
    ],
)
def test_which_marks_meet_a_face(box: tuple[float, ...], is_left: bool) -> None:
    one = mark(box)
    assert one is not None
    assert (marked_face([LEFT], one) is LEFT) == is_left


def test_of_two_heads_close_together_the_nearer_one_is_marked() -> None:
    one, other = face(300, 360, 100), face(360, 360, 100)
    mouth = mark((345, 385, 375, 405))
    assert mouth is not None
    assert marked_face([one, other], mouth) is other


def test_mark_of_a_row() -> None:
    assert mark_of({"video": "v"}) is mark_of({"marked": None, "marked_by": "empty mask"}) is None
    found = mark_of({"marked": [1.0, 2.0, 3.0, 4.0], "marked_by": "box"})
    assert found is not None and found.by == "box" and found.box.tolist() == [1, 2, 3, 4]
