from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.footage import Footage
from deepfake_attribution.render.settings import ATTACK_NAMES


def make(name, target, donor, seed=3, strength=0.7):
    return ATTACKS[name](target, donor, np.random.default_rng(seed), strength)


def blind(footage: Footage, frames: list[int]) -> Footage:
    landmarks, boxes = footage.landmarks.copy(), footage.boxes.copy()
    landmarks[frames[: len(frames) // 2]] = np.nan  # one of the two unknown is enough
    boxes[frames[len(frames) // 2 :]] = np.nan
    return replace(footage, landmarks=landmarks, boxes=boxes)


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs(one.astype(int) - other.astype(int)).max(axis=2)


def test_settings_and_registry_name_the_same_attacks():
    assert tuple(ATTACKS) == ATTACK_NAMES
    assert all(name.startswith("sim_") for name in ATTACKS)


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_attack_changes_the_face_and_nothing_outside(name, pair):
    frames = make(name, pair.target, pair.donor)
    assert len(frames) == len(pair.target.frames)
    for before, after, box in zip(pair.target.frames, frames, pair.target.boxes, strict=True):
        assert after.dtype == np.uint8 and after.shape == before.shape
        changed = difference(before, after)
        x0, y0, x1, y1 = box
        spare = 0.10 * (x1 - x0)
        inside = np.zeros(changed.shape, bool)
        inside[int(y0 - spare) : int(y1 + spare), int(x0 - spare) : int(x1 + spare)] = True
        assert (changed[~inside] == 0).all()
        assert (changed[inside] > 2).mean() > 0.03


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_strong_attack_changes_more_than_a_weak_one_and_a_weak_one_something(name, pair):
    """The mean over draws grows from 0 to 1; a single video may be an exception."""

    def first(footage: Footage) -> Footage:
        return Footage(footage.frames[:3], footage.landmarks[:3], footage.boxes[:3])

    target, donor = first(pair.target), first(pair.donor)

    def change(strength):
        made = [make(name, target, donor, seed, strength)[1] for seed in range(6)]
        return np.mean([difference(target.frames[1], frame).mean() for frame in made])

    changes = [change(strength) for strength in (0.0, 0.5, 1.0)]
    assert 0.05 < changes[0] < changes[1] < changes[2], changes


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_attack_leaves_its_input_alone_and_repeats_itself(name, pair):
    before = [frame.copy() for frame in pair.target.frames]
    first, second = make(name, pair.target, pair.donor), make(name, pair.target, pair.donor)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(before, pair.target.frames)


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_frames_without_a_known_face_keep_their_bits(name, pair):
    target = blind(pair.target, [0, 3, 4, 9])
    frames = make(name, target, blind(pair.donor, [1, 2]))
    for t, (before, after) in enumerate(zip(target.frames, frames, strict=True)):
        assert np.array_equal(before, after) == (t in (0, 3, 4, 9))


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_footage_without_any_known_face_stays_as_it_is(name, pair):
    target = blind(pair.target, list(range(10)))
    np.testing.assert_array_equal(make(name, target, pair.donor), target.frames)


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if attack.swaps])
def test_swap_with_a_donor_never_seen_is_refused(name, pair):
    with pytest.raises(UserError, match="another donor"):
        make(name, pair.target, blind(pair.donor, list(range(10))))


@pytest.mark.parametrize("name", [name for name, attack in ATTACKS.items() if not attack.swaps])
def test_attack_that_does_not_swap_ignores_the_donor(name, pair):
    one, other = make(name, pair.target, pair.donor), make(name, pair.target, pair.target)
    np.testing.assert_array_equal(one, other)


def test_attacks_give_different_pictures(pair):
    made = {name: make(name, pair.target, pair.donor) for name in ATTACK_NAMES}
    for one in made:
        for other in made:
            if one != other:
                apart = difference(made[one][5], made[other][5])
                assert (apart > 2).sum() > 200, (one, other)


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_attack_varies_from_video_to_video(name, pair):
    one, other = make(name, pair.target, pair.donor, 1), make(name, pair.target, pair.donor, 2)
    assert difference(one[4], other[4]).max() > 5


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_attack_does_not_flicker(name, pair):
    """On a still target and donor, neighbouring frames of a fake hardly differ."""

    def still(footage: Footage) -> Footage:
        return Footage(
            [footage.frames[0]] * 10,
            np.repeat(footage.landmarks[:1], 10, axis=0),
            np.repeat(footage.boxes[:1], 10, axis=0),
        )

    frames = make(name, still(pair.target), still(pair.donor))
    edit = difference(frames[0], pair.target.frames[0]).mean()
    steps = [difference(a, b).mean() for a, b in pairwise(frames)]
    assert max(steps) < 0.7 * edit


def test_attacks_work_where_face_and_frame_differ_in_size(pair):
    """A donor twice as large, and a target at the frame's border, as real footage has them."""
    donor = Footage(
        [np.repeat(np.repeat(frame, 2, axis=0), 2, axis=1) for frame in pair.donor.frames],
        2 * pair.donor.landmarks,
        2 * pair.donor.boxes,
    )
    left = int(pair.target.landmarks[:, :, 0].mean())
    shift = np.array([left, 0], np.float32)
    target = Footage(
        [np.ascontiguousarray(frame[:, left:]) for frame in pair.target.frames],
        pair.target.landmarks - shift,
        pair.target.boxes - np.tile(shift, 2),
    )
    for name in ATTACK_NAMES:
        frames = make(name, target, donor)
        assert frames[0].shape == target.frames[0].shape
        assert difference(frames[5], target.frames[5]).max() > 2
