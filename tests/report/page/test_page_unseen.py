"""Attacks never trained on: the matrix of classes, the curves, and their picture."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.report.page import unseen_data, unseen_picture, unseen_plots
from deepfake_attribution.report.page.unseen_data import Unseen

SHARES = pd.DataFrame(
    {"approach": approach, "seed": seed, "level": level, "database": "new", "attack": attack}
    | {"known": attack != "<m>", "predicted": name, "k": k, "n": 20, "share": 5.0 * k + seed}
    for approach in ("Attribution", "TripletLoss-NN")
    for seed in (1, 3)
    for level in ("video", "frame")
    for attack in ("real", "swap", "<m>")
    for name, k in (("swap", 16), ("real", 3))
)
READINGS = pd.DataFrame(
    [
        ("Binary", "distance", 1, "new", "<m>", "everything known", 75.0),
        ("Binary", "distance", 3, "new", "<m>", "everything known", 99.0),
        ("Binary", "distance", 1, "new", "<m>", "own reals", 10.0),
        ("Binary", "distance", 1, "new", "all", "everything known", 11.0),
    ],
    columns=["approach", "measure", "seed", "database", "attack", "against", "auc"],
)
# Two known videos at 1 and 3, a real and a swap; the unknown at 2 and 4; others do not count.
VIDEOS = pd.DataFrame(
    [
        *(("Binary", "one", "real", 1.0), ("Binary", "one", "swap", 3.0)),
        *(("Binary", "new", "<m>", 2.0), ("Binary", "new", "<m>", 4.0)),
        *(("Binary", "new", "real", 9.0), ("Binary", "one", "odd", 9.0)),
        *(("Binary", "one", "swap", np.nan), ("Attribution", "new", "<m>", 4.0)),
    ],
    columns=["approach", "dataset", "attack", "score"],
)


@pytest.fixture
def found() -> list[Unseen]:
    return unseen_data.collect(SHARES, READINGS, VIDEOS, ["one"], 1)


def test_shares_are_means_over_seeds_with_real_first(found: list[Unseen]) -> None:
    (one,) = found
    assert (one.database, one.attack, one.n) == ("new", "<m>", 20)
    assert list(one.approaches) == ["Attribution", "TripletLoss-NN"]
    assert list(one.classes) == ["real", "swap"]
    assert one.shares.tolist() == [[17.0, 82.0], [17.0, 82.0]]


def test_curve_compares_the_attack_with_known_videos_of_databases_trained_on(
    found: list[Unseen],
) -> None:
    (curve,) = found[0].curves  # Attribution has no known video to compare with
    assert (curve.approach, curve.auc) == ("Binary", 75.0)
    points = list(zip(curve.known, curve.found, strict=True))
    assert points == [(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)]
    area = np.trapezoid(curve.found, curve.known)
    assert 100 * area == curve.auc


def test_figure_has_a_matrix_beside_the_curves_and_names_are_text(found: list[Unseen]) -> None:
    section = unseen_plots.section(found)
    assert section and section["choices"][0]["names"] == ["<m> (new)"]  # an option is text
    (view,) = section["views"]
    matrix, roc = (panel["figure"] for panel in view["panels"])
    (heat,) = matrix["data"]
    assert heat["z"] == [[17.0, 82.0], [17.0, 82.0]] and heat["text"] == [["17", "82"]] * 2
    assert (heat["x"], heat["y"]) == (["real", "swap"], ["Attribution", "TripletLoss-NN"])
    chance, line = roc["data"]
    assert line["name"] == "Binary, AUC 75.00" and line["x"][-1] == line["y"][-1] == 100
    assert chance["x"] == chance["y"] == [0, 100]


def test_run_without_unknown_attacks_has_no_figure(tmp_path: Path) -> None:
    known = SHARES[SHARES["known"].astype(bool)]
    for shares in (known, SHARES.iloc[:0]):
        assert unseen_data.collect(shares, READINGS, VIDEOS, ["one"], 1) == []
    assert unseen_plots.section([]) is None
    assert unseen_picture.draw([], tmp_path) == []


def test_attack_without_a_distance_has_its_matrix_alone() -> None:
    found = unseen_data.collect(SHARES, READINGS.iloc[:0], VIDEOS.iloc[:0], ["one"], 1)
    section = unseen_plots.section(found)
    assert section and len(section["views"][0]["panels"]) == 1


@pytest.mark.slow
def test_picture_is_the_same_each_time_and_counts_what_it_leaves_out(
    found: list[Unseen], tmp_path: Path
) -> None:
    (made,) = unseen_picture.draw(found, tmp_path / "page")
    files = [tmp_path / made.file, tmp_path / made.pdf]
    first = [path.read_bytes() for path in files]
    unseen_picture.draw(found, tmp_path / "page")
    assert [path.read_bytes() for path in files] == first
    (many,) = unseen_picture.draw(found * 14, tmp_path / "many")
    assert many.caption.endswith("2 more attacks are in the tables.")
    assert "more" not in made.caption
