import numpy as np
import pytest

from deepfake_attribution.faces.face import Face
from deepfake_attribution.faces.tracking import follow, people

SIZE = (720, 1280)


def face(x: float, y: float, side: float = 100, score: float = 0.9) -> Face:
    """A square face around (x, y)."""
    half = side / 2
    box = np.array([x - half, y - half, x + half, y + half], np.float32)
    return Face(box, np.full((6, 2), np.nan, np.float32), score)


def rules(
    faces: list[list[Face]], subject: str = "track", shots: list[int] | None = None
) -> list[str]:
    return [
        choice.rule
        for choice in follow(faces, [SIZE] * len(faces), subject, shots or [0] * len(faces))
    ]


def taken(
    faces: list[list[Face]], subject: str = "track", shots: list[int] | None = None
) -> list[int | None]:
    """For each frame the position of the chosen face in its list."""
    choices = follow(faces, [SIZE] * len(faces), subject, shots or [0] * len(faces))
    return [
        None if choice.face is None else [one is choice.face for one in seen].index(True)
        for choice, seen in zip(choices, faces, strict=True)
    ]


def test_person_who_moves_far_between_frames_is_one_track() -> None:
    walk = [[face(150 + 250 * step, 300 + 40 * step)] for step in range(5)]
    assert rules(walk) == ["only_face"] * 5


def test_person_who_comes_closer_is_one_track() -> None:
    near = [[face(640, 360, 40 * 1.5**step)] for step in range(6)]
    assert rules(near) == ["only_face"] * 6


def test_second_person_who_enters_is_not_taken() -> None:
    first = [face(400 + 30 * step, 300, 120) for step in range(10)]
    second = [face(800 - 10 * step, 320, 110) for step in range(10)]
    seen = [
        [one] if step < 5 else [two, one]
        for step, (one, two) in enumerate(zip(first, second, strict=True))
    ]
    assert taken(seen) == [0] * 5 + [1] * 5
    assert rules(seen) == ["only_face"] * 5 + ["on_track"] * 5


def test_larger_passer_by_is_not_taken() -> None:
    seen = [[face(640, 360, 120)] for _ in range(10)]
    seen[4].insert(0, face(1000, 300, 250))
    assert taken(seen) == [0] * 4 + [1] + [0] * 5
    assert taken(seen, "largest") == [0] * 10


def test_person_in_the_middle_is_taken_of_two_alike() -> None:
    assert taken([[face(150, 360), face(640, 360)]] * 6) == [1] * 6


def test_two_who_change_the_order_of_detection_are_kept_apart() -> None:
    left, right = face(500, 360, 130), face(800, 360, 100)
    seen = [[left, right], [right, left], [right, left], [left, right]]
    assert taken(seen) == [0, 1, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        face(1200, 650),  # elsewhere
        face(900, 360),  # within a walk's reach, but there and back
        face(640, 360, 15),  # far too small
        face(640, 360, 600),  # far too large
    ],
)
def test_wrong_detection_off_the_track_is_dropped(wrong: Face) -> None:
    seen = [[face(640 + 5 * step, 360)] for step in range(8)]
    seen[3] = [wrong]
    assert rules(seen) == ["only_face"] * 3 + ["off_track"] + ["only_face"] * 4
    assert taken(seen)[3] is None


def test_wrong_detection_that_lasts_is_dropped() -> None:
    person, stain = [face(500, 300)], [face(1100, 600, 60, 0.55)]
    seen = [person, person + stain, stain, person, person + stain, stain, person]
    assert taken(seen) == [0, 0, None, 0, 0, None, 0]


def test_track_goes_on_after_a_gap() -> None:
    seen = [[face(640, 360)], [], [], [face(700, 380)], []]
    assert rules(seen) == ["only_face", "no_face", "no_face", "only_face", "no_face"]


def test_video_without_faces_has_no_choice() -> None:
    assert rules([[], []]) == ["no_face", "no_face"]
    assert rules([]) == []
    assert rules([[], []], "largest") == ["no_face", "no_face"]


def test_video_of_one_frame_takes_its_most_prominent_face() -> None:
    assert taken([[face(1200, 100, 90), face(600, 300, 100)]]) == [1]


def test_largest_ignores_the_track() -> None:
    seen = [[face(100, 100, 50), face(900, 300, 80)], [face(100, 100, 50)]]
    assert taken(seen, "largest") == [1, 0]
    assert rules(seen, "largest") == ["largest", "only_face"]


def test_choice_counts_the_faces_seen() -> None:
    seen = [[face(640, 360), face(200, 200)], [face(640, 360)], []]
    assert [one.faces for one in follow(seen, [SIZE] * 3, "track", [0] * 3)] == [2, 1, 0]


def test_frames_of_other_sizes_compare() -> None:
    sizes = [(720, 1280), (360, 640), (720, 1280)]
    seen = [[face(640, 360, 100)], [face(320, 180, 50), face(30, 20, 50)], [face(640, 360, 100)]]
    assert [one.rule for one in follow(seen, sizes, "track", [0] * 3)] == [
        "only_face",
        "on_track",
        "only_face",
    ]


def test_different_number_of_frames_and_sizes_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        follow([[]], [], "track", [0])


def test_order_of_the_frames_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    seen = [[face(*rng.uniform(100, 700, 2), rng.uniform(50, 150)) for _ in range(3)]]
    seen += [
        [face(*(one.box[:2] + rng.uniform(-9, 9, 2) + 50)) for one in seen[0]] for _ in "12345"
    ]
    forward = follow(seen, [SIZE] * 6, "track", [0] * 6)
    backward = follow(seen[::-1], [SIZE] * 6, "track", [0] * 6)
    assert [one.face for one in forward] == [one.face for one in backward[::-1]]


