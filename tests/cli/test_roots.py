from pathlib import Path

import pytest

from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.cli.roots import read_roots, strangers, with_roots
from deepfake_attribution.core.errors import UserError

PAPER = profile("paper", Path(__file__).parents[2] / "profiles")


def roots(named: dict[str, str], before: dict[str, object]) -> dict[str, str]:
    datasets = with_roots(PAPER, named, before)["datasets"]
    return {name: dataset["root"] for name, dataset in datasets.items()}


def test_named_roots_are_taken_and_a_shared_tree_stays_shared() -> None:
    found = roots({"faceforensics": "/data/ff"}, {})
    assert found["faceforensics"] == found["dfd"] == "/data/ff"
    assert found["celeb_df"] == PAPER["datasets"]["celeb_df"]["root"]
    assert roots({"faceforensics": "/a", "dfd": "/b"}, {})["dfd"] == "/b"


def test_root_set_by_hand_outlives_another_profile() -> None:
    before = {"datasets": {"celeb_df": {"adapter": "celeb_df", "root": "/mine"}}}
    assert roots({}, before)["celeb_df"] == "/mine"
    assert roots({"celeb_df": "/named"}, before)["celeb_df"] == "/named"
    other = {"datasets": {"celeb_df": {"adapter": "manifest", "root": "/mine"}}}
    assert roots({}, other)["celeb_df"] != "/mine"


def test_file_is_optional_and_strict(tmp_path: Path) -> None:
    path = tmp_path / "roots.yaml"
    assert read_roots(path) == {}
    path.write_text("celeb_df: /data/Celeb-DF-v2\n")
    assert read_roots(path) == {"celeb_df": "/data/Celeb-DF-v2"}
    path.write_text("# nothing yet\n")
    assert read_roots(path) == {}
    path.write_text("1: /data\n")
    with pytest.raises(UserError, match=r"roots\.yaml: 1 is not a dataset's name"):
        read_roots(path)
    path.write_text("celeb_df: 5\n")
    with pytest.raises(UserError, match=r"roots\.yaml: celeb_df: 5 is not a folder's path"):
        read_roots(path)
    for content in ("- celeb_df: /data\n", "celeb_df:/data\n"):
        path.write_text(content)
        with pytest.raises(
            UserError, match=r"expected a line for each dataset, such as 'celeb_df: "
        ):
            read_roots(path)


def test_home_and_variables_are_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("DISK", "/mnt/d")
    path = tmp_path / "roots.yaml"
    path.write_text("celeb_df: ~/celeb\ndf_mobio: $DISK/mobio\n")
    assert read_roots(path) == {"celeb_df": "/home/ann/celeb", "df_mobio": "/mnt/d/mobio"}
    path.write_text("celeb_df: ~nobody_here/celeb\n")
    with pytest.raises(UserError, match=r"celeb_df: ~nobody_here/celeb: there is no such user"):
        read_roots(path)
    path.write_text("celeb_df: ${DISC}/celeb\n")
    with pytest.raises(
        UserError, match=r"celeb_df: \$\{DISC\}/celeb: the variable DISC is not set"
    ):
        read_roots(path)


def test_where_the_demo_is_drawn_is_no_root_to_name() -> None:
    demo = profile("demo", Path(__file__).parents[2] / "profiles")
    assert with_roots(demo, {"demo_a": "/x"}, {}) == demo


def test_another_family_of_datasets_is_no_typing_mistake() -> None:
    """For another profile: dfdc is listed, and dfd is not."""
    named = {"dfdc": "/a", "celeb_df_pp": "/b", "dfdm": "/c", "fakeavceleb": "/d"}
    assert strangers(named, PAPER["datasets"]) == [*named]
    with pytest.raises(UserError, match=r"'dfds' is no dataset: did you mean 'dfd'\?"):
        strangers({"dfds": "/a"}, PAPER["datasets"])


def test_a_name_that_no_profile_has_gets_the_nearest_one_that_exists() -> None:
    cross = profile("cross-dataset", Path(__file__).parents[2] / "profiles")["datasets"]
    with pytest.raises(UserError, match=r"'df40' is no dataset: did you mean 'df40_ff'\?"):
        strangers({"df40": "/a"}, cross)
    assert strangers({"df40": "/a", "df40_ff": "/a"}, cross) == ["df40"]
    known = {*cross, *PAPER["datasets"]}
    with pytest.raises(UserError, match=r"'df40_fs' is no dataset: did you mean 'df40_ff'\?"):
        strangers({"df40_fs": "/a"}, PAPER["datasets"], known)
    assert strangers({"df40_ff": "/a", "mine": "/b"}, PAPER["datasets"], known) == [
        *("df40_ff", "mine")
    ]
