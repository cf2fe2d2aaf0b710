"""The section on evidence maps, its figure and its pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps import results
from deepfake_attribution.report import evidence_maps
from deepfake_attribution.report.page import evidence_picture, evidence_plots
from golden_files import Golden


def row(approach: str, dataset: str, attack: str, gain: float, **changes: object) -> dict:
    known = {"inside": 0.2 + gain, "chance": 0.2, "source_inside": 0.1, "n": 12, "n_flat": 0}
    known |= {"n_lost": 0, "sources": 12, "confidence": 95.0, "note": ""}
    for name in results.GAINS:
        known |= {name: gain, f"{name}_low": gain - 0.1, f"{name}_high": gain + 0.1}
    about = {"approach": approach, "method": "occlusion", "dataset": dataset, "attack": attack}
    return about | {"part": "seen" if dataset == "a" else "unseen"} | known | changes


@pytest.fixture
def found() -> pd.DataFrame:
    without = {"gain_low": np.nan, "gain_high": np.nan, "note": "no interval: too few"}
    rows = [
        row("Binary", "a", "swap", 0.4),
        row("ArcFaceMod-NN", "a", "swap", 0.05),
        row("Binary", "b", "morph", -0.3),
        row("ArcFaceMod-NN", "b", "morph", 0.2, **without),
    ]
    return pd.DataFrame(rows, columns=results.COLUMNS)


def test_answer_counts_what_is_better_than_chance(found: pd.DataFrame) -> None:
    assert evidence_maps.answer(found) == (
        "On attacks trained on, the maps lie inside the changed pixels more than chance in 1 of 2 "
        "pairs of approach and attack; more than the untouched source's map in 1 of 2. On other "
        "attacks or databases, the maps lie inside the changed pixels more than chance in 0 of 1 "
        "pairs of approach and attack, less in 1; more than the untouched source's map in 0 of 1. "
        "They are no better than chance for at least half of the approaches on swap (a) and "
        "morph (b)."
    )


def test_tables_have_counts_and_intervals(found: pd.DataFrame) -> None:
    section = evidence_maps.section(found)
    seen, unseen = (part.tables[0].rows for part in section.parts)
    first = seen.iloc[0]
    assert first["inside, %"] == "60" and first["chance, %"] == "20" and first["crops"] == 12
    assert first["above chance"] == "+40 [30 to 50]" and first["deletion"] == "+0.40 [0.30 to 0.50]"
    assert unseen.iloc[1]["above chance"] == "+20"
    assert section.parts[1].text == ["No interval: too few: ArcFaceMod-NN on morph (b)."]


def test_grad_cam_is_compared_in_a_part_of_its_own(found: pd.DataFrame) -> None:
    changes = {"method": "grad_cam", "over_occlusion": -0.3}
    changes |= {"over_occlusion_low": -0.5, "over_occlusion_high": -0.1}
    others = [row("Binary", "a", "swap", 0.1, **changes), row("Binary", "b", "morph", 0.3)]
    others[1] |= {"method": "grad_cam"}
    both = pd.concat([found, pd.DataFrame(others, columns=results.COLUMNS)], ignore_index=True)
    section, alone = evidence_maps.section(both), evidence_maps.section(found)
    assert section.answer == alone.answer and len(section.parts) == len(alone.parts) + 1
    part = section.parts[-1]
    assert part.text[0] == (
        "On attacks trained on, the maps of Grad-CAM lie inside the changed pixels more than those "
        "of occlusion in 0 of 1 pairs of approach and attack, less in 1; more than chance in 0. On "
        "other attacks or databases, the maps of Grad-CAM lie inside the changed pixels more than "
        "those of occlusion in 1 of 1 pairs of approach and attack, less in 0; more than chance in "
        "1."
    )
    assert list(part.tables[0].rows["above occlusion"]) == ["-30 [-50 to -10]", "+30 [20 to 40]"]
    views, own = (evidence_plots.section(each)["views"] for each in (both, found))
    assert repr(views) == repr(own)  # with NaN


def test_without_maps_it_says_why(found: pd.DataFrame, tmp_path: Path) -> None:
    section = evidence_maps.section(found.iloc[:0])
    assert section.text == [evidence_maps.NOT_RUN] and not section.parts and not section.answer
    assert evidence_picture.draw(found.iloc[:0], [], tmp_path) == []


def test_figure_has_a_view_per_database_with_chance(found: pd.DataFrame) -> None:
    section = evidence_plots.section(found)
    assert section["choices"][0]["names"] == ["a", "b"] and section["choices"][0]["first"] == 1
    bars = section["views"][0]["panels"][0]["figure"]["data"]
    assert [one["name"] for one in bars] == ["Binary", "ArcFaceMod-NN", "chance"]
    assert bars[0]["x"] == pytest.approx([60]) and bars[2]["x"] == pytest.approx([20])
    assert bars[0]["error_x"]["array"] == pytest.approx([10])


def test_caption_says_why_a_bar_has_no_interval(found: pd.DataFrame, golden: Golden) -> None:
    flat = found.assign(n_flat=9)
    views = [evidence_plots.section(one)["views"] for one in (found, flat)]
    golden("captions", [view["caption"] for own in views for view in own])


def test_pictures_are_the_same_bytes_twice(found: pd.DataFrame, tmp_path: Path) -> None:
    picture = images.encode(np.full((8, 8, 3), 99, np.uint8), "jpeg", 90)
    examples = [
        {"dataset": "a", "attack": "swap", "approach": name, "score": score, "picture": picture}
        for name, score in (("", None), ("Binary", 0.25))
    ]
    for name in ("one", "two"):
        drawn = evidence_picture.draw(found, examples, tmp_path / name)
        assert len(drawn) == 2
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.png"))
    assert len(files) == 2
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
