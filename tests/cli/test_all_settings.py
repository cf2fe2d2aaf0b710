from pathlib import Path
from typing import Any, get_args

import pytest

from deepfake_attribution.cli.all_settings import SECTIONS, check
from deepfake_attribution.core import params
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read
from deepfake_attribution.core.settings import Seed
from deepfake_attribution.evaluate.settings import Column
from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.settings import ATTACK_NAMES
from deepfake_attribution.report import published

PARAMS = Path(__file__).parents[2] / "params.yaml"


def rows(**changes: Any) -> dict[str, Any]:
    return {"reals_from": {}, "families": {}, "published": {}} | changes


def message(**sections: Any) -> str:
    with pytest.raises(UserError) as stop:
        check(read(PARAMS) | sections, Path("params.yaml"))
    return str(stop.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("doubt", "uncertainty"), ("cues", "metadata_baseline"), ("unknown", "open_set")),
        ("cross_entropy", "binary and attribution, one for each head"),
    ],
)
def test_old_name_of_a_section_is_one_line_with_the_new_one(old: str, new: str) -> None:
    expected = f"params.yaml: {old}: this section is now called {new}: rename it"
    assert message(**{old: {}}) == expected


def test_unknown_section_is_named_with_those_there_are() -> None:
    assert message(trian={}) == "params.yaml: trian: no such section: did you mean train?"
    text = message(xyz={})
    assert text.startswith("params.yaml: xyz: no such section; there are attribution, augment")


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"superset": {"datasets": ["nope"]}}, "superset.datasets"),
        ({"databases": rows(reals_from={"demo_a": "nope"})}, "databases.reals_from"),
        ({"databases": rows(reals_from={"nope": "demo_a"})}, "databases.reals_from"),
        ({"databases": rows(families={"F": ["nope"]})}, "databases.families"),
    ],
)
def test_name_that_is_no_dataset_is_refused(sections: dict[str, Any], key: str) -> None:
    known = "demo_a, demo_b, demo_selection, demo_unseen"
    expected = f"params.yaml: {key}: 'nope' is none of the datasets: {known}"
    assert message(**sections) == expected


def test_published_figures_stand_beside_a_row_that_is_there() -> None:
    families = {"F": ["demo_a", "demo_b"]}
    check(
        read(PARAMS)
        | {"databases": rows(families=families, published={"F": "Google", "demo_a": "Celeb-DF"})},
        Path("params.yaml"),
    )
    text = message(databases=rows(families=families, published={"demo": "Google"}))
    known = "demo_a, demo_b, demo_selection, demo_unseen, F"
    expected = f"databases.published: 'demo' is no dataset and no family: {known}"
    assert text == f"params.yaml: {expected}"


def test_published_database_that_the_paper_lacks_is_refused_with_those_it_has() -> None:
    text = message(databases=rows(published={"demo_a": "DFDC"}))
    assert text.startswith("params.yaml: databases.published.demo_a: 'DFDC' is not allowed: ")
    assert "\n" not in text
    assert all(f"'{column}'" in text for column in published.COLUMNS)
    assert get_args(Column) == tuple(published.COLUMNS)


def test_two_rows_cannot_stand_beside_one_published_database() -> None:
    text = message(databases=rows(published={"demo_a": "Google", "demo_b": "Google"}))
    assert text.endswith("demo_a and demo_b are both compared with Google: keep one")


def test_rendered_dataset_must_be_drawn_by_something() -> None:
    rendered = {k: v for k, v in read(PARAMS)["rendered"].items() if k != "demo_b"}
    expected = "params.yaml: datasets.demo_b is rendered, but not in section 'rendered'"
    assert message(rendered=rendered) == expected


def entry(name: str, loss: str) -> dict[str, str]:
    folder = f"models/classifiers/{name}"
    return {"loss": loss, "scored_by": folder, "mapped_by": folder}


def test_unknown_head_or_loss_is_refused_with_the_known_ones() -> None:
    heads = read(PARAMS)["heads"]
    text = message(heads=heads | {"cosface": entry("cosface", "loss")})
    there = "there are arcface, attribution, binary, triplet"
    assert text == f"params.yaml: heads.cosface: 'cosface' is not a head; {there}"
    losses = "loss (arcface), attribution (attribution), binary (binary), triplet (triplet)"
    for wrong in ("cosface", "triplet"):
        assert message(heads=heads | {"arcface": entry("arcface", wrong)}) == (
            f"params.yaml: heads.arcface.loss: '{wrong}' is not allowed: expected loss; "
            f"the losses are {losses}"
        )


@pytest.mark.parametrize("names", [["triplet", "cosface"], ["triplet"], ["triplet", "binary"]])
def test_classifiers_are_for_the_heads_that_embed_and_no_other(names: list[str]) -> None:
    text = message(classifiers=read(PARAMS)["classifiers"] | {"heads": names})
    assert text.startswith(f"params.yaml: classifiers.heads: {', '.join(names)}: expected every")
    assert text.endswith("triplet, arcface")


def test_threshold_of_degraded_copies_needs_copies() -> None:
    settings = read(PARAMS)
    wanted = settings["evaluate"] | {"threshold_crops": "degraded"}
    expected = (
        "params.yaml: evaluate.threshold_crops: degraded needs degraded copies of the validation "
        "crops: set embed.degraded_chance above 0, for example to 0.3"
    )
    assert message(evaluate=wanted) == expected
    made = settings["embed"] | {"degraded_chance": 0.3}
    check(settings | {"evaluate": wanted, "embed": made}, Path("params.yaml"))


def test_attacks_that_settings_allow_are_those_that_there_are() -> None:
    assert ATTACK_NAMES == tuple(ATTACKS)


def test_every_section_has_a_file_of_its_name() -> None:
    """`load` knows the sections by these."""
    assert {model.section for model in SECTIONS} == set(params.SECTIONS)


def test_unknown_section_is_refused_by_every_stage(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("seed: 1\ntrian:\n  epochs: 2\n")
    with pytest.raises(
        UserError, match=r"params.yaml: trian: no such section: did you mean train\?"
    ):
        params.load(Seed, path)
