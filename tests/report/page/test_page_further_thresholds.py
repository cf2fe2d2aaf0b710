"""Ranking and threshold: the section's tables, the figure, and its pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_page

from deepfake_attribution.core.video import REAL
from deepfake_attribution.report import further_thresholds, results
from deepfake_attribution.report.page import threshold_pictures, threshold_plots


@pytest.fixture(scope="module")
def apart() -> pd.DataFrame:
    return small_page.apart()


def without_rule() -> pd.DataFrame:
    """Return the rows of a run with the default settings."""
    points, intervals = small_page.points(), small_page.intervals()
    points = points[points["rule"] != "adapted"]
    over = results.with_intervals(results.over_seeds(small_page.figures()), intervals)
    return further_thresholds.joined(points, over, intervals)


def test_tables_name_the_oracle_and_what_the_threshold_loses_with_n(apart: pd.DataFrame) -> None:
    table = further_thresholds.of_database(apart, "one", "video").set_index("approach")
    row = table.loc["Binary"]
    assert row["HTER at the threshold from validation"] == "7.50 [4.5 to 10.5]"
    assert row["HTER at the adapted threshold"] == "5.50 [2.5 to 8.5]"
    assert row["HTER at the best threshold (oracle)"] == "3.50 [0.5 to 6.5]"
    assert row["HTER lost by the threshold"] == "4.00"
    assert (row["FNR at the adapted threshold"], row["FPR at the adapted threshold"]) == (
        "3.00",
        "8.00",
    )
    assert (row["real videos"], row["fake videos"], row["seeds"]) == (40, 40, 1)
    crops = further_thresholds.of_database(apart, "one", "frame")
    assert "real crops" in crops and "real videos" not in crops


def test_database_without_reals_has_no_oracle_and_nothing_lost(apart: pd.DataFrame) -> None:
    row = further_thresholds.of_database(apart, "fakes", "video").iloc[0]
    assert row["HTER at the best threshold (oracle)"] == row["HTER lost by the threshold"] == "-"
    assert row["FPR at the adapted threshold"] == "8.00"


def test_section_has_every_database_and_says_when_nothing_is_adapted(apart: pd.DataFrame) -> None:
    section = further_thresholds.section(apart)
    assert [part.heading for part in section.parts] == ["one", "new", "fakes"]
    assert [table.folded for table in section.parts[0].tables] == [False, True]
    assert "In a source without fakes" in section.text[1]
    plain = further_thresholds.section(without_rule())
    assert "evaluate.adapted_threshold" in plain.text[1] and "5 %" not in plain.text[1]
    assert not any("adapted" in name for name in plain.parts[0].tables[0].rows)


def test_seeds_are_joined_and_one_without_a_threshold_has_no_mean() -> None:
    figures, points, intervals = small_page.figures(), small_page.points(), small_page.intervals()
    second = [table.assign(seed=2) for table in (figures, points)]
    second[1]["hter"] += 1
    over = results.over_seeds(pd.concat([figures, second[0]]))
    over = results.with_intervals(over, intervals)
    both = further_thresholds.joined(pd.concat([points, second[1]]), over, intervals)
    row = both.iloc[0]
    ends = [row[f"hter_oracle{end}"] for end in ("_low", "", "_high")]
    assert ends == [3.5, 4.0, 4.5] and row["seeds"] == 2
    lacking = further_thresholds.joined(points, over, intervals)
    assert lacking["hter_oracle"].isna().all()


def test_file_has_a_row_for_each_rule_and_seed_with_the_interval_of_its_hter() -> None:
    points = small_page.points()
    table = further_thresholds.of_seeds(points, small_page.intervals())
    assert len(table) == len(points) and not table.duplicated().any()
    known = table["hter"].notna()
    assert (table.loc[known, "hter_ci_low"] == table.loc[known, "hter"] - 3).all()


def test_figure_shows_auc_and_hter_at_each_threshold(apart: pd.DataFrame) -> None:
    section = threshold_plots.section(apart, ["one"])
    level, database = section["choices"]
    assert level["names"] == ["videos", "frames"] and database["first"] == 1  # first that is new
    assert database["names"][:2] == ["one (trained on)", "new (not trained on)"]
    view = section["views"][0]
    assert view["caption"].startswith("one (trained on): 40 real and 40 fake videos, video level")
    figure = view["panels"][0]["figure"]
    named = {trace.get("name"): trace for trace in figure["data"]}
    assert list(figure["layout"]["yaxis"]["ticktext"]) == list(small_page.APPROACHES)
    for rule, value in (("paper", 7.5), ("adapted", 5.5), ("oracle", 3.5)):
        trace = named[f"HTER at {further_thresholds.RULES[rule]}"]
        assert set(trace["x"]) == {value} and trace["xaxis"] == "x2"
        assert set(trace["error_x"]["array"]) == {3}
        assert f"HTER {value:.2f} %" in trace["customdata"][0][0]
    assert named["lost by the threshold"]["x"][:2] == [3.5, 7.5]
    assert [trace["x"] for trace in figure["data"] if trace.get("xaxis") is None] == [
        [80.0, 81.0, 82.0, 83.0]
    ]


def test_figure_leaves_out_the_baseline_and_needs_reals_and_fakes(apart: pd.DataFrame) -> None:
    baseline = apart[apart["approach"] == "Binary"].assign(approach="NoPixels-All")
    section = threshold_plots.section(pd.concat([apart, baseline]), ["one"])
    assert "NoPixels" not in str(section)
    assert section["views"][2]["panels"] == [] and REAL in section["views"][2]["caption"]
    assert "adapted" not in str(threshold_plots.section(without_rule(), ["one"]))


@pytest.mark.slow
def test_pictures_are_of_each_database_with_a_curve_and_the_same_each_time(
    apart: pd.DataFrame, tmp_path: Path
) -> None:
    made = threshold_pictures.draw(apart, tmp_path / "page")
    assert [picture.title for picture in made] == [
        "Ranking and threshold on one",
        "Ranking and threshold on new",
    ]
    first = (tmp_path / made[0].file).read_bytes()
    threshold_pictures.draw(apart, tmp_path / "page")
    assert (tmp_path / made[0].file).read_bytes() == first
    bare = apart.assign(**dict.fromkeys(apart.filter(like="_ci_"), np.nan))
    assert len(threshold_pictures.draw(bare, tmp_path / "bare")) == 2
