from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from deepfake_attribution.cli.all_settings import SECTIONS, check
from deepfake_attribution.cli.outside_names import check_outside, models
from deepfake_attribution.core import params
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read
from deepfake_attribution.core.settings import Seed
from deepfake_attribution.render.attacks.registry import ATTACKS
from deepfake_attribution.render.settings import ATTACK_NAMES

PARAMS = Path(__file__).parents[2] / "params.yaml"


def rows(**changes: Any) -> dict[str, Any]:
    return {"reals_from": {}, "families": {}, "published": {}, "compared_on": []} | changes


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
        ({"databases": rows(compared_on=["nope"])}, "databases.compared_on"),
    ],
)
def test_name_that_is_no_dataset_is_refused(sections: dict[str, Any], key: str) -> None:
    known = "demo_a, demo_b, demo_selection, demo_unseen"
    expected = f"params.yaml: {key}: 'nope' is none of the datasets: {known}"
    assert message(**sections) == expected


def test_database_that_recipes_are_compared_on_is_not_trained_on() -> None:
    check(read(PARAMS) | {"databases": rows(compared_on=["demo_unseen"])}, PARAMS)
    expected = "databases.compared_on: 'demo_a' is trained on: name only datasets that are not in "
    text = message(databases=rows(compared_on=["demo_unseen", "demo_a"]))
    assert text == f"params.yaml: {expected}superset.datasets"


def test_published_figures_stand_beside_a_row_that_is_there() -> None:
    families = {"F": ["demo_a", "demo_b"]}
    check(
        read(PARAMS)
        | {
            "databases": rows(
                families=families, published={"icassp2022": {"Google": "F", "Celeb-DF": "demo_a"}}
            )
        },
        Path("params.yaml"),
    )
    published = {"icassp2022": {"Google": "demo"}}
    text = message(databases=rows(families=families, published=published))
    known = "demo_a, demo_b, demo_selection, demo_unseen, F"
    expected = f"databases.published.icassp2022.Google: 'demo' is no dataset and no family: {known}"
    assert text == f"params.yaml: {expected}"


def test_published_database_that_the_protocol_lacks_is_refused_with_those_it_has() -> None:
    text = message(databases=rows(published={"mmsp2021": {"DFDC": "demo_a"}}))
    assert text == (
        "params.yaml: databases.published.mmsp2021: 'DFDC' is not in "
        "protocols/mmsp2021.yaml, which has DF-Mobio, Google, DeepfakeTIMIT"
    )


def test_protocol_that_is_not_there_is_refused_with_those_that_are() -> None:
    text = message(databases=rows(published={"icassp": {"Celeb-DF": "demo_a"}}))
    expected = "params.yaml: databases.published: no protocol 'icassp'; there are: deepfakebench, "
    assert text.startswith(expected)


def test_published_figures_without_a_protocol_are_refused_with_how_to_write_them() -> None:
    text = message(databases=rows(published={"celeb_df": "Celeb-DF"}))
    assert text == (
        "params.yaml: databases.published: {'celeb_df': 'Celeb-DF'} is not allowed: expected the "
        "name of a file of protocols/ and, below it, its databases with our rows, such as "
        "icassp2022: {Celeb-DF: celeb_df}"
    )


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


def test_section_of_a_head_that_was_removed_is_named() -> None:
    settings = read(PARAMS)
    del settings["heads"]["triplet"]
    settings["classifiers"]["heads"] = ["arcface"]
    with pytest.raises(UserError) as stop:
        check(settings, Path("params.yaml"))
    assert str(stop.value) == (
        "params.yaml: triplet: no head of section 'heads' reads this section: remove it, or name "
        "triplet under heads"
    )
    del settings["triplet"]
    check(settings, Path("params.yaml"))


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


