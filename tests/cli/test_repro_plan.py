from pathlib import Path

import pytest

from deepfake_attribution.cli import repro_plan

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_time_is_the_last_one_else_that_of_the_same_kind() -> None:
    last = {"crop@a": 10.0, "crop@b": 20.0}
    assert repro_plan.expected(["crop@a", "crop@new"], last) == 10.0 + 15.0
    assert repro_plan.expected([], last) == 0.0


def test_unknown_times_are_not_made_up_except_for_the_demo() -> None:
    assert repro_plan.expected(["report"], {"crop@a": 1.0}) is None
    demo = repro_plan.expected(["report", "crop@a"], {"crop@a": 1.0}, demo=True)
    assert demo == repro_plan.DEMO["report"] + 1.0


def test_every_kind_of_stage_has_a_description_and_a_time_on_the_demo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    about = repro_plan.descriptions()
    assert all(about.values()) and set(about) == set(repro_plan.DEMO)
    assert about["crop"].startswith("Find and follow the face")


def test_the_demo_is_known_by_its_datasets() -> None:
    assert not repro_plan.is_demo()  # no params.yaml
    params = Path("params.yaml")
    params.write_text("rendered: {a: {x: 1}}\ndatasets: {a: {root: x}}\n")
    assert repro_plan.is_demo()
    params.write_text("rendered: {a: {x: 1}}\ndatasets: {a: {root: x}, mine: {root: y}}\n")
    assert not repro_plan.is_demo()
    params.write_text("rendered: {}\ndatasets: {}\n")
    assert not repro_plan.is_demo()


def test_broken_files_are_for_dvc_to_report() -> None:
    Path("dvc.yaml").write_text("stages: [")
    Path("params.yaml").write_text("[")
    assert repro_plan.descriptions() == {} and not repro_plan.is_demo()


def test_targets_alone_are_counted_where_dvc_looks_at_nothing_else() -> None:
    arguments = ["-s", "-f", "report"]
    assert repro_plan.stages(arguments, repro_plan.graph(arguments).text) == ["report"]
    arguments = ["--downstream", "crop@a"]
    assert repro_plan.stages(arguments, repro_plan.graph(arguments).text) == []
