from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_report_results import row

from deepfake_attribution.report import better, cells, class_tables, latex, markdown, results
from deepfake_attribution.report.content import Run

RAW = pd.DataFrame(
    [
        row(name, "one", level=level, auc=auc, hter=hter)
        for name, auc, hter in (("A", 94.8, 9.0), ("B", 93.0, 8.0), ("C", 60.0, 40.0))
        for level in ("video", "frame")
    ]
)
FIGURES = results.over_seeds(RAW)


def pair(one: str, other: str, measure: str, difference: float, p: float) -> dict[str, Any]:
    return {
        **{"database": "one", "measure": measure, "one": one, "other": other},
        **{"difference": difference, "low": difference - 3, "high": difference + 1},
        **{"p": p / 3, "p_corrected": p, "confidence": 95.0, "n_real": 178, "n_fake": 340},
        **{"left_out": 2, "note": "", "draws": 2000},
    }


DIFFERENCES = pd.DataFrame(
    [
        pair("A", "B", "auc", 1.8, 0.2),
        pair("C", "A", "auc", -34.8, 0.001),
        pair("A", "B", "hter", 1.0, np.nan),
    ]
)


def interval(measure: str, low: float, high: float, note: str = "", **changes: str) -> dict:
    key = {"approach": "A", "database": "one", "attack": "all", "compression": "c23"}
    key |= {"level": "video", "measure": measure} | changes
    return key | {"value": 0.0, "low": low, "high": high, "note": note}


INTERVALS = pd.DataFrame(
    [
        interval("auc", 90.04, 98.3),
        interval("fnr", 0.0, 0.0, "no spread: every draw has this value"),
        interval("hter", np.nan, np.nan, "no interval: 3 source videos, fewer than 10"),
        interval("accuracy", 70.0, 80.0),
    ]
)
RUN = Run(
    results.with_intervals(FIGURES, INTERVALS),
    pd.DataFrame(
        [("A", "one", 30, 30, 24, 80.0)],
        columns=["approach", "database", "n", "n_known", "correct", "accuracy"],
    ),
    ["one"],
    [],
    0.1,
    differences=DIFFERENCES,
)


def test_the_best_is_named_and_which_others_are_significantly_worse() -> None:
    found = better.verdict(RUN.figures, DIFFERENCES, "one", "auc")
    assert found == better.Verdict(best=["A"], not_worse=["B"], untested=[], worse=["C"])
    found = better.verdict(RUN.figures, DIFFERENCES, "one", "hter")
    assert found == better.Verdict(best=["B"], not_worse=[], untested=["A", "C"], worse=[])


def test_approaches_that_print_the_same_are_best_together() -> None:
    alike = results.over_seeds(RAW.assign(auc=100.0))
    assert better.verdict(alike, better.none(), "one", "auc").best == ["A", "B", "C"]


def test_worse_than_one_of_the_best_is_worse() -> None:
    alike = results.over_seeds(RAW.assign(hter=RAW["hter"].replace(8.0, 9.0)))
    pairs = [pair("A", "C", "hter", -31.0, 0.2), pair("C", "B", "hter", 31.0, 0.01)]
    found = better.verdict(alike, pd.DataFrame(pairs), "one", "hter")
    assert found == better.Verdict(best=["A", "B"], not_worse=[], untested=[], worse=["C"])
    pairs[1]["p_corrected"] = np.nan
    assert better.verdict(alike, pd.DataFrame(pairs), "one", "hter").not_worse == ["C"]
    pairs[0]["p_corrected"] = np.nan
    assert better.verdict(alike, pd.DataFrame(pairs), "one", "hter").untested == ["C"]


def test_table_by_hter_has_rows_of_every_best_and_what_lies_between_them() -> None:
    table = better.table(FIGURES, DIFFERENCES, "one", "hter")
    assert list(table)[:4] == ["approach", "against", "HTER difference", "p of HTER"]
    assert table[["approach", "against"]].to_numpy().tolist() == [["A", "B"]]
    alike = results.over_seeds(RAW.assign(auc=RAW["auc"].replace(93.0, 94.8)))
    pairs = pd.concat([DIFFERENCES, pd.DataFrame([pair("B", "C", "auc", 33.0, 0.04)])])
    table = better.table(alike, pairs, "one")
    assert table[["approach", "against", "p of AUC"]].to_numpy().tolist() == [
        ["C", "A", "0.001"],
        ["B", "A", "0.2"],
        ["C", "B", "0.04"],
    ]


def test_database_without_reals_has_no_best() -> None:
    lacking = results.over_seeds(RAW.assign(auc=np.nan, hter=np.nan, missing="no reals: no auc"))
    assert better.verdict(lacking, DIFFERENCES, "one", "auc") == better.Verdict([], [], [], [])
    assert better.table(lacking, DIFFERENCES, "one").empty


def test_differences_are_other_minus_best_whichever_way_they_were_taken() -> None:
    table = better.table(FIGURES, DIFFERENCES, "one").set_index("approach")
    assert table.loc["B", "AUC difference"] == "-1.80 [-2.8 to 1.2]"
    assert table.loc["C", "AUC difference"] == "-34.80 [-37.8 to -33.8]"
    assert table.loc["C", ["p of AUC", "p of HTER", "HTER difference"]].tolist() == [
        "0.001",
        "-",
        "-",
    ]
    assert table.loc["B", ["real videos", "fake videos", "left out"]].tolist() == [178, 340, 2]


