"""Which experiments the plan in the repository, and small ones, consist of."""

import contextlib
import copy
from pathlib import Path
from typing import Any

import pytest

from deepfake_attribution.cli import all_settings
from deepfake_attribution.cli.ablation.experiments import (
    Experiment,
    changed,
    check_database,
    digest,
    overrides,
    parts,
    per_seed,
    recipes,
)
from deepfake_attribution.cli.ablation.plan import Plan, load
from deepfake_attribution.cli.profiles import over
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def in_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def params() -> dict[str, Any]:
    return read(Path("params.yaml"))


@pytest.fixture
def plan() -> Plan:
    return load()


@pytest.fixture(scope="module")
def made() -> tuple[Experiment, ...]:
    """The parts of both recipes, made once: it takes seconds to read and check them."""
    with contextlib.chdir(ROOT):
        plan = load()
        every = plan.ablation.model_copy(update={"recipes": list(plan.recipes)})
        return tuple(parts(plan.model_copy(update={"ablation": every}), read(Path("params.yaml"))))


@pytest.fixture
def members(made: tuple[Experiment, ...]) -> list[Experiment]:
    return copy.deepcopy([*made])


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {
        f"{section}.{key}"
        for section in one
        if isinstance(one[section], dict)
        for key in one[section]
        if one[section][key] != other[section][key]
    }


def test_every_part_stands_beside_every_recipe(plan: Plan, members: list[Experiment]) -> None:
    for recipe in plan.recipes:
        of_recipe = [one.key for one in members if one.key.startswith(f"{recipe}-")]
        parts_of_it = [
            name
            for name, part in plan.ablation.parts.items()
            if not part.recipes or recipe in part.recipes
        ]
        assert len(of_recipe) == len(parts_of_it) > 10
        for name in parts_of_it:
            assert any(key.endswith(f"-{name}") for key in of_recipe)


def test_every_experiment_has_settings_that_stages_take(
    members: list[Experiment], plan: Plan
) -> None:
    for one in members:
        all_settings.check(one.settings, Path(one.key))


def test_each_seed_is_an_experiment(members: list[Experiment], plan: Plan) -> None:
    found = per_seed(members, plan.seeds)
    assert list(found) == [one.key for one in members]
    for row in members:
        assert [one.key for one in found[row.key]] == [
            f"{row.key}-seed-{seed}" for seed in plan.seeds
        ]
        for one, seed in zip(found[row.key], plan.seeds, strict=True):
            assert one.settings == changed(row.settings, {"train.seeds": [seed]})
            assert (one.heads, one.base, one.lacks) == (row.heads, row.base, row.lacks)


def test_an_experiment_differs_from_its_base_in_its_part_only(
    members: list[Experiment], plan: Plan
) -> None:
    by_key = {one.key: one for one in members}
    for one in members:
        if one.base:
            part = plan.ablation.parts[one.key.rsplit("-", 1)[1]]
            changing = {key for key in part.used if part.used[key] != part.unused[key]}
            assert differing(one.settings, by_key[one.base].settings) == changing
            assert set(one.heads) == set(part.heads)
            new = part.unused if one.lacks else part.used
            assert one.settings == changed(by_key[one.base].settings, new)


def test_no_two_experiments_of_a_recipe_are_the_same(members: list[Experiment]) -> None:
    """Those of two recipes may be: the second one's stages come from DVC's run cache."""
    assert len({one.key for one in members}) == len({one.title for one in members}) == len(members)
    for place, one in enumerate(members):
        same = [other for other in members[:place] if other.settings == one.settings]
        assert all(other.key.split("-")[0] != one.key.split("-")[0] for other in same)


def test_only_the_recipes_asked_for_are_taken_apart(
    plan: Plan, params: dict[str, Any], members: list[Experiment]
) -> None:
    assert plan.ablation.recipes == ["paper"]
    assert parts(plan, params) == [one for one in members if one.key.startswith("paper")]


def test_the_best_recipe_is_a_row_of_the_paper_s(members: list[Experiment]) -> None:
    """So its effect is seen with all heads, and nothing is trained twice."""
    by_key = {one.key: one for one in members}
    row = by_key["paper-plus-balanced-plus-balanced_cycle"]
    assert row.settings == by_key["best"].settings and row.base == "paper-plus-balanced"


def test_pairs_are_compared_with_balanced_batches(members: list[Experiment]) -> None:
    bases = {one.key: one.base for one in members}
    assert bases["paper-plus-balanced-plus-pairs"] == "paper-plus-balanced"


