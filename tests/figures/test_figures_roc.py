import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.figures import roc

PROTOCOL = Protocol(["a", "b"], ["a", "b", "new", "fakes"], {"fakes": "new"}, {})


def scores() -> pd.DataFrame:
    rows = []
    for dataset, attacks in (("a", "rs"), ("b", "rs"), ("new", "rm"), ("fakes", "m")):
        for number in range(4):
            for attack in attacks:
                name = {"r": "real", "s": "swap", "m": "morph"}[attack]
                score = 0.1 * number + (0.25 if name == "real" else 0.0)
                rows.append((f"{dataset}/{name}/{number}", dataset, name, "test", score))
    table = pd.DataFrame(rows, columns=["video", "dataset", "attack", "split", "score"])
    return table.assign(approach="Binary")


def test_trained_databases_are_pooled_and_others_stand_alone() -> None:
    assert roc.groups(PROTOCOL) == {
        "a + b": ["a", "b"],
        "new (not trained on)": ["new"],
        "fakes (not trained on)": ["fakes"],
    }


def test_lines_rest_on_scored_test_videos_with_borrowed_reals() -> None:
    table = scores()
    table.loc[0, "score"] = np.nan
    table = pd.concat([table, table.head(4).assign(split="val")])
    chosen = roc.select(table, PROTOCOL)["Binary"]
    sizes = {name: videos["attack"].value_counts().to_dict() for name, videos in chosen.items()}
    assert sizes["a + b"] == {"real": 7, "swap": 8}
    assert sizes["fakes (not trained on)"] == {"real": 4, "morph": 4}


def test_group_of_one_kind_has_no_line() -> None:
    table = scores()
    table = table[(table["dataset"] != "new") | (table["attack"] != "morph")]
    assert "new (not trained on)" not in roc.select(table, PROTOCOL)["Binary"]
    assert roc.select(table[table["attack"] == "real"], PROTOCOL) == {}


def test_dot_stands_at_the_rates_of_the_threshold() -> None:
    videos = scores().query("dataset == 'a'")
    # reals 0.25 0.35 0.45 0.55, fakes 0 0.1 0.2 0.3
    assert roc.operating_point(videos, 0.28) == (0.25, 0.75)


def test_every_approach_has_a_panel_from_0_to_1_with_curves_and_dots() -> None:
    both = pd.concat([scores(), scores().assign(approach="Attribution")])
    chosen = roc.select(both, PROTOCOL)
    figure = roc.draw(chosen, {"Binary": 0.28, "Attribution": 0.5}, "below")
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in panels] == [
        "Binary\nthreshold 0.2800",
        "Attribution\nthreshold 0.5000",
    ]
    for axes in panels:
        assert axes.get_xlim() == axes.get_ylim() == (-0.02, 1.02)
        assert len(axes.lines) == 3 * 2 + 1  # a curve and a dot each, the diagonal
        curve = axes.lines[0]
        assert (curve.get_xdata()[0], curve.get_ydata()[-1]) == (0, 1)
    dot = panels[0].lines[1]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (0.25, 0.75)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[0] == "a + b: 8 real, 8 fake"


def test_curve_has_the_area_of_its_scores() -> None:
    from deepfake_attribution.core import metrics

    chosen = roc.select(scores(), PROTOCOL)
    curve = roc.draw(chosen, {"Binary": 0.3}, "").axes[0].lines[0]
    area = np.trapezoid(curve.get_ydata(), curve.get_xdata())
    videos = chosen["Binary"]["a + b"]
    assert area == pytest.approx(metrics.auc(videos["score"], videos["attack"] == "real"))
