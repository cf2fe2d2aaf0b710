import csv
from collections import Counter

import av
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from deepfake_attribution.catalog.manifest import read_manifest
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.render import database
from deepfake_attribution.render.database import footage_of, render_database
from deepfake_attribution.render.plan import identity, plan
from deepfake_attribution.render.settings import ATTACK_NAMES, Identities, RenderedDatabase

SWAPS = {"sim_decoder_swap", "sim_warp_swap", "sim_face_morph"}


def settings(train=2, val=0, test=2, attacks=("sim_mouth", "sim_warp_swap"), frames=4, **other):
    given = {"clips": 1, "fps": 12, "width": 192, "height": 160, "camera": "phone", "crf": 23}
    given["strength"] = [0.0, 1.0]
    return RenderedDatabase(
        identities=Identities(train=train, val=val, test=test),
        attacks=list(attacks),
        frames=frames,
        **{**given, **other},
    )


def contents(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def rows_of(folder):
    with (folder / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    render_database("one", settings(), 7, folder / "one", 1, folder / "work")
    return folder / "one"


def test_manifest_rows_are_the_files(made):
    rows = rows_of(made)
    assert list(rows[0]) == list(database.COLUMNS)
    assert sorted(row["path"] for row in rows) == sorted(set(contents(made)) - {"manifest.csv"})
    for row in rows:
        assert row["path"].startswith(f"{row['split']}/{row['attack']}/")
        assert row["compression"] == "h264-crf23"
        assert (row["attack"] == "real") == (row["source"] == row["path"])
    reals = {row["path"]: row for row in rows if row["attack"] == "real"}
    people = {row["identity"] for row in rows}
    for row in rows:
        source = reals[row["source"]]
        assert (source["identity"], source["split"]) == (row["identity"], row["split"])
        assert bool(row["donor"]) == (row["attack"] in SWAPS)
        assert bool(row["strength"]) == (row["attack"] != "real")
        assert row["donor"] in people | {""} and row["donor"] != row["identity"]


def test_videos_have_the_size_length_and_rate_asked_for(made):
    for row in rows_of(made):
        with av.open(str(made / row["path"])) as file:
            stream = file.streams.video[0]
            shapes = [frame.to_ndarray(format="rgb24").shape for frame in file.decode(video=0)]
            assert shapes == [(160, 192, 3)] * 4 and stream.average_rate == 12


@pytest.mark.slow
def test_two_workers_write_the_same_bytes(made, tmp_path):
    render_database("one", settings(), 7, tmp_path / "one", 2, tmp_path / "work")
    assert contents(tmp_path / "one") == contents(made)


def test_killed_run_is_continued_and_gives_the_same_bytes(made, tmp_path, monkeypatch):
    written, write = [], database.write_video

    def dying(frames, path, fps, crf):
        if len(written) == 5:
            raise KeyboardInterrupt
        written.append(path)
        write(frames, path, fps, crf)

    monkeypatch.setattr(database, "write_video", dying)
    with pytest.raises(KeyboardInterrupt):
        render_database("one", settings(), 7, tmp_path / "one", 1, tmp_path / "work")
    assert not (tmp_path / "one").exists() and len(written) == 5

    def counting(frames, path, fps, crf):
        written.append(path)
        write(frames, path, fps, crf)

    monkeypatch.setattr(database, "write_video", counting)
    render_database("one", settings(), 7, tmp_path / "one", 1, tmp_path / "work")
    assert contents(tmp_path / "one") == contents(made)
    assert len(written) == len(set(written)) == len(rows_of(made))
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "other", "seed"),
    [
        ("one", settings(), 8),
        ("one", settings(crf=24), 7),
        ("one", settings(strength=[0.0, 0.9]), 7),
        ("two", settings(), 7),
    ],
)
def test_unfinished_clips_of_other_settings_are_never_reused(name, other, seed):
    assert database._key(name, other, seed) != database._key("one", settings(), 7)


def test_older_database_is_replaced_and_foreign_files_are_not(tmp_path):
    few = settings(test=0, attacks=(), frames=1)
    old = tmp_path / "one"
    old.mkdir()
    (old / "holiday.jpg").write_bytes(b"dear")
    with pytest.raises(UserError, match="not a rendered database"):
        render_database("one", few, 1, old, 1, tmp_path / "work")
    assert (old / "holiday.jpg").read_bytes() == b"dear"
    (old / "manifest.csv").write_text("path\n")
    render_database("one", few, 1, old, 1, tmp_path / "work")
    assert set(contents(old)) == {
        "manifest.csv",
        "train/real/one-0000-00.mp4",
        "train/real/one-0001-00.mp4",
    }


