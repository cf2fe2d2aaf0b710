from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from deepfake_attribution.figures import scatter, style
from deepfake_attribution.figures.style import Classes

CLASSES = Classes(["real", "mouth", "swap"], ["morph"])
POINTS = pd.DataFrame(
    [
        (0.0, 0.0, "real", "real"),
        (1.0, 0.0, "real", "swap"),
        (2.0, 1.0, "morph", "swap"),
        (3.0, 1.0, "morph", "swap"),
    ],
    columns=["x", "y", "attack", "predicted"],
)


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_legend_counts_predicted_and_true_classes() -> None:
    lines = legend(scatter.draw(POINTS, CLASSES, "title", "below"))
    parts = lines.index("Shape: true class")
    assert lines[:parts] == ["Colour: predicted class", "real: 1", "swap: 3", ""]
    assert lines[parts + 1 :] == [
        *("real: 2", "morph (not trained on): 2", "", "strong edge: wrong side: 1")
    ]


def test_colour_is_the_predicted_class_and_marker_the_true_one() -> None:
    axes = scatter.draw(POINTS, CLASSES, "title", "below").axes[0]
    found = {collection.get_label(): collection for collection in axes.collections}
    assert set(found) == {"real", "morph"}
    for name, rows in POINTS.groupby("attack"):
        assert np.allclose(found[name].get_offsets(), rows[["x", "y"]])
        colours = [to_hex(colour).upper() for colour in found[name].get_facecolors()]
        expected = [CLASSES.colour(predicted) for predicted in rows["predicted"]]
        assert colours == expected
    assert (
        found["real"].get_paths()[0].vertices.shape != found["morph"].get_paths()[0].vertices.shape
    )


def test_a_dark_edge_marks_a_real_called_fake_and_a_fake_called_real() -> None:
    wrong = POINTS.assign(predicted=["real", "swap", "real", "swap"])
    assert scatter.crossed(wrong).tolist() == [False, True, True, False]
    axes = scatter.draw(wrong, CLASSES, "", "").axes[0]
    edges = [to_hex(edge) for part in axes.collections for edge in part.get_edgecolors()]
    assert edges == ["#ffffff", "#222222", "#222222", "#ffffff"]
    right = POINTS.assign(predicted=["real", "real", "swap", "mouth"])
    assert "strong edge" not in legend(scatter.draw(right, CLASSES, "", ""))[-1]


def test_points_of_a_large_map_are_one_picture_in_a_pdf(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    sizes = {}
    for count in (scatter.MANY, scatter.MANY + 1):
        table = pd.DataFrame(random.standard_normal((count, 2)), columns=["x", "y"])
        table = table.assign(attack="real", predicted="real")
        with style.drawing():
            style.save_print(scatter.draw(table, CLASSES, "t", "b"), tmp_path / "map.pdf")
        sizes[count] = (tmp_path / "map.pdf").read_bytes().count(b"/Subtype /Image")
    assert sizes[scatter.MANY] == 0 and sizes[scatter.MANY + 1] > 0


def test_binary_calls_fakes_fake() -> None:
    points = POINTS.assign(predicted=["real", "fake", "fake", "fake"])
    assert "fake: 3" in legend(scatter.draw(points, CLASSES, "title", "below"))


def test_title_and_what_it_rests_on_stand_above_and_both_axes_have_one_scale() -> None:
    figure = scatter.draw(POINTS, CLASSES, "ArcFaceMod on one", "n of N")
    assert [text.get_text() for text in figure.texts] == ["ArcFaceMod on one", "n of N"]
    assert figure.axes[0].get_aspect() == 1
    flat, tall = POINTS.assign(y=POINTS["y"] / 9), POINTS.assign(y=POINTS["y"] * 9)
    heights = [
        scatter.draw(points, CLASSES, "", "").get_size_inches()[1] for points in (flat, tall)
    ]
    assert heights == [2.7, 5.6]
