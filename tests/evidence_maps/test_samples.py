import numpy as np
import pytest

from deepfake_attribution.evidence_maps.samples import in_crop, rings
from deepfake_attribution.render.settings import RenderedDatabase

SETTINGS = RenderedDatabase.model_validate(
    {
        "identities": {"train": 2, "val": 2, "test": 9},
        **{"clips": 1, "attacks": ["sim_mouth"], "strength": [0, 1], "frames": 4, "fps": 4},
        **{"width": 240, "height": 180, "camera": "phone", "crf": 23},
    }
)


def test_mask_is_cut_as_its_crop() -> None:
    mask = np.zeros((20, 30), bool)
    mask[10:15, 20:30] = True
    found = in_crop(mask, {"region": [20, 10, 10], "turn": 0}, 10)
    assert found[:5].all() and not found[5:].any()
    turned = in_crop(mask, {"region": [20, 10, 10], "turn": 90}, 10)
    assert turned[:, :5].all() and not turned[:, 5:].any()


def test_nothing_is_changed_outside_the_frame() -> None:
    found = in_crop(np.ones((20, 30), bool), {"region": [-5, 15, 10], "turn": 0}, 20)
    assert found[:10, 10:].all() and found.sum() == 100


@pytest.mark.parametrize(("wanted", "clips"), [(1, 2), (4, 4), (8, 9), (100, 9)])
def test_whole_rings_of_test_clips_are_chosen(wanted: int, clips: int) -> None:
    """Nine people swap faces in three pairs and one ring of three, so 8 may be 8 or 9."""
    chosen = rings("d", SETTINGS, 1, wanted)
    every = [clip for ring in chosen for clip in ring]
    assert min(wanted, 9) <= len(every) <= clips + 1
    assert {clip.videos[0].split for clip in every} == {"test"}
    assert len({clip.person for clip in every}) == len(every)
    assert {clip.donor for clip in every} == {clip.person for clip in every}


def test_choice_follows_the_seed() -> None:
    def people(seed: int) -> list[int]:
        return [clip.person for ring in rings("d", SETTINGS, seed, 4) for clip in ring]

    assert people(1) == people(1) != people(3)
