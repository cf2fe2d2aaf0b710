from deepfake_attribution.cli.ablation.comparison import Difference, Reading
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.table import About, of_parts, of_recipes
from deepfake_attribution.evaluate.uncertainty.intervals import Interval
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.evaluate.uncertainty.trainings import ONE_SEED

HEADS = ("attribution", "arcface")
ROWS = [
    Experiment("paper", "paper recipe", {}, HEADS),
    Experiment("paper-plus-a", "paper recipe + a", {}, HEADS, "paper"),
    Experiment("paper-plus-b", "paper recipe + b", {}, ("attribution",), "paper"),
]
SHOWN = {"attribution": "Attribution", "arcface": "ArcFaceMod-LR"}
UNCERTAINTY = Uncertainty(draws=2000, level=95)
ABOUT = About("somewhere", UNCERTAINTY, seeds=3)


def reading(*auc: float) -> Reading:
    return Reading(auc, tuple(value / 4 for value in auc), 20, 40)


def differing(value: float, low: float, high: float, note: str = "", left: int = 0) -> Difference:
    return Difference(Interval(value, low, high, 2000, 0, note), left)


def cells(text: str, title: str, which: int = 0) -> list[str]:
    line = [line for line in text.splitlines() if line.startswith(f"| {title} |")][which]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_rows_show_mean_range_difference_and_what_failed() -> None:
    results = {
        "paper": {"Attribution": reading(80, 82, 84), "ArcFaceMod-LR": reading(70, 70, 73)},
        "paper-plus-a": {"Attribution": reading(84, 85, 86)},
        "paper-plus-b": {},
    }
    differences = {"paper-plus-a": {"Attribution": differing(3.0, 1.24, 4.76)}}
    failed = ["paper-plus-a-seed-1", "paper-plus-a-seed-2"]
    about = About("somewhere", UNCERTAINTY, seeds=3, failed={"paper-plus-a": failed})
    text = of_parts(ROWS, results, differences, SHOWN, about)
    assert text.startswith(
        "<details><summary>Attribution</summary>\n\n| recipe | compared with | AUC | HTER "
        "| AUC with the part minus without it [95 % interval] | the part |"
    )
    ranges = ["82.00 (80.00 to 84.00)", "20.50 (20.00 to 21.00)"]
    assert cells(text, "paper recipe") == ["paper recipe", "-", *ranges, "-", "-"]
    ranges = ["71.00 (70.00 to 73.00)", "17.75 (17.50 to 18.25)"]
    assert cells(text, "paper recipe", 1) == ["paper recipe", "-", *ranges, "-", "-"]
    assert cells(text, "paper recipe + a")[1:] == [
        "paper recipe",
        "85.00 (84.00 to 86.00)",
        "21.25 (21.00 to 21.50)",
        "+3.00 [1.24 to 4.76]",
        "helps",
    ]
    assert cells(text, "paper recipe + a", 1)[2:] == ["failed", "-", "-", "-"]
    assert "| paper recipe + b |" not in text and "\n\nNot run yet: paper recipe + b." in text
    assert "On somewhere: 20 real and 40 fake videos, 3 training seeds; in percent" in text
    assert f"Failed, so in no figure: {', '.join(failed)}." in text
    assert "95 % intervals, from 2,000 draws of source videos" in text
    assert "1 difference was looked at" in text
    assert "about one in 20 would still be called helpful or harmful by chance" in text


def test_a_row_without_all_seeds_says_so() -> None:
    results = {"paper": {"Attribution": reading(80, 82)}}
    text = of_parts(ROWS, results, {}, SHOWN, ABOUT)
    assert cells(text, "paper recipe")[2:4] == [
        "81.00 (80.00 to 82.00), 2 of 3 seeds",
        "20.25 (20.00 to 20.50)",
    ]
    assert "Failed" not in text


def test_grid_is_regular_and_nothing_is_explained_that_is_not_there() -> None:
    text = of_parts(ROWS, {}, {}, SHOWN, ABOUT)
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 2 * 2 and text.endswith(
        "Not run yet: paper recipe; paper recipe + a; paper recipe + b."
    )
    assert len({line.count("|") for line in lines}) == 1
    assert "nothing yet" in text and "chance" not in text


def test_why_there_is_no_interval_is_said_once() -> None:
    results = {one.key: {"Attribution": reading(80.0)} for one in ROWS}
    nan = float("nan")
    differences = {
        "paper-plus-a": {"Attribution": differing(3.0, nan, nan, ONE_SEED, left=2)},
        "paper-plus-b": {"Attribution": differing(-3.0, nan, nan, ONE_SEED)},
    }
    text = of_parts(ROWS, results, differences, SHOWN, ABOUT)
    assert cells(text, "paper recipe + a")[4:] == ["+3.00", "not shown"]
    assert text.count("| paper recipe + b |") == 1  # ArcFaceMod does not have it
    assert (
        "No interval: one training seed cannot show whether a difference is chance: "
        "all differences." in text
    )
    assert "2 videos without a score left out: Attribution, paper recipe + a." in text
    assert "1 training seed;" in text


def test_recipes_are_side_by_side() -> None:
    rows = [ROWS[0], Experiment("best", "best recipe", {}, HEADS)]
    results = {
        "paper": {"A": reading(60, 62), "B": reading(70, 72)},
        "best": {"A": reading(57, 59)},
    }
    differences = {"best": {"A": differing(-3.0, -5.0, -1.0)}}
    about = About("somewhere", UNCERTAINTY, seeds=2, failed={"best": ["best-seed-1"]})
    text = of_recipes(rows, results, differences, about)
    assert (
        "| approach | paper recipe: AUC | HTER | best recipe: AUC | HTER "
        "| AUC of best recipe minus paper recipe [95 % interval] | best recipe |" in text
    )
    assert cells(text, "A")[3:] == [
        "58.00 (57.00 to 59.00)",
        "14.50 (14.25 to 14.75)",
        "-3.00 [-5.00 to -1.00]",
        "hurts",
    ]
    assert cells(text, "B")[3:] == ["failed", "-", "-", "-"]
