from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_report_results import row

from deepfake_attribution.report import comparison, results
from deepfake_attribution.report.comparable import Ours
from published_files import beside, paper

PAPER = paper()
ROWS = {"Celeb-DF": "celeb", "DF-Mobio": "mobio", "FaceForensics++": "F", "HifiFace": "gone"}
SEVERAL = pd.DataFrame(
    [
        row(approach, database, auc=auc, seed=seed)
        for approach in ("TripletLoss-SVM", "Binary", "TripletLoss-NN")
        for seed, auc in ((1, 97.0), (2, 98.0))
        for database in ("celeb", "mobio", "F")
    ]
)
ONE = results.over_seeds(SEVERAL[SEVERAL["seed"] == 1])


def ours(figures: pd.DataFrame = ONE) -> Ours:
    return Ours(figures, ["celeb", "F"], {}, 0.1)


PUBLISHED = beside(ROWS, videos=(178, 340))[0]
COMPARED = comparison.long(ours(), [PUBLISHED])


def cell(table: pd.DataFrame, column: str, approach: str, measure: str) -> dict[str, object]:
    same = (table["column"] == column) & (table["approach"] == approach)
    found = table[same & (table["measure"] == measure)]
    assert len(found) == 1
    return found.iloc[0].to_dict()


def test_equal_counts_differ_by_nothing() -> None:
    """2/178 and 91/340 are what the paper's Binary has on Celeb-DF."""
    for measure in ("fnr", "fpr", "hter"):
        assert cell(COMPARED, "Celeb-DF", "Binary", measure)["difference"] == 0.0
    fpr = cell(COMPARED, "Celeb-DF", "Binary", "fpr")
    assert (fpr["k"], fpr["n"], fpr["published_k"], fpr["published_n"]) == (91, 340, 91, 340)


def test_difference_is_ours_minus_published_of_what_is_printed() -> None:
    auc = cell(COMPARED, "Celeb-DF", "Binary", "auc")
    assert (auc["ours"], auc["published"], auc["difference"]) == (97.0, 98.56, -1.56)
    fnr = cell(COMPARED, "DF-Mobio", "TripletLoss-NN", "fnr")
    assert (fnr["ours"], fnr["published"], fnr["difference"]) == (1.12, 22.60, -21.48)
    assert pd.isna(fnr["published_k"]) and pd.isna(fnr["published_n"])


def test_rows_are_the_paper_s_approaches_first_and_others_have_no_counterpart() -> None:
    assert COMPARED["approach"].unique().tolist() == ["Binary", "TripletLoss-NN", "TripletLoss-SVM"]
    other = COMPARED[COMPARED["approach"] == "TripletLoss-SVM"]
    assert other[["published", "published_k", "difference"]].isna().all(axis=None)
    assert other["ours"].notna().all()


def test_every_line_has_the_numbers_of_our_videos() -> None:
    context = ["n_real", "n_fake", "compression", "videos_without_face", "videos_missing"]
    assert (COMPARED[context] == [178, 340, "c23", 3, 4]).all(axis=None)
    assert (COMPARED[["coverage", "seeds"]] == [99.42, 1]).all(axis=None)


def test_columns_are_those_mapped_and_there_in_the_paper_s_order() -> None:
    expected = {"Celeb-DF": "celeb", "FaceForensics++": "F"}
    assert comparison.run(ours(), PUBLISHED, 1) == expected
    assert COMPARED["column"].unique().tolist() == ["Celeb-DF", "FaceForensics++", "DF-Mobio"]
    assert comparison.not_run(ours(), PUBLISHED, 1) == [
        "DeeperForensics (no row of databases.published)",
        "HifiFace (gone has no test videos here)",
    ]
    assert comparison.not_run(ours(), beside({})[0], 2) == [
        f"{name} (no row of databases.published)"
        for name in ("DF-Mobio", "Google", "DeepfakeTIMIT")
    ]


def test_table_shows_counts_of_both_and_the_sign() -> None:
    table = comparison.wide(COMPARED, PUBLISHED, 1)
    assert list(table.columns[:3]) == [("Celeb-DF", kind) for kind in comparison.KINDS]
    found = table.loc[("Binary", "FPR"), "Celeb-DF"].tolist()
    assert found == ["26.76 (91/340)", "26.76 (91/340)", "0.00"]
    assert table.loc[("Binary", "FPR"), "FaceForensics++"].tolist()[1:] == [
        "4.20 (47/340)",
        "+22.56",
    ]
    assert table.loc[("TripletLoss-SVM", "AUC"), "Celeb-DF"].tolist() == ["97.00", "-", "-"]
    second = comparison.wide(COMPARED, PUBLISHED, 2)
    assert second.columns.get_level_values(0).unique().tolist() == ["DF-Mobio"]


