import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import name_trees
import tree_damage
from deepfake_attribution.cli.main import app
from deepfake_attribution.core.errors import UserError

LISTS = "faceforensics/splits"


@pytest.fixture
def trees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small trees of names, and a project beside them that is the current folder."""
    name_trees.build(tmp_path / "trees")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    name_trees.project(tmp_path / "project", tmp_path / "trees")
    name_trees.edit({"celeb_df": {"test_real": 5, "test_fake": 6}})
    return tmp_path / "trees"


def asked(*arguments: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, ["doctor", "--json", *arguments])
    return result.exit_code, json.loads(result.stdout)["datasets"]


def test_terminal_shows_a_table_and_a_line_for_each_problem(trees: Path) -> None:
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0
    for words in (
        "faceforensics",
        "6 of 363",
        "known overlap",
        "problems, see above: the pipeline",
    ):
        assert words in result.stdout


def test_partial_data_is_a_problem_and_no_error(trees: Path) -> None:
    gone = tree_damage.drop(trees, "hififace/**/*_*.mp4", 2)
    code, found = asked()
    assert code == 0
    problems = found["hififace"]["problems"]
    assert f"HifiFace: 2 of 16 are missing: {gone[0].stem}, {gone[1].stem}" in problems


def test_wrong_root_stops_and_the_others_are_still_looked_at(trees: Path) -> None:
    name_trees.edit({"celeb_df": {"root": "/nowhere"}})
    code, found = asked()
    assert code == 1
    (line,) = found["celeb_df"]["wrong"]
    assert line.startswith("datasets.celeb_df.root: /nowhere is not a folder")
    assert line in found["celeb_df"]["problems"] and found["celeb_df"]["counts"] == {}
    assert found["faceforensics"]["counts"]["test"]["real"] == 4


def test_videos_that_are_not_there_were_not_opened(trees: Path) -> None:
    assert "20 videos of each dataset were opened" in CliRunner().invoke(app, ["doctor"]).stdout
    for name in YAML(typ="safe").load(Path("params.yaml"))["datasets"]:
        name_trees.edit({name: {"root": "/nowhere"}})
    shown = CliRunner().invoke(app, ["doctor"]).stdout
    assert "were opened" not in shown and "(no file was opened)" in shown


def test_broken_identity_rule_is_wrong(trees: Path) -> None:
    path = trees / "df_mobio/manifest.csv"
    lines = path.read_text().splitlines()
    fake = next(number for number, line in enumerate(lines) if ",mobio_swap,test," in line)
    lines[fake] = lines[fake].replace(",test,", ",train,")
    path.write_text("\n".join(lines))
    code, found = asked()
    assert code == 1 and found["df_mobio"]["apart"] is False
    assert "is in both train" in found["df_mobio"]["wrong"][0]


def test_copies_across_splits_are_wrong_and_within_one_a_problem(trees: Path) -> None:
    videos = trees / "faceforensics/original_sequences/youtube/c23/videos"
    lists = {
        split: json.loads((trees / LISTS / f"{split}.json").read_text())[0]
        for split in ("train", "test")
    }
    one, two = lists["train"]
    (videos / f"{one}.mp4").write_bytes(b"the same content")
    (videos / f"{two}.mp4").write_bytes(b"the same content")
    code, found = asked()
    assert code == 0
    assert any(
        line.startswith("1 video exists twice in one class")
        for line in found["faceforensics"]["problems"]
    )
    (videos / f"{lists['test'][0]}.mp4").write_bytes(b"the same content")
    code, found = asked("--content", "full")
    assert code == 1
    assert any(
        "in two splits or under two classes (same content)" in line
        for line in found["faceforensics"]["wrong"]
    )
    assert asked("--content", "none")[0] == 0


def test_unreadable_file_is_a_problem_that_is_not_subtracted(trees: Path) -> None:
    tree_damage.garble(trees, "hififace/**/*_*.mp4", 1)
    code, found = asked()
    assert code == 0 and sum(found["hififace"]["counts"]["train"].values()) == 8
    assert any("cannot be read" in line for line in found["hififace"]["problems"])


def test_more_videos_without_a_frame_than_extract_allows_is_wrong(trees: Path) -> None:
    tree_damage.garble(trees, "hififace/**/*_*.mp4", 1)
    name_trees.allow_failed(0.99)  # all the others are empty
    code, found = asked()
    assert code == 1
    (line,) = found["hififace"]["wrong"]
    assert line.startswith(
        "16 of 16 videos will give no frame, more than extract.max_failed = 0.99 allows, so "
        "the extraction would stop; "
    )
    assert line in found["hififace"]["problems"]


def listed(trees: Path, rows: str) -> None:
    """Write a manifest of a dataset `mine`, and name it in params.yaml."""
    (trees / "mine").mkdir()
    (trees / "mine/list.csv").write_text(f"path,attack,split\n{rows}")
    settings = YAML().load(Path("params.yaml"))
    settings["datasets"]["mine"] = {
        "adapter": "manifest",
        "root": str(trees / "mine"),
        "manifest": "list.csv",
    }
    YAML().dump(settings, Path("params.yaml"))


def test_a_folder_without_images_is_called_a_folder(trees: Path) -> None:
    listed(trees, "film,real,test\nclip.mp4,swap,test\n")
    (trees / "mine/film").mkdir()
    (trees / "mine/clip.mp4").touch()
    _, found = asked()
    assert found["mine"]["problems"] == [
        "1 file is empty (0 bytes): clip.mp4",
        "1 folder is empty (0 bytes): film",
    ]


def test_row_of_a_manifest_without_its_file_is_expected_and_not_found(trees: Path) -> None:
    listed(trees, "a.mp4,swap,test\nb.mp4,swap,test\nc.mp4,real,test\n")
    for name in "ab":
        (trees / f"mine/{name}.mp4").write_bytes(b"\0" + name.encode())
    _, found = asked("--content", "none")
    mine = found["mine"]
    assert (mine["counts"], mine["expected"]) == (
        {"test": {"real": 0, "swap": 2}},
        {"test": {"real": 1}},
    )
    assert "1 video is missing or cannot be accessed: c.mp4" in mine["problems"]
    assert any(line.startswith("no real test video") for line in mine["problems"])
    shown = CliRunner().invoke(app, ["doctor", "--content", "none"]).stdout
    assert "0 of 1" in next(line for line in shown.splitlines() if "mine" in line)


def test_training_dataset_without_validation_videos_is_wrong(trees: Path) -> None:
    settings = YAML().load(Path("params.yaml"))
    settings["superset"]["datasets"].append("dfd")
    YAML().dump(settings, Path("params.yaml"))
    code, found = asked()
    assert code == 1
    assert (
        "superset.datasets names dfd, but it has no train and no val videos; take"
        in found["dfd"]["wrong"][0]
    )


def test_a_mistake_in_the_settings_is_one_line(trees: Path) -> None:
    settings = YAML().load(Path("params.yaml"))
    settings["superset"]["datasets"] = ["nope"]
    YAML().dump(settings, Path("params.yaml"))
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == 1 and result.output.count("\n") == 1
    assert "superset.datasets: 'nope' is none of the datasets" in result.output


def test_two_datasets_of_one_key_are_one_line(trees: Path) -> None:
    text = Path("params.yaml").read_text()
    twice = "datasets:\n  celeb_df:\n    adapter: folder\n    root: x\n"
    Path("params.yaml").write_text(text.replace("datasets:\n", twice, 1))
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1 and result.output.count("\n") == 1
    assert "'celeb_df' is there twice: remove one of the two, or make them one" in result.output


def test_demo_before_it_is_drawn_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(name_trees.PROFILES.parent / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    code, found = asked()
    assert code == 0 and "demo_a" in found
    assert found["demo_a"]["notes"] == ["not drawn yet: `dvc repro` draws it"]


def test_folder_without_git_is_noted_and_the_datasets_are_looked_at(
    trees: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise UserError("dvc stage list: not a git repository")

    monkeypatch.setattr("deepfake_attribution.cli.doctor.leftovers", refuse)
    assert "dvc stage list: not a git repository" in notes()
    assert "celeb_df" in asked()[1]


def test_class_that_lacks_a_part_is_wrong_before_anything_is_extracted(trees: Path) -> None:
    videos = trees / "faceforensics/manipulated_sequences/NeuralTextures/c23/videos"
    for a, b in json.loads((trees / LISTS / "val.json").read_text()):
        for name in (f"{a}_{b}", f"{b}_{a}"):
            (videos / f"{name}.mp4").unlink()
    code, found = asked()
    assert code == 1
    (line,) = found["faceforensics"]["wrong"]
    assert line.startswith(
        "the class 'NeuralTextures' has no val videos in any dataset of superset"
    )


def test_one_content_under_two_classes_is_wrong(trees: Path) -> None:
    tree = trees / "faceforensics"
    a, b = json.loads((trees / LISTS / "train.json").read_text())[0]
    original = tree / f"original_sequences/youtube/c23/videos/{a}.mp4"
    original.write_bytes(b"the same content")
    tree_damage.copy_over(original, tree / f"manipulated_sequences/FaceSwap/c23/videos/{a}_{b}.mp4")
    code, found = asked()
    assert code == 1
    assert "in two splits or under two classes" in found["faceforensics"]["wrong"][0]


def test_consequences_of_one_mistake_are_not_told_as_others(trees: Path) -> None:
    edit = {"faceforensics": {"root": str(trees)}}
    name_trees.edit(edit)
    code, found = asked()
    assert code == 1
    (line,) = found["faceforensics"]["wrong"]
    assert f"{trees / 'faceforensics'} has: set the root to it" in line
    for name in ("hififace", "deeperforensics"):
        assert found[name]["problems"] == [line]


def notes() -> list[str]:
    result = CliRunner().invoke(app, ["doctor", "--json", "--content", "none"])
    found: list[str] = json.loads(result.stdout)["project"]["notes"]
    return found


def test_folders_of_roots_yaml_that_params_yaml_does_not_have_are_noted(trees: Path) -> None:
    assert not any("roots.yaml" in line for line in notes())
    roots = YAML().load(Path("roots.yaml"))
    YAML().dump(dict(roots) | {"celeb_df": "/new/place", "dfdc": "/other"}, Path("roots.yaml"))
    (line,) = [line for line in notes() if "roots.yaml" in line]
    assert line == (
        f"roots.yaml: celeb_df: /new/place, but params.yaml has {trees / 'celeb_df'}: "
        "run `deepfake-attribution profile` again, which copies the folders"
    )
    YAML().dump({"celebdf": "/new/place"}, Path("roots.yaml"))
    assert notes()[-1] == "roots.yaml: 'celebdf' is no dataset: did you mean 'celeb_df'?"
    Path("roots.yaml").unlink()
    assert not any("roots.yaml" in line for line in notes())


def test_a_dataset_that_is_only_tested_on_is_not_recommended_for_training(trees: Path) -> None:
    settings = YAML().load(Path("params.yaml"))
    settings["superset"]["datasets"].remove("celeb_df")
    YAML().dump(settings, Path("params.yaml"))
    _, found = asked("--content", "none")
    (line,) = [line for line in found["celeb_df"]["notes"] if line.startswith("not used: ")]
    assert line.endswith("only tested on, with the videos that are listed as test")
