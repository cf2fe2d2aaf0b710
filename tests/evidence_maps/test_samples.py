from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import images, paths, tables
from deepfake_attribution.core.shards import ShardWriter
from deepfake_attribution.evidence_maps.samples import (
    NO_FACE,
    NO_MASK,
    NOT_THERE,
    in_crop,
    of_database,
    rings,
)
from deepfake_attribution.render.plan import Clip
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


def write_database(name: str, ring: list[Clip]) -> None:
    """Write catalog and faces of a ring: its first fake is missing, its second has no face."""
    videos = [video for clip in ring for video in clip.videos]
    fakes = [video for video in videos if video.attack != "real"]
    catalog = [
        {"video": f"{name}/{video.path}", "dataset": name, "path": video.path}
        | {"attack": video.attack, "source": video.source}
        for video in videos
        if video is not fakes[0]
    ]
    tables.write(pd.DataFrame(catalog), paths.catalog(name))
    rows = []
    with ShardWriter(paths.faces(name)) as shards:
        for video in catalog:
            content = images.encode(np.full((20, 20, 3), 90, np.uint8), "png", 0)
            member = shards.add(f"{len(rows)}.png", content)
            face = {"video": video["video"], "slot": 1, "frame": 2, "person": 0, "turn": 0}
            face |= {"region": [10, 10, 20], "landmarks": [1.0] * 12, **vars(member)}
            lost = video["path"] == fakes[1].path
            rows.append(face | {"status": "no_face" if lost else "ok"})
    tables.write(pd.DataFrame(rows), paths.index(paths.faces(name)))


def test_every_video_has_a_sample_or_a_reason(tmp_path: Path) -> None:
    (ring, *_) = rings("d", SETTINGS, 1, 3)
    fakes = [video for clip in ring for video in clip.videos if video.attack != "real"]
    changed = np.zeros((60, 60), bool)
    changed[10:20, 10:30] = True
    drawn = {video.path: [changed] * 4 for video in fakes}
    with chdir(tmp_path):
        write_database("d", ring)
        found = list(of_database("d", [ring], drawn))
        assert len(found) == 2 * len(ring)
        by_attack = {"real": [], "sim_mouth": []}
        for sample in found:
            by_attack[sample.attack].append(sample)
        first, second, *rest = by_attack["sim_mouth"]
        assert (first.reason, second.reason) == (NOT_THERE, NO_FACE)
        for sample in [*rest, *by_attack["real"]]:
            assert sample.reason == "" and sample.crop is not None
            assert sample.masks["sim_mouth"][:10].all()
            assert not sample.masks["sim_mouth"][10:].any()
        assert all(sample.group == f"d/{sample.source}" for sample in found)
        unseen = {path: [np.zeros_like(changed)] * 4 for path in drawn}
        assert {one.reason for one in of_database("d", [ring], unseen)} == {
            "", NOT_THERE, NO_FACE, *([NO_MASK] if rest else []),
        }  # fmt: skip
