"""Damaged copies of stored crops."""

from pathlib import Path

import numpy as np
import pytest

from damaged_dataset import NAME, samples_of, stored, write_dataset
from deepfake_attribution.core import paths
from deepfake_attribution.core.quarter_turns import turned
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_crop, read_frame
from deepfake_attribution.evaluate.uncertainty import files
from deepfake_attribution.frames.video import take
from deepfake_attribution.robustness import copies, encoding
from deepfake_attribution.robustness.copies import Copies
from deepfake_attribution.robustness.damage import CRF, DAMAGES, JPEG, NONE, SCALE, error
from deepfake_attribution.robustness.samples import PLACE, Sample


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_dataset(1)
    return folder


@pytest.fixture
def sample(project: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    monkeypatch.chdir(project)
    return samples_of(files.tested_videos([NAME]))[0]


def made(sample: Sample, seed: int = 1) -> list[Copies]:
    faces, frames = ShardReader(paths.faces(NAME)), ShardReader(paths.frames(NAME))
    return list(copies.of_sample(sample, faces, frames, stored(), seed))


def test_every_kind_and_strength_has_a_copy_of_every_crop(sample: Sample) -> None:
    found = made(sample)
    wanted = [(NONE, 0.0), *((one.kind, each) for one in DAMAGES for each in one.strengths)]
    assert [(one.kind, one.strength) for one in found] == wanted
    assert {len(one.crops) for one in found} == {3} and not any(one.reason for one in found)
    errors = {
        one.kind: [
            np.mean([error(*pair) for pair in zip(each.crops, found[0].crops, strict=True)])
            for each in found
            if each.kind == one.kind
        ]
        for one in DAMAGES
    }
    for kind, rising in errors.items():
        assert rising == sorted(rising) and rising[-1] > rising[0], kind


def test_damage_that_changes_nothing_gives_the_stored_crops(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the frames as they are, what is cut out is the stored crop, byte for byte."""
    nothing = {CRF: 0, SCALE: 1, "blur": 0, "noise": 0, "brightness": 1}
    monkeypatch.setattr(copies, "strengths", lambda kind: (nothing.get(kind, 100),))

    def unchanged(path: Path, crfs: object, wanted: object) -> list[dict[int, np.ndarray]]:
        return [{one.frame: one.image for one in take(path, 3)}]

    monkeypatch.setattr(encoding, "encoded", unchanged)
    found = {one.kind: one.crops for one in made(sample)}
    reader = ShardReader(paths.faces(NAME))
    expected = [read_crop(reader, *(row[part] for part in PLACE)) for row in sample.crops]
    for kind in (NONE, *nothing):
        np.testing.assert_array_equal(found[kind], expected)
    assert np.abs(np.int16(found[JPEG]) - np.int16(expected)).max() > 0  # no quality loses nothing


def test_crop_of_a_turned_face_is_turned(sample: Sample) -> None:
    row = dict(sample.crops[0])
    frame = read_frame(ShardReader(paths.frames(NAME)), *(sample.frames[0][part] for part in PLACE))
    upright = copies.cut_out(frame, row, stored(), frame.shape)
    found = copies.cut_out(frame, row | {"turn": 90}, stored(), frame.shape)
    assert error(found, turned(upright, 1)) < 5 < error(found, upright)


def test_noise_is_of_the_seed_and_the_crop(sample: Sample) -> None:
    one, again, other = (
        {(each.kind, each.strength): each.crops for each in made(sample, seed)}
        for seed in (1, 1, 2)
    )
    key = ("noise", 8.0)
    np.testing.assert_array_equal(one[key], again[key])
    assert (np.asarray(one[key]) != np.asarray(other[key])).any()
    first, second = (np.int16(one[key][n]) - np.int16(one[NONE, 0.0][n]) for n in (0, 1))
    assert (first != second).mean() > 0.5


def test_video_that_is_gone_still_has_all_damage_of_its_pictures(sample: Sample) -> None:
    without = Sample(sample.dataset, sample.video, Path("gone.mp4"), sample.crops, sample.frames)
    found = made(without)
    assert {one.reason for one in found if one.kind == CRF} == {"no such file"}
    assert not any(one.crops for one in found if one.kind == CRF)
    assert {len(one.crops) for one in found if one.kind != CRF} == {3}
