from dataclasses import replace

import numpy as np
import pandas as pd
from test_report_better import DIFFERENCES, RAW, RUN
from test_report_results import row

from deepfake_attribution.report import better, results, summary
from deepfake_attribution.report.better import Verdict
from deepfake_attribution.report.content import Section, sections, summed_up
from golden_files import Golden


def texts(section: Section) -> str:
    return " ".join(text for part in section.parts for text in part.text)


def test_tables_name_the_best_its_rivals_and_what_they_rest_on() -> None:
    auc, hter = summed_up(RUN).parts[0].tables
    assert auc.rows.iloc[0].to_dict() == {
        **{"database": "one", "trained on": "yes", "best": "A", "AUC": "94.80 [90.0 to 98.3]"},
        **{summary.NOT_WORSE: "B", summary.WORSE: "C", "real videos": 178, "fake videos": 340},
        **{"coverage %": "99.42", "seeds": 1},
    }
    cells = hter.rows.iloc[0]
    assert cells[["best", "HTER", summary.WORSE]].tolist() == ["B", "8.00", "-"]


def test_what_was_not_tested_has_a_column_of_its_own() -> None:
    auc, hter = summed_up(RUN).parts[0].tables
    assert summary.UNTESTED not in auc.rows  # every approach was tested
    cells = hter.rows.iloc[0]
    assert cells[[summary.NOT_WORSE, summary.UNTESTED]].tolist() == ["-", "every other"]
    found = {"one": Verdict(["A"], ["B"], ["C"], []), "two": Verdict(["A"], [], [], ["B", "C"])}
    figures = pd.concat([RUN.figures, RUN.figures.assign(database="two")])
    assert summary.table(figures, found, "auc")[summary.UNTESTED].tolist() == ["C", "-"]


def test_approaches_of_one_head_are_named_together() -> None:
    names = ["TripletLoss-NN", "ArcFaceMod-NN", "ArcFaceMod-LR"]
    found = {"one": Verdict(["A", "B"], names, [], ["C"])}
    cells = summary.table(RUN.figures, found, "auc").iloc[0]
    assert cells["best"] == "A, B"
    assert cells[summary.NOT_WORSE] == "TripletLoss-NN, ArcFaceMod-NN/LR"
    found["one"] = Verdict(["A"], [], [], ["B", "C"])
    assert summary.table(RUN.figures, found, "auc")[summary.WORSE].tolist() == ["every other"]


def test_pairs_are_folded_in_a_section_of_their_own() -> None:
    (section,) = (one for one in sections(RUN) if one.anchor == "differences")
    assert [part.heading for part in section.parts] == [
        f"Every approach against the best by {name}" for name in ("AUC", "HTER")
    ]
    pairs = section.parts[-1].tables
    assert [(table.title, table.folded) for table in pairs] == [("one", True)]
    without = sections(replace(RUN, differences=better.none()))
    assert "differences" not in [one.anchor for one in without]


def test_sentences_say_what_holds_everywhere(golden: Golden) -> None:
    found = {"one": Verdict(["A"], ["B"], [], ["C"]), "two": Verdict(["B"], [], [], ["A", "C"])}
    golden("one best on two", summary.sentences(found, "auc"))
    found["one"] = Verdict(["A"], [], [], ["B", "C"])
    golden("a best of each", summary.sentences(found, "hter"))
    alike = {"one": Verdict(["A", "B"], ["C"], [], [])}
    golden("no best", summary.sentences(alike, "auc"))


def test_nothing_is_said_of_what_cannot_be_compared() -> None:
    assert summary.sentences({"one": Verdict(["A"], [], ["B"], [])}, "auc") == []
    assert summary.sentences({"one": Verdict([], [], [], [])}, "auc") == []
    lacking = results.over_seeds(RAW.assign(auc=np.nan, hter=np.nan, n_real=0))
    section = summed_up(replace(RUN, figures=lacking, differences=better.none()))
    assert section.parts[0].tables[0].rows.loc[0, ["best", "AUC"]].tolist() == ["-", "-"]
    assert "one: no real video has a score, so there is no AUC and no HTER." in texts(section)


def test_databases_where_nobody_is_significantly_better_than_chance_are_named(
    golden: Golden,
) -> None:
    figures = results.over_seeds(RAW).assign(auc_ci_low=50.0, auc_ci_high=70.0)
    figures = figures.assign(hter_ci_low=20.0, hter_ci_high=49.9)
    golden("at chance", summary.at_chance(figures, ["one"], "auc"))
    assert summary.at_chance(figures, ["one"], "hter") == []
    whose = (figures["approach"] == "A") & (figures["attack"] == "all")
    figures.loc[whose, "auc_ci_low"] = 50.1
    assert summary.at_chance(figures, ["one"], "auc") == []
    figures["hter_ci_high"] = 50.0
    assert len(summary.at_chance(figures, ["one"], "hter")) == 1
    # below chance is no better than chance, and without intervals nothing is claimed
    below = figures.assign(auc_ci_low=10.0, auc_ci_high=20.0)
    assert len(summary.at_chance(below, ["one"], "auc")) == 1
    assert summary.at_chance(results.over_seeds(RAW), ["one"], "auc") == []
    assert summary.at_chance(figures.assign(auc=np.nan), ["one"], "auc") == []
    assert summary.at_chance(below.assign(auc_ci_low=np.nan), ["one"], "auc") == []


def test_what_was_not_seen_is_said(golden: Golden) -> None:
    section = summed_up(replace(RUN, training=[], new_attacks={"one": ["morph", "blend"]}))
    golden("not seen", [line for part in section.parts for line in part.text])
    whole = RAW.assign(videos_without_face=0, videos_missing=0)
    several = results.over_seeds(pd.concat([whole, whole.assign(seed=2)]))
    section = summed_up(replace(RUN, figures=several))
    golden("all seen and trained twice", [line for part in section.parts for line in part.text])


def test_family_is_partly_trained_on() -> None:
    found = summary.trained_on(["a", "b", "F", "G"], ["a"], {"F": ["a", "b"], "G": ["b"]})
    assert found == {"a": "yes", "b": "no", "F": "partly", "G": "no"}


def test_metadata_baseline_has_a_column_and_is_never_the_best() -> None:
    baseline = [row("NoPixels-File", "one", auc=50.0), row("NoPixels-All", "one", auc=99.9)]
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(baseline)]))
    section = summed_up(replace(RUN, figures=figures))
    first = section.parts[0].tables[0].rows.iloc[0]
    assert first[["best", summary.BASELINE]].tolist() == ["A", "99.90"]
    assert summary.BASELINE_TEXT in texts(section)
    assert summary.BASELINE_TEXT not in texts(summed_up(RUN))


def test_definitions_name_the_limit_of_p() -> None:
    assert "(p below 0.05)" in summary.definitions(DIFFERENCES)
    without = summary.definitions(better.none())
    assert "p below" not in without and "Not tested" not in without
