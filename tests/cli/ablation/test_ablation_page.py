from pathlib import Path

import pytest

from deepfake_attribution.cli.ablation import page, picture
from deepfake_attribution.cli.ablation.collect import Compared
from deepfake_attribution.cli.ablation.comparison import Difference
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.cli.ablation.table import About
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.uncertainty.intervals import Interval
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty

ABOUT = About("somewhere", Uncertainty(draws=2000, level=95), seeds=3)
PAPER = [
    Experiment("paper", "paper recipe", {}, ("attribution",)),
    Experiment("paper-plus-a", "paper recipe + a", {}, ("attribution",), "paper"),
    Experiment("paper-minus-b", "paper recipe - b", {}, ("attribution",), "paper", lacks=True),
]
BEST = [Experiment("best", "best recipe", {}, ("attribution",))]


@pytest.mark.parametrize(
    ("rows", "labels", "sides"),
    [
        (PAPER, ["", "+ a", "- b"], "paper recipe with the last part minus without it"),
        (
            PAPER + BEST,
            ["paper recipe", "paper recipe + a", "paper recipe - b", "best recipe"],
            "with the last part minus without it",
        ),
    ],
)
def test_a_recipe_that_all_rows_begin_with_is_named_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[Experiment],
    labels: list[str],
    sides: str,
) -> None:
    drawn = []
    monkeypatch.setattr(picture, "write", lambda *given: drawn.append(given))
    path = tmp_path / "page.md"
    path.write_text("<!-- ablation -->\n<!-- end of ablation -->\n")
    one = {"Attribution": Difference(Interval(1, 0.5, 2, 2000, 0, ""), 0)}
    found = Compared({}, {"paper-plus-a": one}, ABOUT)
    page.write(path, "ablation", rows, found, {"attribution": "Attribution"})
    ((panels, names, title, below, picture_path),) = drawn
    assert panels == {"Attribution": {labels[1]: one["Attribution"]}} and names == labels
    assert title == "Parts of a recipe on somewhere"
    assert below.startswith(f"AUC of videos, {sides}; line: 95 % interval; ")
    assert picture_path == tmp_path / "pictures" / "ablation.png"
    assert f"![{title}: {below}](pictures/ablation.png)" in path.read_text()


def test_page_without_a_place_keeps_its_picture(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    old = tmp_path / "pictures" / "ablation.png"
    old.write_bytes(b"old")
    (tmp_path / "page.md").write_text("no marks\n")
    one = {"Attribution": Difference(Interval(1, 0.5, 2, 2000, 0, ""), 0)}
    found = Compared({}, {"paper-plus-a": one}, ABOUT)
    with pytest.raises(UserError, match="there is no place for the table"):
        page.write(tmp_path / "page.md", "ablation", PAPER, found, {"attribution": "Attribution"})
    assert old.read_bytes() == b"old"