def test_identities_are_disjoint_between_splits_and_donors_stay_inside():
    clips = plan("a", settings(5, 3, 4, ATTACK_NAMES, clips=2), SWAPS, 1)
    videos = [video for clip in clips for video in clip.videos]
    assert [video.number for video in videos] == list(range((5 + 3 + 4) * 2 * 9))
    people = {split: set() for split in ("train", "val", "test")}
    for video in videos:
        people[video.split] |= {video.identity, video.donor} - {""}
    assert Counter(len(group) for group in people.values()) == Counter((5, 3, 4))
    assert sum(len(group) for group in people.values()) == len(set.union(*people.values()))
    assert all(clip.donor != clip.person for clip in clips)
    givers = Counter(clip.donor for clip in clips)
    assert givers == Counter(clip.person for clip in clips)  # everyone gives and takes as often


def test_a_task_holds_every_donor_that_its_fakes_need():
    clips = plan("a", settings(5, 2, 3, ATTACK_NAMES, clips=2), SWAPS, 1)
    tasks = database.tasks_of(clips)
    assert [len(task) for task in tasks] == [len({clip.person for clip in task}) for task in tasks]
    assert sum(len(task) for task in tasks) == len(clips)
    for task in tasks:
        assert {clip.donor for clip in task} == {clip.person for clip in task}


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.3, 0.5), (0.7, 0.7)])
def test_every_equal_part_of_the_range_has_one_fake_of_each_split_and_attack(low, high):
    clips = plan("a", settings(5, 0, 8, ATTACK_NAMES, clips=2, strength=[low, high]), SWAPS, 1)
    strengths = {}
    for video in (video for clip in clips for video in clip.videos):
        assert (video.strength is None) == (video.attack == "real")
        strengths.setdefault((video.split, video.attack), []).append(video.strength)
    for (split, attack), drawn in strengths.items():
        if attack == "real":
            continue
        count = {"train": 10, "test": 16}[split]
        assert len(drawn) == count
        rounding = 0.0005
        for place, strength in enumerate(sorted(drawn)):
            first, last = (low + (high - low) * (place + end) / count for end in (0, 1))
            assert first - rounding <= strength <= last + rounding
        if high - low > 0.1:
            assert drawn != sorted(drawn)  # the numbers of the people do not tell it


def test_strengths_are_those_of_the_seed_and_differ_between_attacks():
    def drawn(seed, attack="sim_mouth"):
        clips = plan("a", settings(20, 0, 0), SWAPS, seed)
        return [video.strength for clip in clips for video in clip.videos if video.attack == attack]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert drawn(1) != drawn(1, "sim_warp_swap")


def test_manifest_holds_the_strengths_of_the_plan_and_the_catalog_keeps_them(made):
    planned = {
        video.path: "" if video.strength is None else str(video.strength)
        for clip in plan("one", settings(), SWAPS, 7)
        for video in clip.videos
    }
    assert {row["path"]: row["strength"] for row in rows_of(made)} == planned
    catalog = read_manifest("one", made, "manifest.csv")
    assert dict(zip(catalog["path"], catalog["strength"], strict=True)) == planned


def test_the_attack_gets_the_strength_that_the_manifest_tells(tmp_path, monkeypatch):
    given = []

    def noted(target, donor, rng, strength):
        given.append(strength)
        return target.frames

    monkeypatch.setitem(database.ATTACKS, "sim_mouth", noted)
    few = settings(2, 0, 0, ["sim_mouth"], frames=1)
    clips = plan("one", few, set(), 7)
    database.render_task("one", few, 7, tmp_path, clips)
    assert given == [clip.videos[1].strength for clip in clips]


def test_databases_share_no_person():
    assert identity("a", 3) != identity("b", 3)
    one, other = (footage_of(name, settings(frames=1), 1, 0, 0) for name in "ab")
    assert np.abs(one.frames[0].astype(int) - other.frames[0]).mean() > 5


@pytest.mark.slow
def test_single_cues_do_not_separate_real_from_fake(tmp_path):
    """Colour, noise outside the face and file size tell nothing of the label."""
    small = settings(10, 0, 0, ATTACK_NAMES, frames=4, width=256, height=192)
    render_database("one", small, 3, tmp_path / "one", 1, tmp_path / "work")
    fake, cues = [], {"mean": [], "noise": [], "size": []}
    for row in rows_of(tmp_path / "one"):
        path = tmp_path / "one" / row["path"]
        with av.open(str(path)) as file:
            frames = [frame.to_ndarray(format="gray") for frame in file.decode(video=0)]
        first, second = frames[1].astype(float), frames[2].astype(float)
        fake.append(row["attack"] != "real")
        cues["mean"].append(first.mean())
        cues["noise"].append((first - second)[:, :40].std())
        cues["size"].append(path.stat().st_size)
    for name, values in cues.items():
        assert 0.3 < roc_auc_score(fake, values) < 0.7, name
