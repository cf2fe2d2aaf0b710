import numpy as np
import pytest

from deepfake_attribution.render import skull
from deepfake_attribution.render.clip import (
    Mover,
    View,
    forward,
    over,
    place,
    render_clip,
    way_back,
)
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.head import draw_head
from deepfake_attribution.render.motion import draw_motion
from deepfake_attribution.render.people import BEARDS, HAIR_STYLES, draw_person
from deepfake_attribution.render.scene import draw_scene


def test_landmarks_stand_in_blazeface_order_inside_the_box(pair):
    for footage in (pair.target, pair.donor):
        right, left, nose, mouth, right_ear, left_ear = footage.landmarks.transpose(1, 0, 2)
        assert (right[:, 0] < nose[:, 0]).all() and (nose[:, 0] < left[:, 0]).all()
        assert (right_ear[:, 0] < right[:, 0]).all() and (left[:, 0] < left_ear[:, 0]).all()
        assert (right[:, 1] < nose[:, 1]).all() and (nose[:, 1] < mouth[:, 1]).all()
        low, high = footage.boxes[:, None, :2], footage.boxes[:, None, 2:]
        assert (low < footage.landmarks).all() and (footage.landmarks < high).all()
        assert footage.landmarks.dtype == footage.boxes.dtype == np.float32
        assert footage.known.all()


def test_face_fills_a_quarter_of_the_width_and_stays_in_the_picture():
    for index in range(60):
        scene, person = draw_scene(9, "b", index), draw_person(9, "b", index)
        assert 2 * scene.face * person.width > 0.25
    for index in range(3):
        clip = render_clip(draw_person(9, "b", index), scene, View(192, 160, 12), index, 12)
        assert (clip.boxes > 0).all() and (clip.boxes < [192, 160, 192, 160]).all()


def test_way_back_undoes_forward():
    person = draw_person(4, "c", 0)
    mover, view = Mover(person, draw_head(person).depth), View(320, 240, 12)
    pose = draw_motion(np.random.default_rng(2), 20, 12)[11]
    shift, affine = mover.shift(pose), place(pose, (160, 110), 52)
    points = np.array([[0.3, 0.1], [-0.4, -0.05], [0.0, 0.9], [0.1, 0.6]])
    pixels = forward(points, shift, affine)
    maps = np.stack(way_back(shift, affine, view), axis=-1)
    for point, pixel in zip(points, pixels, strict=True):
        column, row = np.round(pixel).astype(int)
        step = np.linalg.inv(affine[:, :2]) @ ([column, row] - pixel)  # to the nearest pixel
        expected = skull.to_pixels(point + step)
        np.testing.assert_allclose(maps[row, column], expected, atol=1.5)


def test_same_seed_same_clip_and_motion_moves_it(pair):
    again = render_clip(draw_person(5, "a", 1), draw_scene(5, "a", 1), View(320, 240, 12), 1, 10)
    np.testing.assert_array_equal(again.frames, pair.target.frames)
    np.testing.assert_array_equal(again.landmarks, pair.target.landmarks)
    steps = np.abs(np.diff(pair.target.landmarks, axis=0)).max(axis=(1, 2))
    assert steps.max() > 0.2 and steps.max() < 8


def test_people_cover_every_style_and_tone():
    people = [draw_person(0, "d", index) for index in range(300)]
    assert {person.hair_style for person in people} == set(HAIR_STYLES)
    assert {person.beard for person in people} == set(BEARDS)
    tones = np.array([sum(person.skin) / 3 for person in people])
    assert tones.min() < 75 and tones.max() > 205
    assert {person.glasses for person in people} == {True, False}


def test_eyes_are_darker_than_the_cheeks(pair):
    for footage in (pair.target, pair.donor):
        frame = footage.frames[0].astype(float).mean(axis=2)
        right, _, _, mouth = footage.landmarks[0, :4]
        eye = frame[round(right[1]) - 3 : round(right[1]) + 4, round(right[0]) - 3 :][:, :7]
        row = round((right[1] + mouth[1]) / 2)
        cheek = frame[row - 3 : row + 4, round(right[0]) - 3 :][:, :7]
        assert eye.min() < 0.7 * cheek.mean()


def test_over_agrees_with_the_formula():
    rng = np.random.default_rng(0)
    below = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    alpha = rng.integers(0, 256, (20, 30, 1), dtype=np.uint8)
    colour = (rng.uniform(0, 1, (20, 30, 3)) * alpha).astype(np.uint8)
    expected = colour + below * (1 - alpha / 255)
    out = over(below, np.concatenate([colour, alpha], axis=2))
    np.testing.assert_allclose(out, expected, atol=1)


def test_footage_refuses_parts_that_do_not_belong_together(pair):
    with pytest.raises(ValueError, match="9 frames"):
        Footage(pair.target.frames[:9], pair.target.landmarks, pair.target.boxes)
    odd = [*pair.target.frames[:9], np.zeros((8, 8, 3), np.uint8)]
    with pytest.raises(ValueError, match="size"):
        Footage(odd, pair.target.landmarks, pair.target.boxes)
