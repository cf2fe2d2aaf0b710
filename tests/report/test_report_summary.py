from dataclasses import replace

import numpy as np
import pandas as pd
from test_report_better import DIFFERENCES, RAW, RUN
from test_report_results import row

from deepfake_attribution.report import better, results, summary
from deepfake_attribution.report.better import Verdict
from deepfake_attribution.report.content import Section, summed_up
from golden_files import Golden


def texts(section: Section) -> str:
    return " ".join(said for part in section.parts for said in part.text)


def test_tables_name_the_best_its_rivals_and_what_they_rest_on() -> None:
    auc, hter = summed_up(RUN).parts[0].tables
    assert auc.rows.iloc[0].to_dict() == {
        **{"database": "one", "trained on": "yes", "best": "A", "AUC": "94.80 [90.0 to 98.3]"},
        **{"may be as good": "B", "surely worse": "C", "real videos": 178, "fake videos": 340},
        **{"coverage %": "99.42", "seeds": 1},
    }
    cells = hter.rows.iloc[0]
    assert cells[["best", "HTER", "surely worse"]].tolist() == ["B", "8.00", "-"]
    assert cells["may be as good"] == "A, C (cannot be told)"


def test_approaches_of_one_head_are_named_together() -> None:
    names = ["TripletLoss-NN", "ArcFaceMod-NN", "ArcFaceMod-LR"]
    found = {"one": Verdict(["A", "B"], names, [], ["C"])}
    cells = summary.table(RUN.figures, found, "auc").iloc[0]
    assert cells["best"] == "A, B"
    assert cells["may be as good"] == "TripletLoss-NN, ArcFaceMod-NN/LR"
    found["one"] = Verdict(["A"], [], [], ["B", "C"])
    assert summary.table(RUN.figures, found, "auc")["surely worse"].tolist() == ["every other"]


def test_pairs_stand_folded_below() -> None:
    pairs = summed_up(RUN).parts[-1].tables
    assert [(table.title, table.folded) for table in pairs] == [("one", True)]
    headings = [part.heading for part in summed_up(RUN).parts[2:]]
    assert headings == [f"The best by {name} against every other" for name in ("AUC", "HTER")]
    assert len(summed_up(replace(RUN, differences=better.none())).parts) == 2


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


def test_databases_where_nobody_surely_beats_chance_are_named(golden: Golden) -> None:
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


def test_what_was_not_seen_is_said(golden: Golden) -> None:
    section = summed_up(replace(RUN, training=[], new_attacks={"one": ["morph", "blend"]}))
    golden("not seen", [line for part in section.parts for line in part.text])
    whole = RAW.assign(videos_without_face=0, videos_missing=0)
    several = results.over_seeds(pd.concat([whole, whole.assign(seed=2)]))
    section = summed_up(replace(RUN, figures=several))
    golden("all seen and trained twice", [line for part in section.parts for line in part.text])


def test_family_is_partly_trained_on() -> None:
    told = summary.trained_on(["a", "b", "F", "G"], ["a"], {"F": ["a", "b"], "G": ["b"]})
    assert told == {"a": "yes", "b": "no", "F": "partly", "G": "no"}


def test_baseline_without_pixels_stands_beside_the_best_and_is_never_the_best() -> None:
    blind = [row("NoPixels-File", "one", auc=50.0), row("NoPixels-All", "one", auc=99.9)]
    figures = results.over_seeds(pd.concat([RAW, pd.DataFrame(blind)]))
    section = summed_up(replace(RUN, figures=figures))
    first = section.parts[0].tables[0].rows.iloc[0]
    assert first[["best", "AUC without pixels"]].tolist() == ["A", "99.90"]
    assert summary.BLIND_WORDS in texts(section) and summary.BLIND_WORDS not in texts(
        summed_up(RUN)
    )


def test_words_say_what_sure_is() -> None:
    assert "surely worse than one of them counts as surely worse" in summary.words(DIFFERENCES)
    assert "(p below 0.05)" in summary.words(DIFFERENCES)
    assert "p below" not in summary.words(better.none())
