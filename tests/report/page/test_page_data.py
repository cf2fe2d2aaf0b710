"""What scripts draw: thinned curves, bins, counts, and how they are written."""

import numpy as np
import pandas as pd
import pytest
import small_page
from sklearn.metrics import auc, roc_auc_score

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.report.page import confusion_data, score_figures, script_data, thinning


def test_script_holds_short_numbers_and_no_nan() -> None:
    text = script_data.script("a-b", {"x": [1.0, 0.1234567, float("nan"), 3], "y": "</é"})
    assert text == b'window.page.put("a-b", {"x":[1,0.12346,null,3],"y":"</\\u00e9"});\n'


def test_thinned_curve_is_short_keeps_its_ends_and_its_area() -> None:
    random = np.random.default_rng(1)
    real = np.arange(20_000) < 8_000
    score = random.standard_normal(20_000) + 2 * real
    fpr, tpr = thinning.points(real, score)
    assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
    assert len(fpr) < 500 and (np.diff(fpr) >= 0).all() and (np.diff(tpr) >= 0).all()
    assert auc(fpr, tpr) == pytest.approx(roc_auc_score(real, score), abs=2e-3)


def test_deviates_are_those_of_the_normal_distribution_and_end_somewhere() -> None:
    found = thinning.deviates([0.5, 0.158655254, 0.0, 1.0])
    assert found[:2] == pytest.approx([0, -1]) and -3.3 < found[2] == pytest.approx(-found[3])


def test_summary_counts_every_score_once_and_marks_the_threshold() -> None:
    scores, figures = small_page.scores(), small_page.figures()
    said = score_figures.summary(scores, figures, small_page.PROTOCOL, "video", 1)
    assert [one["name"] for one in said["databases"]] == ["one", "new", "fakes"]
    assert [one["seen"] for one in said["databases"]] == [True, False, False]
    first = said["databases"][0]["approaches"][0]
    own = scores[(scores["approach"] == "Binary") & (scores["dataset"] == "one")]
    real = own["attack"] == "real"
    assert (first["real"], first["fake"]) == (40, 80) == (sum(first["reals"]), sum(first["fakes"]))
    assert first["point"] == [
        pytest.approx((own["score"][~real] > 0.5).mean()),
        pytest.approx((own["score"][real] > 0.5).mean()),
    ]
    assert first["edges"] == [0, 1] and first["auc"] == 80


def test_axes_of_det_name_their_borders_and_a_family_says_what_it_pools() -> None:
    scores, figures = small_page.scores(), small_page.figures()
    both = figures[figures["database"] == "one"].assign(database="both")
    protocol = Protocol(["one"], ["one", "new"], {}, {"both": ["one", "new"]})
    said = score_figures.summary(scores, pd.concat([figures, both]), protocol, "video", 1)
    at, names = zip(*said["borders"], strict=True)
    assert names == ("0", "100") and list(at) == thinning.deviates([0, 1]).tolist()
    assert at[0] < min(tick for tick, _ in said["ticks"])
    assert [one["pooled"] for one in said["databases"]] == [[], [], ["one", "new"]]


def test_database_without_reals_and_scores_of_nothing_have_no_curve() -> None:
    scores, figures = small_page.scores(), small_page.figures()
    said = score_figures.summary(scores, figures, small_page.PROTOCOL, "frame", 1)
    fakes = said["databases"][2]["approaches"][0]
    assert fakes["fpr"] is None and fakes["det_point"] is None and sum(fakes["fakes"]) == 40
    nothing = scores.assign(score=np.nan)
    said = score_figures.summary(nothing, figures, small_page.PROTOCOL, "frame", 1)
    assert [one["approaches"] for one in said["databases"]] == [[], [], []]


def test_equal_scores_and_decision_values_have_bins() -> None:
    scores, figures = small_page.scores(), small_page.figures()
    said = score_figures.summary(scores.assign(score=3.0), figures, small_page.PROTOCOL, "video", 1)
    first = said["databases"][0]["approaches"][0]
    assert first["edges"] == [2.5, 3.5] and sum(first["reals"]) == 40


def test_matrix_of_binary_comes_from_its_threshold_and_unknown_classes_last() -> None:
    found = confusion_data.matrices(
        small_page.confusion(), small_page.figures(), small_page.CLASSES, ["one"], {}, 1
    )
    binary, attribution = found[:2]
    assert binary["columns"] == ["real", "fake"]
    assert (binary["by"], attribution["by"]) == ("threshold", "class")
    assert binary["rows"][0] == {
        "database": "one", "seen": True, "true": "real", "known": True, "n": 40, "counts": [38, 2]
    }  # fmt: skip
    assert attribution["columns"] == small_page.CLASSES
    seen = {row["database"]: row["seen"] for row in attribution["rows"]}
    assert seen == {"one": True, "new": False}  # so the reals of `new` are marked, too
    last = attribution["rows"][-1]
    assert (last["true"], last["known"], last["counts"]) == ("morph", False, [0, 40, 0])
