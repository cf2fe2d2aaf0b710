from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deepfake_attribution.cli.all_settings import SECTIONS, check
from deepfake_attribution.core import params
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import load, read
from deepfake_attribution.core.settings import Seed
from deepfake_attribution.core.written_numbers import advice
from deepfake_attribution.heads.arcface import Settings as Loss
from recipes import OWN

PARAMS = Path(__file__).parents[2] / "params.yaml"
WHERE = Path("params.yaml")


def changed(keys: str, value: Any) -> dict[str, Any]:
    content = read(PARAMS)
    part = content
    *path, last = keys.split(".")
    for key in path:
        part = part[key]
    part[last] = value
    return content


def several(content: dict[str, Any]) -> list[str]:
    with pytest.raises(UserError) as stop:
        check(content, WHERE)
    return [line.removeprefix("params.yaml: ") for line in str(stop.value).splitlines()]


def message(content: dict[str, Any]) -> str:
    (line,) = several(content)
    return line


def test_every_section_of_the_file_has_a_model_and_is_valid() -> None:
    content = read(PARAMS)
    check(content, PARAMS)
    losses = {entry["loss"] for entry in content["heads"].values()}
    assert set(content) == {model.section for model in SECTIONS} | losses
    assert {model.section for model in SECTIONS} == set(params.SECTIONS)
    for model in SECTIONS:
        load(model, PARAMS)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("extract.frames", "15", "'15' is not allowed: Input should be a valid integer"),
        ("extract.frames", True, "True is not allowed: Input should be a valid integer"),
        ("extract.frames", 1.0, "1.0 is not allowed: Input should be a valid integer"),
        ("extract.frames", 0, "0 is not allowed: Input should be greater than or equal to 1"),
        ("loss.margin_real", "0.5", "'0.5' is not allowed: Input should be a valid number"),
        (
            "loss.margin_real",
            "0,5",
            "'0,5' is not allowed: Input should be a valid number; write 0.5 (a point, not",
        ),
        (
            "loss.margin_real",
            "pi/2",
            "'pi/2' is not allowed: Input should be a valid number; write 1.5707963267948966 (a",
        ),
        (
            "evaluate.fpr",
            "10%",
            "'10%' is not allowed: Input should be a valid number; write 0.1 (a share, not",
        ),
        (
            "train.epochs",
            "2*8",
            "'2*8' is not allowed: Input should be a valid integer; write 16 (a number, not an",
        ),
        ("classifiers.lr.C", "0,5", "'0,5' is not allowed: expected a number above 0, or a list"),
        ("loss.margin_real", True, "True is not allowed: Input should be a valid number"),
        ("loss.margin_real", -0.1, "-0.1 is not allowed: Input should be greater than or equal"),
        ("compute.block_seconds", float("inf"), "inf is not allowed: Input should be a finite"),
        (
            "compute.block_seconds",
            1e20,
            "1e+20 is not allowed: Input should be less than or equal to",
        ),
        ("extract.max_seconds", float("inf"), "inf is not allowed: Input should be a finite"),
        ("crop.margin", float("nan"), "nan is not allowed: Input should be"),
        ("loss.scale", float("inf"), "inf is not allowed: Input should be a finite number"),
        ("train.learning_rate", float("inf"), "inf is not allowed: Input should be a finite"),
        ("train.weight_decay", float("nan"), "nan is not allowed: Input should be"),
        ("train.flip", 1, "1 is not allowed: Input should be a valid boolean"),
        ("train.flip", "yes", "'yes' is not allowed: Input should be a valid boolean"),
        ("train.optimiser", "sgd", "'sgd' is not allowed: Input should be 'adam' or 'adamw'"),
        ("train.batch_size", None, "None is not allowed: Input should be a valid integer"),
        ("triplet.epochs", 0, "0 is not allowed: Input should be greater than or equal to 1"),
        ("triplet.sampling", "half", "'half' is not allowed: Input should be 'shuffled', 'balan"),
        (
            "triplet.batch_size",
            0,
            "0 is not allowed: batch normalisation needs 2 crops at leas",
        ),
        ("binary.learning_rate", "1", "'1' is not allowed: Input should be a valid number"),
        ("triplet.margin", 5, "5 is not allowed: squared distances of unit vectors are at most 4"),
        ("triplet.margin", 0, "0 is not allowed: Input should be greater than 0"),
        ("detector.threshold", 1, "1 is not allowed: Input should be less than 1"),
        ("crop.size", 8, "8 is not allowed: Input should be greater than or equal to 16"),
        ("embed.splits.0", "dev", "'dev' is not allowed: Input should be 'train', 'val' or"),
        ("seed", "1", "'1' is not allowed: Input should be a valid integer"),
        ("seed", -1, "-1 is not allowed: Input should be greater than or equal to 0"),
        ("compute.workers", -1, "-1 is not allowed: Input should be greater than or equal to 0"),
        ("compute.block_seconds", 0, "0 is not allowed: Input should be greater than 0"),
        ("compute.engine", "ray", "'ray' is not allowed: Input should be 'local' or 'dask'"),
        ("classifiers.nn.k", "14", "'14' is not allowed: expected a whole number from 1 on"),
        ("classifiers.nn.k", [], "[] is not allowed: the list to search is empty"),
        ("classifiers.svm.C", 0, "0 is not allowed: expected a number above 0"),
        ("train.seeds", [], "[] is not allowed: List should have at least 1 item"),
        ("train.seeds", 1, "1 is not allowed: Input should be a valid list"),
        ("train.seeds", [2, 1, 2], "[2, 1, 2] is not allowed: 2 is named twice"),
        ("superset.datasets", [], "[] is not allowed: List should have at least 1 item"),
        ("heads.arcface.scored_by", 1, "1 is not allowed: Input should be a valid string"),
        ("heads.arcface.loss", "triplet", "'triplet' is not allowed: expected loss"),
        ("heads.arcface.scored_by", "x", "'x' is not allowed: expected models/classifiers/arc"),
        ("heads.binary.mapped_by", "x", "'x' is not allowed: expected data/results/binary"),
        ("classifiers.heads", ["triplet"], "triplet: expected every head that gives embeddings"),
        ("datasets.demo_a.root", 5, "5 is not allowed: Input should be a valid string"),
        ("rendered.demo_a.width", 321, "321 is not allowed: H.264 needs even sides"),
        ("rendered.demo_a.attacks", ["x"], "['x'] is not allowed: 'x' is none of the attacks"),
        (
            "backbone.input_size",
            16,
            "16 is not allowed: expected auto, or a whole number from 32",
        ),
        ("backbone.input_size", "big", "'big' is not allowed: expected auto, or a whole number"),
        ("backbone.input_size", True, "True is not allowed: expected auto, or a whole number"),
    ],
)
def test_wrong_value_is_named_by_key_with_what_is_allowed(
    key: str, value: Any, expected: str
) -> None:
    content = changed(key, value) if key != "embed.splits.0" else changed("embed.splits", [value])
    assert message(content).startswith(f"{key}: {expected}")


