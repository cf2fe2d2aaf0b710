import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from deepfake_attribution.catalog.registry import settings_of
from deepfake_attribution.cli.all_settings import check
from deepfake_attribution.cli.profiles import LISTS, names, over, profile, restrict, stacked
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read
from deepfake_attribution.core.params_file import write
from deepfake_attribution.core.settings import Dataset
from deepfake_attribution.report.published import protocol

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "profiles"
PROTOCOLS = ROOT / "protocols"
PARAMS = ROOT / "params.yaml"
DEMO = (FOLDER / "demo.yaml").read_text()

# Design, section 5: the paper's values.
PAPER = {
    "backbone.name": "legacy_xception",
    "backbone.weights": "imagenet",
    "backbone.input_size": 224,
    "backbone.embedding": 64,
    "train.epochs": 20,
    "train.batch_size": 16,
    "train.optimiser": "adam",
    "train.learning_rate": 2e-4,
    "train.weight_decay": 0.0,
    "train.flip": False,
    "binary.label_smoothing": 0.0,
    "attribution.label_smoothing": 0.0,
    "loss.scale": 64,
    "loss.margin_real": 0.6,
    "loss.margin_fake": 0.4,
    "classifiers.tune_on": "test",
    "classifiers.nn.k": 14,
    "classifiers.lr.C": 0.001,
    "classifiers.svm.C": 0.01,
    "evaluate.threshold_scores": "out_of_fold",
    "evaluate.fpr": 0.1,
    "extract.frames": 15,
    "superset.datasets": ["faceforensics", "hififace", "deeperforensics", "celeb_df"],
    "databases.reals_from": {"hififace": "faceforensics", "deeperforensics": "faceforensics"},
    "rendered": {},
}


def at(settings: dict[str, Any], key: str) -> Any:
    value: Any = settings
    for part in key.split("."):
        value = value[part]
    return value


def comments(text: str) -> dict[str, list[str]]:
    """Return the comments of each section, whether before it, in it or behind its values."""
    found: dict[str, list[str]] = {}
    waiting: list[str] = []
    name = ""
    for line in text.splitlines():
        key = re.match(r"(\w+):", line)
        name = key.group(1) if key else name
        comment = re.search(r"(?:^|\s)(#.*)$", line)
        if line.startswith("#"):
            waiting.append(line.rstrip())
            continue
        if key:
            found[name] = waiting
            waiting = []
        if comment:
            found[name].append(comment.group(1))
    return found


@pytest.mark.parametrize("name", names(FOLDER))
def test_every_profile_is_valid_and_says_how_to_run_it(name: str) -> None:
    settings = profile(name, FOLDER)
    check(settings, Path(name))
    for dataset, own in settings["datasets"].items():
        settings_of(dataset, Dataset.model_validate(own), Path(name))
    header = re.match(r"(#.*\n)+", (FOLDER / f"{name}.yaml").read_text())
    assert header and "Command:" in header.group()


def test_params_are_the_demo() -> None:
    assert "demo" in names(FOLDER)
    assert read(PARAMS) == read(FOLDER / "demo.yaml") == profile("demo", FOLDER)


@pytest.fixture(scope="module")
def paper() -> dict[str, Any]:
    return profile("paper", FOLDER)


@pytest.mark.parametrize("key", PAPER)
def test_paper_profile_holds_the_paper_s_value(paper: dict[str, Any], key: str) -> None:
    assert at(paper, key) == PAPER[key]


def test_paper_profile_joins_the_databases_built_on_faceforensics() -> None:
    settings = profile("paper", FOLDER)
    assert list(settings["databases"]["families"].values()) == [
        ["faceforensics", "hififace", "deeperforensics"]
    ]
    tested_only = set(settings["datasets"]) - set(settings["superset"]["datasets"])
    assert tested_only == {"dfd", "deepfake_timit", "df_mobio"}


