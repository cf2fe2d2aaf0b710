from functools import partial
from pathlib import Path

import pytest

import further_trees
import tree_damage
from deepfake_attribution.catalog import leaks
from further_trees import listing

NAME = "fakeavceleb"
message = partial(further_trees.message, NAME)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    further_trees.build(tmp_path, NAME)
    return tmp_path


@pytest.fixture
def table(root: Path) -> Path:
    return root / NAME / "meta_data.csv"


def test_methods_are_the_classes_and_a_voice_alone_is_no_fake_face(root: Path) -> None:
    found = listing(root, NAME)
    counts = found.videos["attack"].value_counts().to_dict()
    assert counts == {
        "real": 10,
        "wav2lip": 10 + 8,
        "fsgan": 10,
        "FakeAV-faceswap": 10,
        "fsgan-wav2lip": 10,
        "FakeAV-faceswap-wav2lip": 8,
    }
    assert found.shortages() == []
    assert not found.videos["path"].str.startswith("RealVideo-FakeAudio").any()
    with_voices = listing(root, NAME, fake_audio="real", attacks=["fsgan"]).videos
    assert with_voices["attack"].value_counts().to_dict() == {"real": 20, "fsgan": 10}


def test_people_are_in_one_split_each_with_all_their_videos(root: Path) -> None:
    videos = listing(root, NAME).videos
    assert (videos.groupby("identity")["split"].nunique() == 1).all()
    assert set(videos["split"]) == {"train", "val", "test"}
    leaks.check_splits(videos)
    fewer = listing(root, NAME, attacks=["wav2lip"]).videos.set_index("path")["split"]
    assert fewer.equals(videos.set_index("path")["split"][fewer.index])
    assert videos["source"].str.startswith("RealVideo-RealAudio/").all()
    assert "swaps outside training have the face of somebody who is" in listing(root, NAME).notes[0]


def test_donor_is_whose_face_was_put_there_not_whose_voice(root: Path, table: Path) -> None:
    videos = listing(root, NAME).videos.set_index("path")
    rows = [line.split(",") for line in table.read_text().splitlines()[1:]]
    for who, one, _, method, _, kind, race, gender, file, _ in rows:
        path = f"{kind}/{race}/{gender}/{who}/{file}"
        if path in videos.index:
            swapped = method.startswith(("fsgan", "faceswap"))
            assert videos.loc[path, "donor"] == (one if swapped else ""), path
            assert videos.loc[path, "identity"] == who


def test_a_file_with_two_methods_is_not_used_and_named(root: Path) -> None:
    (line,) = [one for one in listing(root, NAME).problems if "two methods" in one]
    assert line.startswith("meta_data.csv: 2 files are listed with two methods and are not used: ")


def test_a_corrected_header_is_read_alike(root: Path, table: Path) -> None:
    before = listing(root, NAME).videos
    head = "source,target1,target2,method,category,type,race,gender,path,"
    for better in (head.replace("path,", "filename,path"), head.replace("path,", "path,folder")):
        table.write_text("\n".join([better, *table.read_text().splitlines()[1:]]))
        assert listing(root, NAME).videos.equals(before)


def test_counts_that_were_not_published_are_named(root: Path) -> None:
    problems = listing(root, NAME).problems
    line = "meta_data.csv: lists 28 files of FakeVideo-FakeAudio; 10835 were published"
    assert line in problems


def test_missing_videos_are_named_and_move_nobody(root: Path) -> None:
    before = listing(root, NAME).videos.set_index("path")["split"]
    gone = tree_damage.drop(root / NAME, "RealVideo-RealAudio/*/*/*/*", 2)
    found = listing(root, NAME)
    assert any(
        one.startswith("meta_data.csv: 2 of 66 videos are missing") for one in found.problems
    )
    inside = [path.relative_to(root / NAME).as_posix() for path in gone]
    assert found.videos.set_index("path")["split"].equals(before.drop(inside))
    assert len(found.shortages()) >= 1


def test_wrong_tables_roots_and_settings_are_named(root: Path, table: Path) -> None:
    text = table.read_text()
    for changed, words in (
        (text.replace(",fsgan,", ",fsgans,", 1), ": method 'fsgans' is none of FakeAVCeleb's"),
        (text.replace(",RealVideo-RealAudio,", ",Real,", 1), "row 2: type 'Real' is none of"),
        (text.replace("race", "group"), "no column 'race'; it has source, target1"),
    ):
        table.write_text(changed)
        assert message(root).startswith(str(table)) and words in message(root), message(root)
    table.unlink()
    assert f"{table}: no such file" in message(root)
    assert "is not the root of FakeAVCeleb: it has no RealVideo-" in message(root, root=str(root))
    assert "'rtvc' is none of FakeAVCeleb's methods" in message(root, attacks=["rtvc"])
    assert "fake_audio: 'fake' is not allowed" in message(root, fake_audio="fake")