@pytest.mark.parametrize(
    ("text", "whole", "expected"),
    [
        ("0,5", False, "; write 0.5 (a point, not a comma)"),
        ("-0,5", False, "; write -0.5 (a point, not a comma)"),
        (",5", False, "; write 0.5 (a point, not a comma)"),
        ("pi / 2", False, "; write 1.5707963267948966 (a number, not an expression)"),
        ("1e-3", False, "; write 0.001 (without quotes)"),
        ("15", True, "; write 15 (without quotes)"),
        ("0,5", True, ""),
        ("1/0", False, ""),
        ("9**9**9**9", False, ""),
        ("(" * 90, False, ""),
        ("1e999", False, ""),
        ("fast", False, ""),
        ("__import__('os')", False, ""),
        ("", False, ""),
        ("1\n2", False, ""),
        ("\x00", False, ""),
    ],
)
def test_text_that_means_a_number_is_answered_with_it(
    text: str, whole: bool, expected: str
) -> None:
    assert advice(text, whole) == expected


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (-1, "-1 is not allowed: Input should be greater than or equal to 0"),
        (2**31, "2147483648 is not allowed: Input should be less than 2147483648"),
        ("1", "'1' is not allowed: Input should be a valid integer"),
        (True, "True is not allowed: Input should be a valid integer"),
        (1.0, "1.0 is not allowed: Input should be a valid integer"),
    ],
)
def test_wrong_training_seed_is_named_by_its_place(seed: Any, expected: str) -> None:
    assert message(changed("train.seeds", [1, seed])).startswith(f"train.seeds.1: {expected}")


def test_whole_number_passes_for_a_fraction_but_nothing_else_is_converted() -> None:
    check(changed("loss.margin_real", 1), WHERE)
    check(changed("classifiers.lr.C", [1, 0.5]), WHERE)


