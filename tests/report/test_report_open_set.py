import numpy as np
import pandas as pd
from test_report_results import row

from deepfake_attribution.report import markdown, open_set, results
from deepfake_attribution.report.content import Run, sections
from deepfake_attribution.report.open_set import OpenSetTables


def reading(attack: str, kind: str, against: str, **changes: object) -> dict[str, object]:
    return {
        **{"approach": "ArcFaceMod", "measure": "distance", "seed": 1, "database": "new"},
        **{"attack": attack, "kind": kind, "against": against, "auc": 75.0},
        **{"n": 20, "n_against": 140, "without_face": 2, "note": ""},
    } | changes


READINGS = pd.DataFrame(
    [
        reading("morph", "unknown attack", "everything known"),
        reading("morph", "unknown attack", "known fakes", auc=62.5, n_against=100),
        reading("morph", "unknown attack", "own reals", auc=50.0, n_against=21),
        reading("real", "real", "known reals", auc=88.0, n=21, n_against=40, without_face=0),
    ]
)
SHARES = pd.DataFrame(
    {"approach": "Attribution", "seed": 1, "level": level, "database": "new", "attack": "morph"}
    | {"known": False, "predicted": name, "k": k, "n": 20, "share": 5.0 * k, "without_face": 2}
    for level in ("video", "frame")
    for name, k in (("real", 4), ("swap", 16))
)
FACTS = pd.DataFrame(
    [("crop_bytes", 9000.5, 8000.0, 83.333, 20, 40)],
    columns=["fact", "real", "fake", "auc", "n_real", "n_fake"],
)
FIGURES = results.over_seeds(
    pd.DataFrame(
        [
            row("Binary", "celeb", auc=90.0),
            row("ArcFaceMod-NN", "celeb", auc=95.0),
            row("NoPixels-File", "celeb", auc=50.0),
            row("NoPixels-All", "celeb", auc=88.0),
            row("Binary", "fakes", auc=np.nan),
            row("NoPixels-All", "fakes", auc=np.nan),
        ]
    )
)
FOUND = OpenSetTables(READINGS, SHARES, FACTS)


def page(found: OpenSetTables = FOUND) -> str:
    accuracy = pd.DataFrame(columns=["approach", "database", "n", "n_known", "correct", "accuracy"])
    run = Run(FIGURES, accuracy, ["celeb"], [], 0.1, further=open_set.sections(found, FIGURES, 12))
    headings = [section.heading for section in sections(run)]
    assert headings[-3:] == [
        *("Attacks never trained on", "Metadata baseline (no pixels)", "Thresholds"),
    ]
    return markdown.page(run)


def test_unknown_attack_stands_with_the_n_of_all_sides() -> None:
    text = page()
    expected = "| ArcFaceMod | new | morph | 20 | 75.00 | 140 | 62.50 | 100 | 50.00 | 21 | 2 | 1 |"
    assert expected in text
    assert "| ArcFaceMod | new | real | 21 | known reals | 40 | 88.00 | 0 | 1 |" in text


def test_text_has_the_setting_and_what_below_50_means() -> None:
    text = page()
    assert "k is 12 (open_set.neighbours)" in text and "Below 50, videos of the unknown" in text
    assert "| database | attack | a class of training | n |" in text


def test_approaches_that_detect_no_unknown_attack_are_named() -> None:
    below = READINGS.assign(approach="Binary", auc=50.0)
    whole = "No figure of attacks never trained on is above 50"
    assert open_set.misleading(open_set.over_seeds(READINGS)) == []
    (sentence,) = open_set.misleading(open_set.over_seeds(below))
    assert sentence.startswith(whole)
    both = open_set.over_seeds(pd.concat([READINGS, below]))
    (sentence,) = open_set.misleading(both)
    assert sentence.startswith("Of Binary, no figure of attacks never trained on is above 50")
    assert open_set.misleading(both.assign(auc=np.nan)) == []
    assert open_set.misleading(both.iloc[:0]) == []


def test_classes_given_have_counts_and_rates_of_videos_and_frames() -> None:
    text = page()
    assert text.count("| new | morph | never | 20 | 20.00 (4/20) | 80.00 (16/20) | 2 | 1 |") == 2
    assert "**Attribution, videos**" in text and "**Attribution, frames**" in text


def test_baseline_is_next_to_the_best_of_the_others_with_its_meaning() -> None:
    text = page()
    assert "| celeb | 50.00 | 88.00 | 95.00 (ArcFaceMod-NN) | 178 | 340 |" in text
    assert "| fakes | - | - | - | 178 | 340 |" in text
    assert "If such a row is high" in text
    assert (
        "| crop bytes | 9000 | 8000 | 83.33 | 20 | 40 |" in text or "| crop bytes | 9001 |" in text
    )


def test_several_seeds_are_a_mean_with_its_range_unless_one_lacks_it() -> None:
    other = READINGS.assign(seed=2, auc=READINGS["auc"] + 10)
    other.loc[0, "auc"] = np.nan
    table = open_set.over_seeds(pd.concat([READINGS, other])).set_index("against")
    assert np.isnan(table.loc["everything known", "auc"])
    ends = table.loc["known fakes", ["auc", "auc_low", "auc_high", "seeds"]].tolist()
    assert ends == [67.5, 62.5, 72.5, 2]
    shares = pd.concat([SHARES, SHARES.assign(seed=2, share=50.0)])
    row_of_both = open_set.predicted_classes(shares[shares["level"] == "video"]).iloc[0]
    assert row_of_both["real"] == "35.00 (20.00 to 50.00)" and row_of_both["seeds"] == 2


def test_text_without_unknown_attacks() -> None:
    text = page(OpenSetTables(READINGS.iloc[:0], SHARES.iloc[:0], FACTS))
    assert "Every attack of the test databases was trained on: none is unknown." in text


def test_missing_figure_is_a_dash_and_its_reason_a_sentence() -> None:
    bare = READINGS.assign(auc=np.nan, note="no validation crop is known")
    text = page(OpenSetTables(bare, SHARES, FACTS))
    assert "| ArcFaceMod | new | morph | 20 | - | 140 | - |" in text
    assert "No figure, no validation crop is known: ArcFaceMod (new)." in text


def test_families_have_no_row_and_the_text_says_why() -> None:
    never_seen, _ = open_set.sections(FOUND, FIGURES, 12, {"Mobio": ["a", "b"]})
    assert "So Mobio (several datasets in one row) has no row here." in never_seen.text[-1]
    assert "several datasets" not in page()


def test_attacks_never_trained_on_are_named_by_database() -> None:
    known = SHARES.assign(attack="swap", known=True)
    found = OpenSetTables(READINGS, pd.concat([SHARES, known]), FACTS)
    assert open_set.new_attacks(found) == {"new": ["morph"]}
