"""Which attacks pass: the bars of the page, and their picture."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_page

from deepfake_attribution.report import results
from deepfake_attribution.report.page import attack_picture, attack_plots

FIGURES = results.over_seeds(small_page.figures())


def with_intervals() -> pd.DataFrame:
    ends = {"fpr_ci_low": FIGURES["fpr"] - 4, "fpr_ci_high": FIGURES["fpr"] + 6}
    return FIGURES.assign(**ends, fnr_ci_low=np.nan, fnr_ci_high=np.nan)


def test_rows_are_each_attack_and_the_reals_of_each_database() -> None:
    rows = attack_plots.rows(with_intervals(), {"morph"})
    binary = rows[rows["approach"] == "Binary"].set_index(["database", "group", "attack"])
    assert list(binary.index) == [
        *(("one", "trained", "swap"), ("one", "trained", "mouth")),
        *(("new", "new", "morph"), ("fakes", "new", "morph")),
        *(("one", "reals", "real"), ("new", "reals", "real")),  # ``fakes`` has no reals
    ]
    swap = binary.loc["one", "trained", "swap"]
    assert swap[["value", "low", "high", "k", "n"]].tolist() == [10, 6, 16, 4, 40]
    real = binary.loc["one", "reals", "real"]
    assert real[["value", "k", "n"]].tolist() == [5, 2, 40] and np.isnan(real["high"])


def test_baseline_is_left_out_and_nothing_gives_no_section(tmp_path: Path) -> None:
    baseline = FIGURES.replace({"approach": {"Binary": "NoPixels-All"}})
    assert "NoPixels-All" not in set(attack_plots.rows(baseline, set())["approach"])
    pooled = FIGURES[FIGURES["attack"] == "all"]
    assert attack_plots.section(pooled, ["one"], set()) is None
    assert attack_picture.draw(pooled, set(), tmp_path / "page") == []


def test_trained_and_new_attacks_are_apart_with_bars_and_intervals() -> None:
    figures = with_intervals().replace({"database": {"fakes": "one"}, "attack": {"morph": "<m>"}})
    figures = figures.drop_duplicates(["approach", "database", "attack", "level"])
    section = attack_plots.section(figures, ["one"], {"<m>"})
    assert section
    (database,) = section["choices"]
    assert database["names"] == ["one (trained on)", "new (not trained on)"]
    assert database["first"] == 1  # the first that is new
    panels = section["views"][0]["panels"]
    assert [panel["group"] for panel in panels] == [
        *("Attacks trained on", "Attacks never trained on"),
        "For comparison: reals called fake (FNR)",
    ]
    traces = panels[0]["figure"]["data"]
    assert [trace["name"] for trace in traces] == list(small_page.APPROACHES)
    assert (traces[0]["x"], traces[0]["y"]) == ([10, 10], ["swap", "mouth"])
    assert traces[0]["error_x"]["array"] == [6, 6]
    assert traces[0]["error_x"]["arrayminus"] == [4, 4]
    assert traces[0]["customdata"][0] == "swap: 10.00 % [6.0 to 16.0] (4/40)"
    assert panels[1]["figure"]["data"][0]["y"] == ["&lt;m&gt;"]
    zero = figures.assign(fpr=0.0)
    section = attack_plots.section(zero, ["one"], {"<m>"})
    assert section and section["views"][0]["panels"][0]["figure"]["data"][0]["text"] == ["0", "0"]
    assert traces[0]["text"] == ["", ""]  # only a share of zero has no bar
    reals = panels[2]["figure"]["data"][0]
    assert reals["x"] == [5] and "error_x" not in reals
    assert not any("showlegend" in panel["figure"]["layout"] for panel in panels)  # one for all
    left = {panel["figure"]["layout"]["margin"]["l"] for panel in panels}
    assert len(left) == 1


def test_several_seeds_have_means_and_no_counts() -> None:
    raw = small_page.figures()
    both = results.over_seeds(pd.concat([raw, raw.assign(seed=2, fpr=20.0)]))
    section = attack_plots.section(both, ["one"], set())
    assert section
    trace = section["views"][0]["panels"][0]["figure"]["data"][0]
    assert trace["x"] == [15, 15] and trace["customdata"][0] == "swap: 15.00 %, n 40"


def test_each_approach_has_a_look_of_its_own() -> None:
    section = attack_plots.section(FIGURES, ["one"], set())
    assert section
    looks = [
        (trace["marker"]["color"], trace["marker"]["pattern"]["shape"])
        for trace in section["views"][0]["panels"][0]["figure"]["data"]
    ]
    assert len(set(looks)) == 4 and looks[3] == ("var(--arcface)", "/")


@pytest.mark.parametrize("approaches", [1, 4])
def test_picture_has_a_pdf_and_is_the_same_each_time(tmp_path: Path, approaches: int) -> None:
    figures = FIGURES[FIGURES["approach"].isin(small_page.APPROACHES[:approaches])]
    (made,) = attack_picture.draw(figures, {"morph"}, tmp_path / "page")
    files = [tmp_path / made.file, tmp_path / made.pdf]
    first = [path.read_bytes() for path in files]
    attack_picture.draw(figures, {"morph"}, tmp_path / "page")
    assert [path.read_bytes() for path in files] == first
