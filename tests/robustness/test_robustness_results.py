"""Figures of damaged videos, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.robustness import results
from deepfake_attribution.robustness.damage import DAMAGES

CONDITIONS = [("none", 0.0), *((one.kind, each) for one in DAMAGES for each in one.strengths)]
REALS, FAKES = [0.9, 0.8, 0.7, 0.3], [0.6, 0.2, 0.1, 0.05]  # of untouched videos
DARK_REALS, DARK_FAKES = [0.45, 0.35, 0.3, 0.1], [0.55, 0.2, 0.05, 0.02]


def videos(names: tuple[str, ...] = ("a",)) -> pd.DataFrame:
    return pd.DataFrame(
        {"video": f"{name}/{attack}/{n}", "dataset": name, "attack": attack, "split": "test"}
        | {"compression": "", "group": f"{name}/{n}"}
        for name in names
        for attack in ("real", "swap")
        for n in range(4)
    )


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Return scores that only the darkest copies change."""
    made = []
    for kind, strength in CONDITIONS:
        dark = (kind, strength) == ("brightness", 0.2)
        of = {"real": DARK_REALS if dark else REALS, "swap": DARK_FAKES if dark else FAKES}
        for row in table.to_dict("records"):
            score = of[row["attack"]][int(row["video"][-1])]
            about = {"approach": "Binary", "video": row["video"], "kind": kind}
            lost = 0.0 if kind == "none" else 65.025
            made.append(about | {"strength": strength, "score": score, "error": lost})
    return pd.DataFrame(made)


def rows(table: pd.DataFrame, scored: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    return results.rows(scored, table, {"Binary": 0.4}, protocol, 200, 95.0, 1)


def test_rates_at_the_threshold_of_before_by_hand() -> None:
    table = videos()
    found = rows(table, scores(table), Protocol(["a"], ["a"], {}, {}))
    assert len(found) == len(CONDITIONS) and found["step"].tolist()[:7] == [0, 1, 2, 3, 4, 5, 1]
    first, dark = found.iloc[0], found.iloc[-1]
    # above 0.4: reals 0.9, 0.8, 0.7; fake 0.6. Pairs in order: 15 of 16
    assert (first["fnr"], first["fpr"]) == (25, 25)
    assert first["auc"] == pytest.approx(100 * 15 / 16) and first["auc_change"] == 0
    assert first["psnr"] == np.inf
    # dark: real 0.45, fake 0.55. Ordered pairs: 0.45, 0.35 and 0.3 above three fakes, 0.1 above two
    assert (dark["fnr"], dark["fpr"]) == (75, 25)
    assert dark["auc"] == pytest.approx(100 * 11 / 16)
    assert (dark["fnr_change"], dark["fpr_change"]) == (50, 0)
    assert dark["auc_change"] == pytest.approx(-25) and dark["psnr"] == pytest.approx(30)
    assert (dark["n_real"], dark["n_fake"], dark["n_lost"]) == (4, 4, 0)
    assert dark["threshold"] == 0.4 and "4 source videos, fewer than 10" in dark["note"]
    assert found["auc_low"].isna().all()
    between = found.iloc[1:-1]
    for measure in results.MEASURES:
        assert (between[measure] == first[measure]).all()


def test_databases_trained_on_are_pooled_and_others_stand_alone() -> None:
    table = videos(("a", "b", "c"))
    protocol = Protocol(["a", "b"], ["a", "b", "c"], {}, {"family": ["a", "c"]})
    found = rows(table, scores(table), protocol).drop_duplicates("database")
    assert dict(zip(found["database"], found["n_real"], strict=True)) == {
        **{"a": 4, "b": 4, "c": 4, results.POOLED: 8, "family": 8}
    }
    of = found.set_index("database")
    assert of["part"].to_dict() == {
        **{"a": "seen", "b": "seen", "c": "unseen"},
        **{results.POOLED: "seen", "family": "unseen"},
    }
    assert of.index[of["joined"]].tolist() == [results.POOLED, "family"]


def test_database_of_fakes_is_tested_with_the_reals_of_another() -> None:
    table = videos(("a", "b"))
    table = table[(table["dataset"] == "a") | (table["attack"] != "real")].reset_index(drop=True)
    protocol = Protocol(["a"], ["a", "b"], {"b": "a"}, {})
    found = rows(table, scores(table), protocol)
    own = found[found["database"] == "b"].iloc[0]
    assert (own["n_real"], own["n_fake"]) == (4, 4)
    assert own["auc"] == pytest.approx(100 * 15 / 16)


def test_videos_without_a_damaged_score_are_left_out_of_both_sides() -> None:
    table = videos()
    scored = scores(table)
    lost = (scored["kind"] == "crf") & (scored["strength"] == 23.0)
    scored.loc[lost & scored["video"].str.contains("real/3"), "score"] = np.nan
    row = rows(table, scored, Protocol(["a"], ["a"], {}, {})).iloc[1]
    assert (row["n_real"], row["n_lost"]) == (3, 1)
    assert (row["fnr"], row["fnr_change"]) == (0, 0)  # without the real that was called fake


def test_change_has_an_interval_of_paired_draws() -> None:
    """The same sources are drawn with and without damage: a change that all share has no spread."""
    many = pd.concat([videos((f"d{n}",)).assign(dataset="a") for n in range(5)])
    table = many.reset_index(drop=True)
    found = rows(table, scores(table), Protocol(["a"], ["a"], {}, {}))
    first, dark = found.iloc[0], found.iloc[-1]
    assert first["auc_low"] < first["auc"] < first["auc_high"] and first["note"] == ""
    assert (first["auc_change_low"], first["auc_change_high"]) == (0, 0)
    assert dark["auc_change_low"] < -25 < dark["auc_change_high"] < 0