def test_engine_dask_needs_the_address_of_its_scheduler() -> None:
    content = changed("compute.engine", "dask")
    assert message(content).startswith("compute.scheduler: '' is not allowed: engine is dask: name")
    content["compute"]["scheduler"] = "tcp://head:8786"
    check(content, WHERE)


def test_dataset_twice_among_the_training_datasets_is_refused() -> None:
    expected = "superset.datasets: ['demo_a', 'demo_a'] is not allowed: 'demo_a' is named twice"
    assert message(changed("superset.datasets", ["demo_a", "demo_a"])).startswith(expected)


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("train.epocs", "epochs"),
        ("extract.frame", "frames"),
        ("classifiers.lr.max_iters", "max_iter"),
        ("rendered.demo_a.identities.tset", "test"),
        ("rendered.demo_a.atacks", "attacks"),
        ("heads.binary.los", "loss"),
        ("loss.margin_reel", "margin_real"),
        ("classifiers.nn.n", ""),
    ],
)
def test_unknown_key_is_named_with_the_nearest_one_there(key: str, near: str) -> None:
    meant = f": did you mean {near}?" if near else ""
    assert message(changed(key, 1)) == f"{key}: no such setting{meant}"


def test_missing_key_and_section_are_named() -> None:
    content = read(PARAMS)
    del content["train"]["epochs"]
    assert message(content) == "train.epochs: this setting is missing"
    del content["train"]
    assert message(content) == "section 'train' is missing"


def test_each_problem_of_a_section_has_a_line() -> None:
    content = changed("extract.frames", 0)
    content["extract"]["quality"] = 0
    lines = several(content)
    assert [line.split(":")[0] for line in lines] == ["extract.frames", "extract.quality"]


def test_five_mistakes_of_all_sections_are_shown_and_the_rest_is_counted() -> None:
    content = changed("extract.frames", 0)
    content["train"]["epocs"] = content["train"].pop("epochs")
    content["loss"]["scale"] = content["crop"]["size"] = content["maps"]["perplexity"] = 0
    content["seed"] = -1
    *shown, last = several(content)
    assert [line.split(":")[0] for line in shown] == [
        *("seed", "extract.frames", "crop.size", "train.epocs", "maps.perplexity")
    ]
    assert last == "and 1 more"
    assert shown[3] == "train.epocs: no such setting: did you mean epochs?"


def test_unknown_adapter_and_bad_name_of_a_dataset() -> None:
    adapter = message(changed("datasets.demo_a.adapter", "../foo"))
    assert adapter.startswith("datasets.demo_a.adapter: '../foo' is not allowed")
    named = message(changed("datasets.Bad Name", {"adapter": "rendered", "root": "x"}))
    assert named.startswith("datasets.Bad Name: 'Bad Name' is not allowed: a dataset's name")


def test_one_section_is_read_without_looking_at_the_others(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(
        "seed: 5\ntrain: [\n]\nheads: {arcface: {loss: loss}}\n"
        "loss: {margin_real: 0.6, margin_fake: 4.0e-1, scale: 64.0, sampling: null, epochs: null, "
        "batch_size: ~, learning_rate: }\n"
    )
    assert load(Seed, path).root == 5
    assert load(Loss, path) == Loss(margin_real=0.6, margin_fake=0.4, scale=64, **OWN)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"seed: 1\nseed: 2\n", "line 2: 'seed' is there twice: remove one of the two, or"),
        (b"seed: [1\n", "not valid YAML: did not find expected"),
        (b"a: 1\nseed: *x\n", "line 2: not valid YAML: found undefined alias"),
        (b"seed: \xff\n", "not a text file in UTF-8"),
        (b"seed: \x07\n", "not a text file in UTF-8"),
        (b"- 1\n", "expected sections (key: value), found list"),
        (b"", "expected sections (key: value), found NoneType"),
        (b"train: 1\n", "section 'seed' is missing"),
    ],
)
def test_unreadable_file_is_one_error(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError) as stop:
        load(Seed, path)
    assert expected in str(stop.value) and str(path) in str(stop.value)


def test_missing_file_says_where_to_stand(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"params\.yaml: no such file; run this in the folder"):
        load(Seed, tmp_path / "params.yaml")


def test_params_are_in_block_lists_that_dvc_can_rewrite() -> None:
    """``dvc exp run -S`` writes lists as blocks; a flow list would be reformatted."""
    tree = YAML().load(PARAMS)

    def flow_lists(node: Any) -> int:
        inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
        own = isinstance(node, list) and bool(node.fa.flow_style())  # type: ignore[attr-defined]
        return own + sum(flow_lists(one) for one in inside)

    assert flow_lists(tree) == 0