def test_person_alone_in_both_scenes_is_followed_across_a_cut() -> None:
    seen = [[face(640, 360)]] * 3 + [[face(700, 300, 60)]] * 3
    assert rules(seen, shots=[0, 0, 0, 1, 1, 1]) == ["only_face"] * 6


def test_someone_in_company_is_not_taken_for_the_one_before_the_cut() -> None:
    singer, audience = [face(640, 360)], [face(640, 360, 90), face(900, 360, 110)]
    seen = [audience[:1], audience, singer, singer, singer, singer]
    assert taken(seen) == [0] * 6  # without the cut it would be one person
    assert taken(seen, shots=[0, 0, 1, 1, 1, 1]) == [None, None, 0, 0, 0, 0]
    assert rules(seen, shots=[0, 0, 1, 1, 1, 1]) == ["off_track"] * 2 + ["only_face"] * 4


def test_one_in_company_is_followed_within_the_shot() -> None:
    seen = [[face(640, 360, 120), face(200, 200)]] * 3 + [[face(640, 360, 50)]]
    assert taken(seen, shots=[0, 0, 0, 1]) == [0, 0, 0, None]


def who(seen: list[list[Face]], shots: list[int] | None = None) -> list[str]:
    """For each person the position of its face in each frame's list, - where it is not seen."""
    found = people(seen, [SIZE] * len(seen), shots or [0] * len(seen))
    return [
        "".join(
            "-" if choice.face is None else str([one is choice.face for one in faces].index(True))
            for choice, faces in zip(person, seen, strict=True)
        )
        for person in found
    ]


def test_two_side_by_side_are_two_people_the_more_prominent_first() -> None:
    left, right = face(500, 360, 100), face(800, 360, 130)
    seen = [[left, right], [right, left], [right, left], [left, right]]
    assert who(seen) == ["1001", "0110"]
    choices = people(seen, [SIZE] * 4, [0] * 4)
    assert {(one.faces, one.rule) for person in choices for one in person} == {(2, "on_track")}


def test_one_who_leaves_and_one_who_comes_have_the_frames_in_which_they_are_seen() -> None:
    stays, leaves, comes = face(640, 360, 120), face(200, 350), face(1050, 380, 90)
    seen = [[stays, leaves]] * 4 + [[stays]] * 2 + [[comes, stays]] * 3
    assert who(seen) == ["000000111", "1111-----", "------000"]
    found = people(seen, [SIZE] * 9, [0] * 9)
    assert [one.rule for one in found[1]] == ["on_track"] * 4 + ["off_track"] * 5


def test_two_who_cross_keep_who_they_are() -> None:
    tall = [face(300 + 60 * step, 300, 130) for step in range(11)]
    small = [face(900 - 60 * step, 400, 90) for step in range(11)]
    seen = [
        [one, two] if step % 2 else [two, one]
        for step, (one, two) in enumerate(zip(tall, small, strict=True))
    ]
    assert who(seen) == ["10101010101", "01010101010"]


def test_who_is_seen_in_less_than_a_fifth_of_the_frames_is_counted_but_no_person() -> None:
    subject, guest = face(640, 360, 120), face(200, 300)
    for frames, least in ((15, 3), (10, 2), (4, 2), (2, 2), (1, 1)):
        for times in range(1, frames + 1):
            seen = [[subject, guest]] * times + [[subject]] * (frames - times)
            assert len(who(seen)) == (2 if times >= least else 1)
            faces = [one.faces for one in people(seen, [SIZE] * frames, [0] * frames)[0]]
            assert faces == [2] * times + [1] * (frames - times)


def test_frames_without_any_face_do_not_make_a_passer_by() -> None:
    both = [face(640, 360, 120), face(200, 300)]
    assert who([both] * 2 + [[]] * 20) == ["00" + "-" * 20, "11" + "-" * 20]


def test_in_a_scene_of_several_people_after_a_cut_everybody_is_a_new_person() -> None:
    singer, audience = [face(640, 360, 140)], [face(640, 360, 100), face(900, 360, 90)]
    seen = [singer] * 4 + [audience] * 3
    assert who(seen, shots=[0] * 4 + [1] * 3) == ["0000---", "----000", "----111"]
    assert who(seen) == ["0000000", "----111"]


def test_spike_of_one_track_is_nobody() -> None:
    seen = [[face(640 + 5 * step, 360)] for step in range(8)]
    seen[3] = [face(900, 360)]
    assert who(seen) == ["000-0000"]


def test_without_a_face_there_is_one_person_who_is_never_seen() -> None:
    assert who([[], []]) == ["--"]
    assert who([]) == [""]


@pytest.mark.parametrize("seed", range(8))
def test_first_person_is_the_one_that_is_followed_and_nobody_is_two_people(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seen = [
        [
            face(*rng.uniform(100, 1100, 2), rng.uniform(40, 160), rng.uniform(0.5, 1))
            for _ in range(rng.integers(0, 4))
        ]
        for _ in range(12)
    ]
    shots = np.sort(rng.integers(0, 3, 12)).tolist()
    found = people(seen, [SIZE] * 12, shots)
    assert found[0] == follow(seen, [SIZE] * 12, "track", shots)
    taken = [id(one.face) for person in found for one in person if one.face is not None]
    assert len(taken) == len(set(taken))
