import pytest

from deepfake_attribution.cli.ablation.comparison import Difference
from deepfake_attribution.cli.ablation.picture import draw
from deepfake_attribution.evaluate.uncertainty.intervals import Interval
from deepfake_attribution.figures import style


def differing(value: float, low: float, high: float) -> Difference:
    return Difference(Interval(value, low, high, 2000, 0, ""), 0)


def test_each_difference_is_a_point_with_its_interval_in_the_row_of_its_name() -> None:
    nan = float("nan")
    panels = {
        "A": {"one": differing(2, 1, 3), "two": differing(-2, -3, -1)},
        "B": {
            "two": differing(1, -1, 3),
            "a name of many words " * 4: differing(4, nan, nan),
        },
    }
    names = ["one", "two", "without any", "a name of many words " * 4]
    figure = draw(panels, names, "title", "below")
    first, second = figure.axes
    points = [
        (*line.get_xdata(), *line.get_ydata(), line.get_color())
        for axes in (first, second)
        for line in axes.lines
        if line.get_marker() == "o"
    ]
    assert points == [
        (2, 0, style.REAL_COLOUR),
        (-2, 1, style.FAKE_COLOUR),
        (1, 1, style.QUIET),
        (4, 2, style.QUIET),
    ]
    spans = [list(line.get_xdata()) for line in second.lines if len(line.get_xdata()) == 2][1:]
    assert spans == [[-1, 3]]  # no interval, no line; the first is the zero
    assert [label.get_text().count("\n") for label in first.get_yticklabels()] == [0, 0, 2]
    assert [axes.get_title("left") for axes in figure.axes] == ["A", "B"]


@pytest.mark.parametrize(("low", "high", "hollow"), [(1, 3, False), (-1, 3, True)])
def test_what_is_not_shown_is_hollow(low: float, high: float, hollow: bool) -> None:
    figure = draw({"A": {"one": differing(2, low, high)}}, ["one"], "title", "below")
    (point,) = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert (point.get_markerfacecolor() == "white") == hollow
