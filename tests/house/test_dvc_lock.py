"""dvc.lock holds results of stages that dvc.yaml still has: DVC never removes the others."""

from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]


def test_every_stage_of_the_lock_is_in_the_pipeline() -> None:
    there = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    recorded = YAML(typ="safe").load(ROOT / "dvc.lock")["stages"]
    assert {name.split("@")[0] for name in recorded} == {*there}
