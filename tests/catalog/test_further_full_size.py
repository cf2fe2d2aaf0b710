"""On trees of full size the catalogs give the counts that were published, and within seconds.

tests/further_trees.py says what of these trees was not published.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import further_trees
from deepfake_attribution.catalog import leaks
from further_trees import FAMILIES, listing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A folder for the trees; in memory where that can be had (`conftest.full_root` says why)."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        further_trees.build(Path(folder), "celeb_df_pp", full=True)
        yield Path(folder)


def test_celeb_df_pp_has_178_reals_and_its_fakes_by_family_in_the_test_list(root: Path) -> None:
    found = listing(root, "celeb_df_pp", full=True)
    assert (found.problems, found.shortages()) == ((), [])
    tested = {attack: n for (split, attack), n in found.found().items() if split == "test"}
    sizes = {"FaceSwap": 200, "FaceReenact": 200, "TalkingFace": 300}
    each = {method: sizes[family] for family, some in FAMILIES.items() for method in some}
    del each["Celeb-DF"]
    assert tested == {"real": 178, "Celeb-synthesis": 340, **each}
    assert sum(n for attack, n in tested.items() if attack != "real") == 5240
    by_class = found.videos["attack"].value_counts()
    assert (by_class["real"], by_class["Celeb-synthesis"]) == (890, 5639)
    assert len(found.videos) - by_class["real"] == 53_196
    leaks.check_splits(found.videos)
    family = listing(root, "celeb_df_pp", full=True, classes="family", methods=["FaceSwap"]).found()
    assert family[("test", "face_swap")] == 340 + 7 * 200


def test_dfdm_has_430_fakes_of_each_model_and_quality(root: Path) -> None:
    further_trees.build(root, "dfdm", full=True)
    qualities = [
        listing(root, "dfdm", full=True, quality=one) for one in ("crf0", "crf10", "crf23")
    ]
    for found in qualities:
        assert (found.problems, found.shortages()) == ((), [])
        assert set(found.videos["attack"].value_counts()) == {430}
    assert sum(len(found.videos) for found in qualities) == 6450


def test_fakeavceleb_has_its_four_types(root: Path) -> None:
    further_trees.build(root, "fakeavceleb", full=True)
    found = listing(root, "fakeavceleb", full=True, fake_audio="real")
    assert found.shortages() == []
    (line,) = found.problems  # the table lists as many files of each type as were published
    assert "22 files are listed with two methods" in line
    kinds = found.videos["path"].str.split("/").str[0].value_counts().to_dict()
    assert kinds == {
        "FakeVideo-FakeAudio": 10_835 - 22,
        "FakeVideo-RealAudio": 9709,
        "RealVideo-FakeAudio": 500,
        "RealVideo-RealAudio": 500,
    }
    assert found.videos["identity"].nunique() == 500


def test_dfdc_has_119154_videos_to_train_on_and_is_listed_within_seconds(root: Path) -> None:
    further_trees.build(root, "dfdc", full=True)
    start = time.process_time()
    found = listing(root, "dfdc", full=True, val=0.1)
    assert time.process_time() - start < 30  # 6 were measured
    assert (found.problems, found.shortages()) == ((), [])
    learnt = found.videos[found.videos["split"] != "test"]["attack"].value_counts().to_dict()
    assert learnt == {"DFDC": 100_000, "real": 19_154}
    tested = {key: n for key, n in found.found().items() if key[0] == "test"}
    assert tested == {("test", "real"): 2000 + 2500, ("test", "DFDC"): 2000 + 2500}
    leaks.check_splits(found.videos)


def test_deepfake_eval_2024_has_the_rows_of_the_table_that_was_seen(root: Path) -> None:
    further_trees.build(root, "deepfake_eval_2024", full=True)
    found = listing(root, "deepfake_eval_2024", full=True)
    assert found.found() == {("test", "Deepfake-Eval-2024"): 964, ("test", "real"): 112}
    assert "960 videos are neither Real nor Fake" in found.problems[0]
