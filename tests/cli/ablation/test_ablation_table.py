from deepfake_attribution.cli.ablation.comparison import Reading
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.table import of_parts, of_recipes

HEADS = ("attribution", "arcface")
ROWS = [
    Experiment("paper", "paper recipe", {}, HEADS),
    Experiment("paper-plus-a", "paper recipe + a", {}, HEADS, "paper"),
    Experiment("paper-plus-b", "paper recipe + b", {}, ("attribution",), "paper"),
]
SHOWN = {"attribution": "Attribution", "arcface": "ArcFaceMod-LR"}


def reading(*auc: float) -> Reading:
    return Reading(auc, tuple(value / 4 for value in auc), 20, 40)


def cells(text: str, title: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {title} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_rows_show_mean_range_difference_and_what_failed() -> None:
    results = {
        "paper": {"Attribution": reading(80, 82, 84), "ArcFaceMod-LR": reading(70, 70, 73)},
        "paper-plus-a": {"Attribution": reading(84, 85, 86)},
        "paper-plus-b": {},
    }
    text = of_parts(ROWS, results, SHOWN, "somewhere", failed=["paper-plus-a"])
    assert cells(text, "paper recipe") == [
        "paper recipe",
        "-",
        "82.00 (80.00 to 84.00)",
        "-",
        "20.50 (20.00 to 21.00)",
        "71.00 (70.00 to 73.00)",
        "-",
        "17.75 (17.50 to 18.25)",
    ]
    assert cells(text, "paper recipe + a")[1:4] == [
        "paper recipe",
        "85.00 (84.00 to 86.00)",
        "+3.00",
    ]
    assert cells(text, "paper recipe + a")[5:] == ["failed", "-", "-"]
    assert cells(text, "paper recipe + b")[2:] == ["not run", *["-"] * 5]  # a head that it leaves
    assert "On somewhere: 20 real and 40 fake videos, 3 training seeds;" in text
    # (8 + 2) / 4 degrees of freedom: 2 sqrt(2.5) sqrt(2/3)
    assert "Attribution: a difference in AUC below 2.58 points" in text
    assert "seeds lie up to 4.00 points apart" in text


def test_grid_is_regular() -> None:
    text = of_parts(ROWS, {}, SHOWN, "somewhere")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(ROWS)
    assert len({line.count("|") for line in lines}) == 1
    assert (
        "nothing yet" in text
        and "one training seed cannot show whether a difference is chance" in text
    )


def test_recipes_stand_side_by_side() -> None:
    rows = [ROWS[0], Experiment("best", "best recipe", {}, HEADS)]
    results = {"paper": {"A": reading(60.0), "B": reading(70.0)}, "best": {"A": reading(65.0)}}
    text = of_recipes(rows, results, "unseen", failed=["best"])
    assert cells(text, "A") == ["A", "60.00", "15.00", "65.00", "16.25"]
    assert cells(text, "B") == ["B", "70.00", "17.50", "failed", "-"]
    assert "| approach | paper recipe: AUC | HTER | best recipe: AUC | HTER |" in text