def test_paper_profile_stands_beside_every_published_database() -> None:
    rows = profile("paper", FOLDER)["databases"]["published"]
    assert list(rows) == ["icassp2022", "mmsp2021"]
    for name, compared in rows.items():
        assert sorted(compared) == sorted(protocol(name, PROTOCOLS).databases)
    assert {"FaceForensics++", "dfd"} <= set(rows["icassp2022"].values())


def test_cross_dataset_profile_agrees_with_the_protocols_that_it_names() -> None:
    settings = profile("cross-dataset", FOLDER)
    datasets, rows = settings["datasets"], settings["databases"]["published"]
    assert settings["superset"]["datasets"] == ["faceforensics"]
    for name, compared in rows.items():
        found = protocol(name, PROTOCOLS)
        assert found.trained_on == ["FaceForensics++"]
        for database, row in compared.items():
            theirs, own = found.databases[database], datasets[row]
            same = theirs.compression in (None, own.get("compression", "released"))
            assert same or (name, database) == ("sbi", "DFD")  # the report refuses this one
            attacks = own.get("attacks") or own.get("methods")
            single = theirs.attacks is not None and len(theirs.attacks) == 1
            assert {*theirs.attacks} <= {*attacks} if single else theirs.attacks in (None, attacks)
    assert settings["extract"]["frames"] == protocol("deepfakebench", PROTOCOLS).frames


def test_profile_takes_what_it_does_not_name_from_the_demo() -> None:
    demo, tiny = profile("demo", FOLDER), profile("tiny", FOLDER)
    own = read(FOLDER / "tiny.yaml")
    for section in set(demo) - set(own):
        assert tiny[section] == demo[section]
    assert tiny["train"] == demo["train"] | own["train"]
    for section in LISTS:  # taken whole: the demo's datasets are gone
        assert tiny[section] == own[section]


def test_unknown_profile_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"'papr'; there are: best, .*paper, paper-honest, "):
        profile("papr", FOLDER)
    with pytest.raises(UserError, match="none: is there a folder"):
        profile("demo", tmp_path)


def test_profile_with_a_wrong_value_is_refused_by_its_own_name(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "demo.yaml", tmp_path)
    (tmp_path / "mine.yaml").write_text("train:\n  epochs: many\n")
    with pytest.raises(UserError, match=r"mine\.yaml: train\.epochs: 'many' is not allowed"):
        profile("mine", tmp_path)


@pytest.fixture
def params(tmp_path: Path) -> Path:
    return Path(shutil.copy(FOLDER / "demo.yaml", tmp_path / "params.yaml"))


def test_writing_what_is_there_changes_no_letter(params: Path) -> None:
    assert write(profile("demo", FOLDER), params) == []
    assert params.read_text() == DEMO


@pytest.mark.parametrize("name", ["paper", "tiny"])
def test_written_file_is_the_profile(params: Path, name: str) -> None:
    changed = write(profile(name, FOLDER), params)
    assert read(params) == profile(name, FOLDER)
    assert "train.batch_size" in changed and "seed" not in changed
    assert [path.name for path in params.parent.iterdir()] == ["params.yaml"]


@pytest.mark.parametrize("name", ["paper", "tiny"])
def test_comments_outlive_the_way_there_and_back(params: Path, name: str) -> None:
    before = comments(DEMO)
    write(profile(name, FOLDER), params)
    there = comments(params.read_text())
    write(profile("demo", FOLDER), params)
    back = comments(params.read_text())
    assert read(params) == profile("demo", FOLDER)
    assert list(read(params)) == list(profile("demo", FOLDER))  # in the same order
    assert set(before) == set(there) == set(back)
    for section in before:
        replaced = section in LISTS  # its inner comments may go with the list they stood in
        for found in (there, back):
            heading = [line for line in before[section] if line in found[section]]
            assert heading == before[section] or (replaced and heading), section


