import re
from dataclasses import replace
from pathlib import Path

import pytest

from deepfake_attribution.analyse.bundle import record
from deepfake_attribution.analyse.bundle.card import card, code
from deepfake_attribution.analyse.bundle.opening import open_bundle

SECTIONS = [
    *("Model details", "Intended use", "Out-of-scope use", "Training data", "Evaluation"),
    *("Limitations", "Ethical considerations and privacy", "How to use", "Licences"),
]


@pytest.fixture
def text(built: Path) -> str:
    return (built / "out/README.md").read_text()


def rows(text: str) -> dict[str, list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_usual_sections_stand_in_the_usual_order(text: str) -> None:
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert text.startswith("---\n") and text.endswith("\n")
    assert not re.search(r"None|nan|\{\{|\}\}|\n\n\n", text)


def test_every_database_stands_there_with_its_numbers(text: str, built: Path) -> None:
    table = rows(text)
    for row in open_bundle(built / "out").record.tested:
        seen, attacks, n_real, n_fake, *figures = table[row.database]
        assert (int(n_real), int(n_fake)) == (row.n_real, row.n_fake)
        assert seen == ("yes" if row.trained_on else "no")
        assert all(f"`{name}`{' (new)' * (name in row.new)}" in attacks for name in row.attacks)
        for measure, cell in zip(("auc", "fnr", "fpr", "hter"), figures, strict=True):
            assert cell.startswith(f"{getattr(row, measure):.1f}")
            assert ("[" in cell) == (measure in row.intervals)
    assert table["real"] == ["8", "8"]  # videos trained on, and validated with


def test_what_must_be_said_is_said(text: str) -> None:
    assert "A method that it was not trained on may pass as real." in text
    assert "The error rates are those of these databases." in text
    assert "The folder contains no picture." in text and "Apache-2.0" in text
    assert "`new`: " in text  # errors on what was never trained on, in words
    assert "Simulated attacks" not in text
    (sample,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(sample.splitlines()) == 3 and "load_bundle(" in sample


def test_recipe_stands_there_if_the_model_records_it(built: Path) -> None:
    bundle = open_bundle(built / "out")
    assert "trained with" not in card(bundle.record, bundle.description, 0)
    loop = {"batch_size": 16, "sampling": "paired", "epochs": 10, "learning_rate": 2e-4}
    loop |= {"schedule": "constant", "parameters": 1500, "trained_parameters": 1500}
    about = replace(bundle.description, training=loop)
    row = "| trained with | batches of 16 crops, paired; 10 epochs, the best one kept; learning "
    assert f"{row}rate 0.0002, constant |" in card(bundle.record, about, 0)
    about = replace(about, training=loop | {"trained_parameters": 300})
    assert "constant; 1,200 of 1,500 weights frozen |" in card(bundle.record, about, 0)


def test_other_records_have_other_sentences(built: Path) -> None:
    bundle = open_bundle(built / "out")
    lacking = record.Tested(
        database="fakes_only",
        trained_on=True,
        attacks=["sim_mouth"],
        new=["sim_mouth"],
        n_real=0,
        n_fake=3,
        auc=None,
        fnr=None,
        fpr=33.3,
        hter=None,
        intervals={},
    )
    crop = bundle.record.crop.model_copy(update={"subject": "all"})
    change = {"tested": [lacking], "crop": crop, "validation_hter": None}
    text = card(bundle.record.model_copy(update=change), bundle.description, 0)
    assert rows(text)["fakes_only"][2:] == ["0", "3", "none", "none", "33.3", "none"]
    assert "**Simulated attacks.** `sim_mouth` is simulated" in text
    assert "The model was not tested on any database that it was not trained on" in text
    assert "Everybody who stays in the picture is judged" in text and "It has no map" in text


def test_names_cannot_break_the_table() -> None:
    assert code("a|b`c\nd") == "`a/b'c d`"
