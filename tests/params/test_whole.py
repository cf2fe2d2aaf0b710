from pathlib import Path
from typing import Any

import pytest

from deepfake_attribution.errors import UserError
from deepfake_attribution.params import load
from deepfake_attribution.params.load import read
from deepfake_attribution.params.rendered import ATTACK_NAMES
from deepfake_attribution.params.seed import Seed
from deepfake_attribution.params.whole import SECTIONS, check
from deepfake_attribution.rendering.attacks.registry import ATTACKS

PARAMS = Path(__file__).parents[2] / "params.yaml"


def message(**sections: Any) -> str:
    with pytest.raises(UserError) as stop:
        check(read(PARAMS) | sections, Path("params.yaml"))
    return str(stop.value)


def test_unknown_section_is_named_with_those_there_are() -> None:
    text = message(trian={})
    assert text.startswith("params.yaml: trian: no such section; there are seed, rendered, datas")


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"superset": {"datasets": ["nope"]}}, "superset.datasets"),
        ({"databases": {"reals_from": {"demo_a": "nope"}, "families": {}}}, "databases.reals_from"),
        ({"databases": {"reals_from": {"nope": "demo_a"}, "families": {}}}, "databases.reals_from"),
        ({"databases": {"reals_from": {}, "families": {"F": ["nope"]}}}, "databases.families"),
    ],
)
def test_name_that_is_no_dataset_is_refused(sections: dict[str, Any], key: str) -> None:
    known = "demo_a, demo_b, demo_selection, demo_unseen"
    expected = f"params.yaml: {key}: 'nope' is none of the datasets: {known}"
    assert message(**sections) == expected


def test_rendered_dataset_must_be_drawn_by_something() -> None:
    rendered = {k: v for k, v in read(PARAMS)["rendered"].items() if k != "demo_b"}
    expected = "params.yaml: datasets.demo_b is rendered, but not in section 'rendered'"
    assert message(rendered=rendered) == expected


def test_attacks_that_settings_allow_are_those_that_there_are() -> None:
    assert ATTACK_NAMES == tuple(ATTACKS)


def test_every_section_has_a_file_of_its_name() -> None:
    """`load` knows the sections by these."""
    assert {model.section for model in SECTIONS} == set(load.SECTIONS)


def test_unknown_section_is_refused_by_every_stage(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("seed: 1\ntrian:\n  epochs: 2\n")
    with pytest.raises(UserError, match=r"params.yaml: trian: no such section; there are backbone"):
        load.load(Seed, path)