@pytest.mark.parametrize("name", ["paper", "tiny"])
def test_file_that_was_there_and_back_is_the_same_to_the_letter(params: Path, name: str) -> None:
    """So that `git diff` shows nothing after a look at another profile."""
    before = params.read_text()
    for there_and_back in (name, "demo"):
        write(profile(there_and_back, FOLDER), params)
    assert params.read_text() == before
    assert write(profile("demo", FOLDER), params) == []


def test_only_what_differs_is_touched(params: Path) -> None:
    settings = profile("demo", FOLDER)
    before = settings["train"]["epochs"]
    settings["train"] = settings["train"] | {"epochs": before + 1}
    assert write(settings, params) == ["train.epochs"]
    old, new = DEMO.splitlines(), params.read_text().splitlines()
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    assert differing == [(f"  epochs: {before}", f"  epochs: {before + 1}")]


def test_hand_edits_and_comments_of_the_user_survive(params: Path) -> None:
    text = DEMO.replace("seed: 1\n", "# mine\nseed: 7  # lucky\n")
    params.write_text(text + "\n# the end\n")
    settings = profile("demo", FOLDER) | {"seed": 7}
    settings["train"] = settings["train"] | {"flip": False}
    write(settings, params)
    assert "# mine\nseed: 7  # lucky\n" in params.read_text()
    assert params.read_text().rstrip().endswith("# the end")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    write(profile("tiny", FOLDER), tmp_path / "params.yaml")
    assert read(tmp_path / "params.yaml") == profile("tiny", FOLDER)


def test_restricted_to_some_datasets_nothing_else_is_named() -> None:
    paper = profile("paper", FOLDER)
    kept = restrict(paper, ["celeb_df", "faceforensics", "dfd"])
    check(kept, Path("paper"))
    assert list(kept["datasets"]) == ["faceforensics", "celeb_df", "dfd"]
    assert kept["superset"]["datasets"] == ["faceforensics", "celeb_df"]
    assert kept["databases"] == {
        "reals_from": {},
        "families": {"FaceForensics++": ["faceforensics"]},
        "published": {
            "icassp2022": {
                "Celeb-DF": "celeb_df",
                "FaceForensics++": "FaceForensics++",
                "Google": "dfd",
            },
            "mmsp2021": {"Google": "dfd"},
        },
        "compared_on": [],
    }
    assert {k: v for k, v in kept.items() if k not in ("datasets", "superset", "databases")} == {
        k: v for k, v in paper.items() if k not in ("datasets", "superset", "databases")
    }
    assert list(paper["datasets"])[1] == "hififace"  # what was given is unchanged


def test_restricted_profile_without_a_family_names_no_published_figures_for_it() -> None:
    kept = restrict(profile("paper", FOLDER), ["celeb_df"])
    assert kept["databases"]["published"] == {"icassp2022": {"Celeb-DF": "celeb_df"}}
    check(kept, Path("paper"))


def test_profile_with_datasets_of_its_own_needs_no_section_of_databases(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "profiles")
    text = "rendered: {}\ndatasets:\n  a: {adapter: manifest, root: x, manifest: m.csv}\n"
    (tmp_path / "profiles" / "mine.yaml").write_text(text + "superset: {datasets: [a]}\n")
    rows = profile("mine", tmp_path / "profiles")["databases"]
    assert rows["compared_on"] == []  # the demo's has nothing to be marked
    assert profile("demo", tmp_path / "profiles")["databases"]["compared_on"] == ["demo_selection"]


def test_restricted_demo_draws_only_what_it_keeps() -> None:
    kept = restrict(profile("demo", FOLDER), ["demo_a"])
    assert list(kept["rendered"]) == list(kept["datasets"]) == ["demo_a"]
    assert kept["databases"]["compared_on"] == []


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (["celeb"], "no dataset 'celeb' in this profile; it has faceforensics, hififace"),
        (["dfd"], "nothing to train on is left: keep at least one of faceforensics, hififace"),
        (["hififace"], "hififace is tested with the reals of faceforensics: name faceforensics"),
    ],
)
def test_restriction_that_cannot_work_is_refused(keep: list[str], expected: str) -> None:
    with pytest.raises(UserError, match=re.escape(expected)):
        restrict(profile("paper", FOLDER), keep)


