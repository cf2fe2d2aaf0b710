"""The section on damaged videos, its figure and its pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.report import robustness
from deepfake_attribution.report.page import robustness_picture, robustness_plots
from deepfake_attribution.robustness import results
from deepfake_attribution.robustness.damage import DAMAGES, STEPS

APPROACHES = ("Binary", "ArcFaceMod-NN")
ROWS = {"a": "seen", "b": "seen", "new": "unseen", results.POOLED: "seen", "family": "unseen"}


def row(approach: str, database: str, kind: str, step: int, strength: float) -> dict:
    fall = 4.0 * step if kind == "crf" and approach == "Binary" else 0.0
    known: dict = {"approach": approach, "database": database, "part": ROWS[database]}
    known |= {"joined": database in (results.POOLED, "family"), "kind": kind, "step": step}
    known |= {"strength": strength, "threshold": 0.5, "n_real": 12, "n_fake": 24, "n_lost": 0}
    known |= {"sources_real": 12, "sources_fake": 12, "psnr": 40.0 - step if step else np.inf}
    for measure, value in (("auc", 90 - fall), ("fnr", 10 + fall), ("fpr", 9.0)):
        change = fall if measure == "fnr" else -fall if measure == "auc" else 0.0
        known |= {measure: value, f"{measure}_low": value - 5, f"{measure}_high": value + 5}
        known |= {f"{measure}_change": change, f"{measure}_change_low": change - 3}
        known |= {f"{measure}_change_high": change + 3}
    return known | {"confidence": 95.0, "note": ""}


@pytest.fixture
def found() -> pd.DataFrame:
    steps = [("none", 0, 0.0)]
    steps += [
        (one.kind, place, each)
        for one in DAMAGES
        for place, each in enumerate(one.strengths, start=1)
    ]
    rows = [
        row(name, database, *step) for database in ROWS for name in APPROACHES for step in steps
    ]
    return pd.DataFrame(rows, columns=results.COLUMNS)


def test_answer_counts_approaches_whose_auc_falls(found: pd.DataFrame) -> None:
    other = "Smaller video 0 (+0), JPEG 0 (+0), Blur 0 (+0), Noise 0 (+0), Darker 0 (+0)"
    assert robustness.answer(found) == (
        "After the strongest damage AUC is lower (the interval of the change is below 0) for so "
        "many of the 2 approaches, in brackets the median change in percentage points: "
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


def test_pictures_show_each_video_once_and_are_the_same_bytes_twice(
    found: pd.DataFrame, tmp_path: Path
) -> None:
    drawn = [robustness_picture.draw(found, tmp_path / name) for name in ("one", "two")]
    kinds = ("AUC", "FNR and FPR")
    assert [one.title for one in drawn[0]] == [
        f"{kind} after damage, {name}" for name in (results.POOLED, "new") for kind in kinds
    ]
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.png"))
    assert len(files) == 4
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_turned_off_there_is_no_picture(tmp_path: Path) -> None:
    assert robustness_picture.draw(results.none(), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_missing_intervals_are_drawn_without_bars(found: pd.DataFrame, tmp_path: Path) -> None:
    ends = {name: np.nan for name in found if name.endswith(("_low", "_high"))}
    assert len(robustness_picture.draw(found.assign(**ends), tmp_path)) == 4
    assert robustness_plots.scale(found.assign(**ends), "auc") == (40, 102)
