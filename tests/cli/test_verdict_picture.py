import pandas as pd
import pytest

from deepfake_attribution.cli.verdict_picture import draw
from deepfake_attribution.figures import style


def table(approaches: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "approach": f"approach {number}",
                "seed": seed,
                "video": video,
                "attack": attack,
                "score": score + number,
                "threshold": 0.5 + number,
                "status": status,
            }
            for number in range(approaches)
            for seed in (1, 2)
            for video, attack, score, status in (
                ("a", "swap", 0.25, "ok"),
                ("b", "real", 0.75, "ok"),
                ("c", "real", 0.25, "ok"),
                ("d", "real", float("nan"), "no face"),
            )
        ]
    )


def test_each_video_and_training_is_a_point_at_its_distance_from_the_threshold() -> None:
    figure = draw(table(2), "mine")
    first, second = figure.axes
    assert [axes.get_title("left") for axes in (first, second)] == ["approach 0", "approach 1"]
    for axes in (first, second):
        reals, fakes = [line for line in axes.lines if line.get_marker() == "o"]
        assert list(reals.get_xdata()) == [-0.25, -0.25, 0.25, 0.25]
        assert list(fakes.get_xdata()) == [-0.25, -0.25]
        assert (reals.get_color(), fakes.get_color()) == (style.REAL_COLOUR, style.FAKE_COLOUR)
        assert all(round(y) == 0 for y in reals.get_ydata())
        assert all(round(y) == 1 for y in fakes.get_ydata())
    assert [label.get_text() for label in first.get_yticklabels()] == ["real (2)", "swap (1)"]
    above = [text.get_text() for text in figure.texts]
    assert "Verdicts on the test videos of mine" in above
    assert any("in one of 2 trainings" in text for text in above)


@pytest.mark.parametrize(("approaches", "shape"), [(1, (1, 1)), (4, (1, 4)), (6, (2, 4))])
def test_panels_are_four_in_a_row(approaches: int, shape: tuple[int, int]) -> None:
    figure = draw(table(approaches), "mine")
    assert figure.axes[0].get_gridspec().get_geometry() == shape
    assert sum(axes.axison for axes in figure.axes) == approaches