def test_several_seeds_show_mean_and_range_and_no_count_of_ours() -> None:
    table = comparison.long(ours(results.over_seeds(SEVERAL)), [PUBLISHED])
    auc = cell(table, "Celeb-DF", "Binary", "auc")
    assert (auc["ours"], auc["ours_low"], auc["ours_high"], auc["seeds"]) == (97.5, 97.0, 98.0, 2)
    shown = comparison.wide(table, PUBLISHED, 1)["Celeb-DF"]
    assert shown.loc[("Binary", "AUC"), "ours"] == "97.50 (97.00 to 98.00)"
    assert shown.loc[("Binary", "FNR")].tolist() == ["1.12 (1.12 to 1.12)", "1.12 (2/178)", "0.00"]


def test_what_cannot_be_computed_has_no_difference() -> None:
    table = comparison.long(ours(ONE.assign(fnr=np.nan)), [PUBLISHED])
    assert np.isnan(cell(table, "Celeb-DF", "Binary", "fnr")["difference"])
    assert comparison.wide(table, PUBLISHED, 1)["Celeb-DF"].loc[("Binary", "FNR")].tolist() == [
        "-",
        "1.12 (2/178)",
        "-",
    ]


def test_columns_have_the_number_of_videos_here_and_in_the_paper() -> None:
    found = comparison.video_counts(ours(), PUBLISHED, 1).set_index("column").loc["Celeb-DF"]
    assert found[["ours", "real videos", "fake videos"]].tolist() == ["celeb", 178, 340]
    assert found["published n (decoded)"] == "178 real, 340 fake"
    mobio = comparison.video_counts(ours(), PUBLISHED, 2)
    assert mobio["published n (decoded)"].tolist() == ["not decodable"]


def test_earlier_paper_has_hter_only_beside_each_kind_of_its_method() -> None:
    earlier = beside({"DeepfakeTIMIT": "celeb", "DF-Mobio": "mobio"}, "mmsp2021")
    table = comparison.long(replace(ours(), training=[]), earlier)
    assert set(table["measure"]) == {"hter"}
    found = cell(table, "DF-Mobio", "TripletLoss-SVM", "hter")
    assert (found["ours"], found["published"], found["difference"]) == (13.94, 23.16, -9.22)
    assert pd.isna(cell(table, "DF-Mobio", "Binary", "hter")["published"])
    counts = comparison.video_counts(replace(ours(), training=[]), earlier[0], 1)
    assert counts["published n"].tolist() == ["not stated"] * 2


@pytest.mark.parametrize("rows", [{}, {"HifiFace": "gone"}])
def test_nothing_mapped_or_there_is_an_empty_table(rows: dict[str, str]) -> None:
    assert comparison.long(ours(), beside(rows)).empty


def test_table_has_every_row_and_column_of_the_paper() -> None:
    rows = {name: name for name in PAPER.databases}
    figures = pd.DataFrame(
        [row(approach, name) for approach in PAPER.methods for name in PAPER.databases]
    )
    own = Ours(results.over_seeds(figures), PAPER.trained_on, {}, 0.1)
    published = beside(rows, videos=(178, 340))[0]
    compared = comparison.long(own, [published])
    for table, columns in ((1, 4), (2, 3)):
        assert comparison.wide(compared, published, table).shape == (4 * 4, 3 * columns)
        assert comparison.not_run(own, published, table) == []
    assert compared["published"].notna().all()


def test_methods_that_are_none_of_ours_come_last_without_difference() -> None:
    effort = beside({"Celeb-DF-v2": "celeb"}, "effort")
    figures = ONE.assign(compression="released")
    own = Ours(figures, ["other"], {}, 0.1)
    table = comparison.long(own, effort)
    names = list(dict.fromkeys(table["approach"]))
    assert names[:3] == ["TripletLoss-SVM", "Binary", "TripletLoss-NN"] and names[-1] == "Effort"
    shown = comparison.wide(table, effort[0], 1)
    assert shown.loc[("Binary", "AUC")].tolist() == ["97.00", "-"]
    assert shown.loc[("Effort", "AUC")].tolist() == ["-", "95.6"]  # with the decimals it has there
    assert [kind for _, kind in shown.columns] == ["ours", "published"]


def test_frame_level_figures_are_compared_with_ours_of_frames() -> None:
    bench = beside({"Celeb-DF-v2": "celeb"}, "deepfakebench")
    rows = [row("Binary", "celeb"), row("Binary", "celeb", level="frame", auc=85.0, n_real=2670)]
    figures = results.over_seeds(pd.DataFrame(rows)).assign(compression="released")
    own = Ours(figures, ["other"], {}, 0.1)
    found = cell(comparison.long(own, bench), "Celeb-DF-v2", "Binary", "auc")
    assert (found["ours"], found["level"], found["n_real"]) == (85.0, "frame", 2670)
    counts = comparison.video_counts(own, bench[0], 1)
    assert counts[["real crops", "published n"]].to_numpy().tolist() == [
        [2670, "178 real, 340 fake videos"]
    ]