def test_data_network_and_epochs_are_those_of_the_params(
    members: list[Experiment], params: dict[str, Any]
) -> None:
    """But for the part that is about the network's input."""
    for one in members:
        for section in ("rendered", "datasets", "extract", "crop", "superset", "backbone"):
            if section != "backbone" or not one.key.endswith("-pixels"):
                assert one.settings[section] == params[section]
        assert one.settings["train"]["epochs"] == params["train"]["epochs"]


def test_every_head_with_an_embedding_or_classes_is_tuned(plan: Plan) -> None:
    for head in ("attribution", "triplet", "arcface"):
        assert sum(head in part.heads for part in plan.ablation.parts.values()) >= 10


def test_final_holds_the_recipes_with_all_heads(plan: Plan, params: dict[str, Any]) -> None:
    found = recipes(plan, params, plan.final.heads)
    assert [one.key for one in found] == list(plan.recipes)
    assert all(one.heads == tuple(params["heads"]) for one in found)


def test_the_database_kept_for_last_is_not_the_one_that_recipes_are_compared_on(
    plan: Plan, params: dict[str, Any]
) -> None:
    assert plan.ablation.database != plan.final.database
    for name, final in ((plan.ablation.database, False), (plan.final.database, True)):
        check_database(name, params, final)
        assert name not in params["superset"]["datasets"]
    with pytest.raises(UserError, match=r"'demo_c' is none of params\.yaml's: demo_a, demo_b"):
        check_database("demo_c", params, False)


def test_of_a_family_every_unseen_member_is_marked(params: dict[str, Any]) -> None:
    rows = params["databases"] | {"families": {"new": ["demo_a", "demo_selection", "demo_unseen"]}}
    there = params | {"databases": rows}
    with pytest.raises(UserError, match=r"add demo_unseen to databases\.compared_on"):
        check_database("new", there, False)
    with pytest.raises(UserError, match="recipes are compared on demo_selection"):
        check_database("new", there, True)
    check_database("demo_a", params, False)  # trained on: nobody takes it for untouched


def test_unknown_head_or_approach_is_refused_with_those_there_are(
    plan: Plan, params: dict[str, Any]
) -> None:
    with pytest.raises(UserError, match=r"'cosface' is none of params\.yaml's heads: binary, "):
        recipes(plan, params, ["arcface", "cosface"])
    for readings, message in (
        ({"cosface": "CosFace-LR"}, "'cosface' is none of params.yaml's heads: binary, "),
        (
            {"arcface": "ArcFaceMod"},
            "readings.arcface: 'ArcFaceMod' is none of its approaches: ",
        ),
    ):
        ablation = plan.ablation.model_copy(update={"readings": readings})
        with pytest.raises(UserError, match=message):
            parts(plan.model_copy(update={"ablation": ablation}), params)


def test_part_that_the_recipe_is_neither_with_nor_without_is_refused(
    plan: Plan, params: dict[str, Any]
) -> None:
    part = plan.ablation.parts["averaging"]
    odd = part.model_copy(
        update={"unused": {"train.averaging": 0.123}, "used": {"train.averaging": 0.5}}
    )
    ablation = plan.ablation.model_copy(update={"parts": {"odd": odd}})
    with pytest.raises(UserError, match="odd: the recipe 'paper' is neither with nor without"):
        parts(plan.model_copy(update={"ablation": ablation}), params)


def test_setting_that_is_not_there_is_refused(params: dict[str, Any]) -> None:
    with pytest.raises(UserError, match=r"train\.epoch: no such setting"):
        changed(params, {"train.epoch": 3})


def test_overrides_are_what_differs(params: dict[str, Any]) -> None:
    new = changed(params, {"train.seeds": [4, 5], "train.sampling": "paired", "train.flip": False})
    assert overrides(new, params) == [
        "train.flip=false",
        'train.sampling="paired"',
        "train.seeds=[4, 5]",
    ]
    assert overrides(params, params) == []


def test_digest_changes_with_settings_and_code(params: dict[str, Any]) -> None:
    code = {"a.py": "1", "b.py": "2"}
    same = digest(params, dict(reversed(code.items())))
    assert same == digest(params, code) and len(same) == 8
    assert digest(changed(params, {"train.epochs": 99}), code) != same
    assert digest(params, code | {"b.py": "3"}) != same


def test_what_the_best_recipe_does_otherwise_is_taken_apart(
    plan: Plan, params: dict[str, Any]
) -> None:
    paper, best = over(params, ["paper-recipe"]), over(params, ["best"])
    named = {key for part in plan.ablation.parts.values() for key in part.used}
    assert differing(paper, best) <= named
