"""The section on damaged videos, its figure and its pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from damaged_results import table
from deepfake_attribution.report import robustness
from deepfake_attribution.report.page import robustness_picture, robustness_plots
from deepfake_attribution.robustness import results
from deepfake_attribution.robustness.damage import DAMAGES, STEPS


@pytest.fixture
def found() -> pd.DataFrame:
    return table()


def test_answer_counts_approaches_whose_auc_falls(found: pd.DataFrame) -> None:
    other = "Smaller video 0 (+0), JPEG 0 (+0), Blur 0 (+0), Noise 0 (+0), Darker 0 (+0)"
    assert robustness.answer(found) == (
        "How many of the 2 approaches have a lower AUC after the strongest damage (interval of the "
        "change below 0), and the median change in percentage points: "
        f"{results.POOLED}: H.264 1 (-10), {other}; new: H.264 1 (-10), {other}."
    )
    without = found.assign(auc_change_low=np.nan, auc_change_high=np.nan)
    assert robustness.answer(without) == ""


def test_each_database_has_its_tables_those_trained_on_first(found: pd.DataFrame) -> None:
    section = robustness.section(found)
    assert [part.heading for part in section.parts] == [results.POOLED, "a", "b", "new", "family"]
    auc, fnr, fpr = section.parts[0].tables
    assert auc.folded and not auc.paged and fnr.paged and fpr.paged
    assert len(auc.rows) == 1 + STEPS * len(DAMAGES)
    first, strongest = auc.rows.iloc[0], auc.rows.iloc[STEPS]
    assert first["damage"] == "untouched" and first["PSNR, dB"] == "-"
    assert strongest["damage"] == "H.264, CRF 43" and strongest["PSNR, dB"] == "35.0"
    assert strongest["Binary"] == "70.00 [65.0 to 75.0]"
    assert (strongest["real videos"], strongest["fake videos"]) == (12, 24)
    assert fnr.rows.iloc[STEPS]["Binary"] == "30.00 [25.0 to 35.0]"


def test_what_is_missing_is_told(found: pd.DataFrame) -> None:
    crf = (found["kind"] == "crf") & (found["step"] == 1)
    told = found.assign(n_lost=np.where(crf, 2, 0), note=np.where(crf, "no interval: too few", ""))
    part = robustness.section(told).parts[0]
    assert part.text == [
        "Not counted, because the damaged video has no score: H.264, CRF 23 (2).",
        "No interval: too few (AUC): H.264, CRF 23.",
    ]
    every = robustness.section(found.assign(note="no interval: 1 source video, fewer than 10"))
    assert every.parts[0].text == ["No interval: 1 source video, fewer than 10."]


def test_figure_has_a_panel_per_kind_and_a_view_per_database_and_measure(
    found: pd.DataFrame,
) -> None:
    section = robustness_plots.section(found)
    databases, measures = section["choices"]
    assert databases["names"] == [results.POOLED, "a", "b", "new", "family"]
    assert len(section["views"]) == 5 * len(measures["names"]) == 15
    view = section["views"][0]
    assert "12 real and 24 fake videos, 95 % intervals" in view["caption"]
    assert [one["figure"]["layout"]["title"]["text"] for one in view["panels"]] == [
        one.title for one in DAMAGES
    ]
    line = view["panels"][0]["figure"]["data"][0]
    assert line["name"] == "Binary" and line["y"] == [90, 86, 82, 78, 74, 70]
    assert line["error_y"]["array"] == [5] * 6
    axis = view["panels"][0]["figure"]["layout"]["xaxis"]
    assert list(axis["ticktext"]) == ["none", "23", "28", "33", "38", "43"]
    rates = section["views"][1]["panels"][0]["figure"]["data"][0]
    assert rates["y"] == [10, 14, 18, 22, 26, 30]


def test_pictures_are_of_rows_that_show_each_video_once(found: pd.DataFrame) -> None:
    assert robustness.alone(found) == [results.POOLED, "new"]
    single = found[~found["joined"].astype(bool) & (found["database"] != "b")]
    assert robustness.alone(single) == ["a", "new"]


@pytest.mark.slow
def test_pictures_are_the_same_bytes_twice(found: pd.DataFrame, tmp_path: Path) -> None:
    own = found[found["database"] == "new"]
    drawn = [robustness_picture.draw(own, tmp_path / name) for name in ("one", "two")]
    assert [one.title for one in drawn[0]] == [
        *("AUC after damage, new", "FNR and FPR after damage, new"),
    ]
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.png"))
    assert len(files) == 2
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_turned_off_there_is_no_picture(tmp_path: Path) -> None:
    assert robustness_picture.draw(results.none(), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_missing_intervals_are_drawn_without_bars(found: pd.DataFrame, tmp_path: Path) -> None:
    ends = {name: np.nan for name in found if name.endswith(("_low", "_high"))}
    own = found[found["database"] == "new"].assign(**ends)
    assert len(robustness_picture.draw(own, tmp_path)) == 2
    assert robustness_plots.scale(own, "auc") == (40, 102)
    (view, *_) = robustness_plots.section(own)["views"]
    assert "no intervals: fewer than 10 source videos." in view["caption"]