def test_drawn_dataset_is_read_from_where_it_is_drawn() -> None:
    datasets = read(PARAMS)["datasets"]
    moved = datasets | {"demo_b": {"adapter": "rendered", "root": "data/videos/demo_a"}}
    assert message(datasets=moved) == (
        "params.yaml: datasets.demo_b.root: 'data/videos/demo_a' is not allowed: expected "
        "data/videos/demo_b, where the stage `render` draws it"
    )


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        (["val"], "test is missing, which results need"),
        (["test"], "val is missing, which thresholds and classifiers need"),
        (["val", "test", "val"], "val is named twice"),
    ],
)
def test_splits_that_are_needed_are_embedded_once(splits: list[str], expected: str) -> None:
    text = message(embed=read(PARAMS)["embed"] | {"splits": splits})
    assert text == f"params.yaml: embed.splits: {expected}"


def test_drawn_videos_bound_the_neighbours() -> None:
    """2 databases, 16 people, 1 clip, real and 3 or 2 attacks, 4 frames: 448 crops."""
    classifiers = read(PARAMS)["classifiers"]
    text = message(classifiers=classifiers | {"nn": {"k": [3, 448]}})
    assert text.startswith("params.yaml: classifiers.nn.k: 448 is too large: the drawn videos give")
    check(read(PARAMS) | {"classifiers": classifiers | {"nn": {"k": 447}}}, Path("params.yaml"))


@pytest.mark.parametrize("split", ["train", "val"])
def test_drawn_datasets_have_people_to_train_on_and_to_fit_with(split: str) -> None:
    rendered = read(PARAMS)["rendered"]
    for name in ("demo_a", "demo_b"):
        rendered[name]["identities"][split] = 0
    text = message(rendered=rendered)
    assert text.startswith(f"params.yaml: rendered: identities.{split} is 0 in demo_a, demo_b: ")


def test_processes_that_cannot_share_a_batch_are_refused_before_training() -> None:
    settings = read(PARAMS)
    compute, loss = settings["compute"] | {"devices": 3}, settings["loss"] | {"batch_size": 9}
    expected = "32 crops cannot be divided evenly among 3 processes"
    assert expected in message(compute=compute)
    even = settings["train"] | {"batch_size": 33}
    check(settings | {"compute": compute, "train": even, "loss": loss}, Path("params.yaml"))
    assert "loss.batch_size: 10 crops" in message(
        compute=compute, train=even, loss=loss | {"batch_size": 10}
    )


def test_models_of_timm_are_known_from_its_sources() -> None:
    import timm

    assert models() == set(timm.list_models())


def outside(tmp_path: Path, **changes: str) -> list[str]:
    settings = read(PARAMS)
    settings["backbone"] |= {"name": "test_efficientnet", "weights": "none"}
    for key, value in changes.items():
        section, name = key.split("__")
        settings[section][name] = value
    try:
        check_outside(settings, Path("params.yaml"))
    except UserError as error:
        return list(error.args)
    return []


def test_model_and_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    assert outside(tmp_path) == []
    assert outside(tmp_path, backbone__name="resnet50d.ra2_in1k") == []
    assert outside(tmp_path, backbone__name="tv_resnet50") == []  # an old name that timm takes
    gone, broken = str(tmp_path / "a.safetensors"), tmp_path / "b.safetensors"
    broken.write_bytes(b"not tensors")
    name, weights, detector = outside(
        tmp_path, backbone__name="resnt50", backbone__weights=gone, detector__weights="nowhere"
    )
    assert name.startswith("backbone.name: timm has no model 'resnt50'; near: resnet50")
    assert weights.startswith(f"backbone.weights: {gone} is not registry, imagenet, none or a ")
    assert detector.startswith("detector.weights: nowhere: no such file or folder")
    (line,) = outside(tmp_path, backbone__weights=str(broken))
    assert line.startswith(f"backbone.weights: {broken} is not registry")
    (line,) = outside(tmp_path, detector__weights=str(tmp_path))
    assert "no face_detection_short_range.tflite in it" in line
    (line,) = outside(tmp_path, backbone__weights="registry")
    assert "the package registry has no weights for 'test_efficientnet'" in line
    save_file({"x": np.zeros(1)}, broken)
    assert outside(tmp_path, backbone__weights=str(broken)) == []
