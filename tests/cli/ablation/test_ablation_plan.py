from pathlib import Path

import pytest
from ruamel.yaml import YAML

from deepfake_attribution.cli.ablation.plan import load
from deepfake_attribution.core.errors import UserError

PLAN = Path(__file__).parents[3] / "ablation.yaml"


def written(folder: Path, **changes: object) -> Path:
    content = YAML(typ="safe").load(PLAN) | changes
    YAML(typ="safe").dump(content, folder / "ablation.yaml")
    return folder / "ablation.yaml"


def test_parts_have_what_is_with_and_what_is_without_them() -> None:
    part = load(PLAN).ablation.parts["averaging"]
    assert set(part.used) == set(part.unused) == {"train.averaging"}
    for part in load(PLAN).ablation.parts.values():
        assert set(part.used) == set(part.unused)
        assert part.used != part.unused


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"seeds": []}, r"seeds: \[\] is not allowed"),
        ({"sedes": [1]}, "sedes: no such setting"),
        ({"final": {"database": "x"}}, "final.heads: this setting is missing"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, changes: dict, expected: str) -> None:
    with pytest.raises(UserError, match=rf"ablation\.yaml: {expected}"):
        load(written(tmp_path, **changes))


def test_head_without_a_reading_is_named(tmp_path: Path) -> None:
    ablation = YAML(typ="safe").load(PLAN)["ablation"]
    ablation["readings"] = {"attribution": "Attribution"}
    with pytest.raises(UserError, match="no reading is named for the head 'triplet'"):
        load(written(tmp_path, ablation=ablation))


def test_parts_of_a_recipe_that_is_not_there_are_named(tmp_path: Path) -> None:
    ablation = YAML(typ="safe").load(PLAN)["ablation"]
    ablation["recipes"] = ["paper", "papper"]
    expected = "ablation.recipes: 'papper' is none of recipes: best, paper"  # `written` sorts
    with pytest.raises(UserError, match=expected):
        load(written(tmp_path, ablation=ablation))


def test_part_for_a_recipe_that_is_not_there_is_named(tmp_path: Path) -> None:
    ablation = YAML(typ="safe").load(PLAN)["ablation"]
    ablation["parts"]["pairs"]["recipes"] = ["bets"]
    with pytest.raises(
        UserError, match=r"parts\.pairs\.recipes: 'bets' is none of recipes: best, "
    ):
        load(written(tmp_path, ablation=ablation))


def test_missing_plan_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"ablation\.yaml: no such file"):
        load(tmp_path / "ablation.yaml")