def test_honest_profile_differs_from_the_paper_s_in_what_sees_test_data() -> None:
    paper, honest = profile("paper", FOLDER), profile("paper-honest", FOLDER)
    different = {section for section in paper if paper[section] != honest[section]}
    assert different == {"classifiers"}
    assert at(honest, "classifiers.tune_on") == "val"
    assert at(honest, "evaluate.threshold_scores") == "out_of_fold"
    for kind, key in (("nn", "k"), ("lr", "C"), ("svm", "C")):
        searched = at(honest, f"classifiers.{kind}.{key}")
        assert at(paper, f"classifiers.{kind}.{key}") in searched and len(searched) > 2


def test_earlier_paper_trains_on_two_datasets_and_tests_on_all() -> None:
    paper, earlier = profile("paper", FOLDER), profile("paper-mmsp2021", FOLDER)
    different = {section for section in paper if paper[section] != earlier[section]}
    assert different == {"superset"}
    assert earlier["superset"]["datasets"] == ["faceforensics", "celeb_df"]


def test_profile_that_extends_nothing_or_itself_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "demo.yaml", tmp_path)
    (tmp_path / "a.yaml").write_text("extends: b\n")
    with pytest.raises(UserError, match=r"a\.yaml: extends: it extends 'b', which does not exist"):
        profile("a", tmp_path)
    (tmp_path / "b.yaml").write_text("extends: a\n")
    with pytest.raises(UserError, match=r"b\.yaml: extends: it extends 'a', which extends it in"):
        profile("a", tmp_path)
    (tmp_path / "b.yaml").write_text("train:\n  epochs: 9\n")
    assert profile("a", tmp_path)["train"]["epochs"] == 9


def test_restriction_that_leaves_out_the_splits_is_refused() -> None:
    paper = profile("paper", FOLDER)
    paper["databases"] = paper["databases"] | {"reals_from": {}}
    expected = "hififace takes its splits from faceforensics: name faceforensics, too"
    with pytest.raises(UserError, match=expected):
        restrict(paper, ["hififace", "celeb_df"])


def test_recipe_leaves_a_profile_its_data_and_its_network() -> None:
    honest, both = profile("paper-honest", FOLDER), stacked(["paper-honest", "best"], FOLDER)
    different = {section for section in honest if honest[section] != both[section]}
    assert different == {"train"}
    for section in read(FOLDER / "best.yaml").keys() - {"extends"}:
        assert both[section].items() >= read(FOLDER / "best.yaml").get(section, {}).items()
    for key in ("epochs", "seeds"):  # they go with the network
        assert both["train"][key] == honest["train"][key]


def test_later_profiles_change_what_earlier_ones_say() -> None:
    assert stacked(["best", "paper-recipe"], FOLDER) == profile("paper-recipe", FOLDER)
    assert stacked(["paper", "demo"], FOLDER) == profile("demo", FOLDER)
    with pytest.raises(UserError, match="no profile 'bests'"):
        stacked(["paper", "bests"], FOLDER)


def test_profile_over_the_user_s_own_settings_leaves_their_data() -> None:
    mine = stacked(["tiny"], FOLDER)
    changed = over(mine, ["best"], FOLDER)
    assert changed["datasets"] == mine["datasets"] and changed["backbone"] == mine["backbone"]
    assert changed["train"]["sampling"] == "balanced" != mine["train"]["sampling"]


def test_mistake_of_profiles_together_names_them_all(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "demo.yaml", tmp_path)
    (tmp_path / "a.yaml").write_text("train:\n  epochs: 3\n")
    (tmp_path / "b.yaml").write_text("train:\n  epochs: many\n")
    with pytest.raises(UserError, match=r"a\.yaml \+ b\.yaml: train\.epochs: 'many'"):
        stacked(["a", "b"], tmp_path)