def test_cells_have_their_interval_and_rows_say_why_one_is_lacking() -> None:
    table = results.of_database(RUN.figures, "one", "video").set_index("approach")
    assert table.loc["A", ["AUC", "FNR", "HTER"]].tolist() == [
        "94.80 [90.0 to 98.3]",
        "1.12 [no spread]",
        "9.00",
    ]
    assert table.loc["B", "AUC"] == "93.00"
    assert results.notes(RUN.figures, "one") == [
        "No interval: 3 source videos, fewer than 10: A (videos)."
    ]


def test_what_no_approach_has_is_noted_once() -> None:
    lacking = results.over_seeds(RAW.assign(missing="no reals: auc cannot be computed"))
    assert results.notes(lacking, "one") == ["No reals: auc cannot be computed."]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-0.04, 3.0, " [0.0 to 3.0]"),
        (100.0, 100.0, " [no spread]"),
        (np.nan, np.nan, ""),
        (-1.25, 2.0, " [-1.2 to 2.0]"),
        (33.31, 33.34, " [33.31 to 33.34]"),
        (-0.001, 0.001, " [-0.001 to 0.001]"),
        (100 / 3, 100 / 3 + 1e-12, " [no spread]"),
    ],
)
def test_interval_behind_a_figure(low: float, high: float, text: str) -> None:
    assert cells.bracketed(low, high) == text


def test_markdown_begins_with_which_is_best() -> None:
    page = markdown.page(RUN)
    at = [
        page.index(f"## {name}")
        for name in ("Which approach is best", "How to", "How good is each")
    ]
    assert at == sorted(at)
    assert "95 % confidence interval" in page and "| B | A | -1.80 [-2.8 to 1.2] | 0.2 |" in page
    assert "95 % confidence interval" not in markdown.page(replace(RUN, differences=better.none()))


def test_latex_has_intervals_in_a_line_below() -> None:
    lines = latex.document(RUN).splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("A & 94.80 &"))
    assert "[90.0 to 98.3]" not in lines[at] and "[90.0 to 98.3]" in lines[at + 1]
    assert lines[at + 1].strip().startswith("&")


def test_confusion_has_counts_and_the_percentage_of_each_true_class() -> None:
    counts = pd.DataFrame(
        [
            ("A", "one", "swap", "real", 1),
            ("A", "one", "swap", "swap", 3),
            ("A", "one", "real", "real", 5),
            ("B", "one", "real", "swap", 9),
        ],
        columns=["approach", "database", "true", "predicted", "n"],
    )
    table = class_tables.confusions(counts, "A", "one")
    assert table.to_numpy().tolist() == [
        ["real", 5, "5 (100.00 %)", "0"],
        ["swap", 4, "1 (25.00 %)", "3 (75.00 %)"],
    ]
    assert list(table) == ["true class", "n", "as real", "as swap"]


def test_macro_f1_names_classes_without_videos_and_never_predicted() -> None:
    accuracy = RUN.accuracy.assign(
        macro_f1=55.0, macro_f1_ci_low=40.0, macro_f1_ci_high=70.0, classes_absent="mouth"
    ).assign(never_predicted="swap")
    assert class_tables.macro_f1s(accuracy, {}).to_numpy().tolist() == [
        ["one", "A", "55.00 [40.0 to 70.0]", "-", 30, "mouth", "swap"]
    ]
    assert class_tables.macro_f1s(RUN.accuracy, {}).empty
    joined = class_tables.with_class_intervals(RUN.accuracy, INTERVALS)
    assert class_tables.accuracies(joined, FIGURES, {})["A"].tolist() == [
        "80.00 [70.0 to 80.0] (24/30)"
    ]


def test_classes_counted_are_said_and_one_alone_has_no_macro_f1() -> None:
    accuracy = pd.DataFrame(
        [
            ("A", "one", 30, 30, 24, 80.0, 55.0, "mouth", "swap"),
            ("A", "two", 30, 20, 20, 100.0, 100.0, "mouth, swap", ""),
        ],
        columns=[*RUN.accuracy.columns, "macro_f1", "classes_absent", "never_predicted"],
    )
    counts = pd.DataFrame(
        [
            ("A", "one", "real", "real", 24),
            ("A", "one", "swap", "real", 6),  # never predicted, and known
            ("A", "two", "real", "real", 20),
            ("A", "two", "morph", "real", 10),  # unknown
        ],
        columns=["approach", "database", "true", "predicted", "n"],
    )
    classes = class_tables.counted_classes(accuracy, counts)
    table = class_tables.macro_f1s(accuracy, classes)
    assert table[["macro F1", "classes counted"]].to_numpy().tolist() == [
        ["55.00", "real and 1 attack"],
        ["-", "real alone"],
    ]
    figures = results.over_seeds(pd.concat([RAW, RAW.assign(database="two")]))
    shown = class_tables.accuracies(accuracy, figures, classes)
    assert shown["classes counted"].tolist() == ["real and 1 attack", "real alone"]
    assert shown["A"].tolist() == ["80.00 (24/30)", "100.00 (20/20)"]
