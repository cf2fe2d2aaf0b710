import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_report_results import FIGURES, row

from deepfake_attribution.report import latex, results, wording
from deepfake_attribution.report.content import Run
from published_files import beside

RAW = pd.DataFrame(
    [
        row(approach, name, level=level)
        for approach in ("Binary", "ArcFaceMod-NN")
        for name in ("a_1", "b&c", "d", "e")
        for level in ("video", "frame")
    ]
)
EER_AP = ("1.00", "97.50")
RUN = Run(results.over_seeds(RAW), pd.DataFrame(), ["d"], [wording.DEMO], 0.1)


def cells(text: str) -> list[list[str]]:
    """Return the cells of the rows between \\midrule and \\bottomrule of all tables."""
    bodies = re.findall(r"\\midrule\n(.*?)\\bottomrule", text, re.DOTALL)
    rows = [line.removesuffix(r" \\") for body in bodies for line in body.strip().splitlines()]
    return [[cell.strip() for cell in line.split(" & ")] for line in rows]


def test_cells_equal_the_table_each_measure_in_a_column_of_its_own() -> None:
    table = results.by_measure(FIGURES, ["celeb", "fakes"], "video")
    text = latex.table(table, "caption", "tab:x")
    assert cells(text) == [
        ["Binary", "99.00", *EER_AP, "1.12", "26.76", "13.94", "-", *EER_AP, "-", "26.76", "-"],
        ["ArcFaceMod-LR", "100.00", *EER_AP, "1.12", "26.76", "13.94", *"------"],
    ]
    assert r"\multicolumn{6}{c}{celeb} & \multicolumn{6}{c}{fakes} \\" in text
    assert r"\cmidrule(lr){2-7} \cmidrule(lr){8-13}" in text
    assert text.count("AUC & EER & AP & FNR & FPR & HTER") == 2


def test_special_characters_are_escaped_in_names_and_captions() -> None:
    text = latex.document(replace(RUN, training=["a_1", "b&c"]))
    assert r"{a\_1}" in text and r"{b\&c}" in text and r"10 \% of the pooled" in text
    plain = re.sub(r"\\label\{[^}]*\}|\\[a-z]+rule.*|\\[&%_]|^%.*", "", text, flags=re.MULTILINE)
    assert not re.search(r"[%#_$~^]", plain)
    assert latex.escape("a_b%{}\\~^$#<") == (
        r"a\_b\%\{\}\textbackslash{}\textasciitilde{}\textasciicircum{}\$\#\textless{}"
    )


def test_captions_say_level_n_and_what_the_demo_is() -> None:
    text = latex.document(RUN)
    captions = re.findall(r"\\caption\{(.*)\}", text)
    assert "video level" in captions[0] and "frame level" in captions[1]
    assert "d 178 real, 340 fake videos" in captions[0]
    assert "d 178 real, 340 fake crops" in captions[1]
    assert all("Drawn people, simulated attacks" in caption for caption in captions)
    assert "Positive is real" in captions[0]
    assert "c23; 3 videos without a face, 4 not found, coverage 99.42; seeds: 1" in captions[0]


def test_wide_tables_are_parted_and_every_database_is_in_one_of_each_level() -> None:
    text = latex.document(replace(RUN, training=["a_1", "b&c", "d"]))
    for name in (r"a\_1", r"b\&c", "d", "e"):
        assert text.count(f"\\multicolumn{{6}}{{c}}{{{name}}}") == 2
    labels = re.findall(r"\\label\{(.*)\}", text)
    assert len(set(labels)) == len(labels) == 6
    for word in ("table", "tabular"):
        assert text.count(f"\\begin{{{word}}}") == text.count(f"\\end{{{word}}}") == 6


@pytest.mark.parametrize("level", ["video", "frame"])
def test_a_level_is_never_mixed_with_the_other(level: str) -> None:
    table = results.by_measure(FIGURES, ["celeb"], level)
    assert table.loc["Binary", ("celeb", "AUC")] == {"video": "99.00", "frame": "85.00"}[level]


def test_nothing_to_count_is_a_dash_not_nan() -> None:
    table = results.by_measure(FIGURES.assign(auc=np.nan), ["celeb"], "video")
    assert table.loc["Binary", ("celeb", "AUC")] == "-"


def test_n_of_a_published_table_counts_the_attack_that_is_compared() -> None:
    attacks = [
        row("Binary", "mine", name, level=level, n_fake=n)
        for name, n in (("all", 120), ("e4s", 60))
        for level in ("video", "frame")
    ]
    several = results.over_seeds(pd.concat([RAW, pd.DataFrame(attacks)], ignore_index=True))
    text = latex.document(replace(RUN, figures=several, published=beside({"e4s": "mine"}, "df40")))
    assert re.findall(r"Our n: e4s \d+ real, (\d+) fake", text) == ["60"]


def test_several_seeds_take_the_room_of_a_second_database() -> None:
    several = pd.concat([RAW, RAW.assign(seed=2, auc=97.0)], ignore_index=True)
    text = latex.document(replace(RUN, figures=results.over_seeds(several)))
    assert "98.00 (97.00 to 99.00)" in text and "seeds: 2" in text
    assert text.count("\\begin{table}") == 8


def test_published_tables_have_ours_theirs_and_the_difference_side_by_side() -> None:
    rows = {"Celeb-DF": "a_1", "HifiFace": "b&c", "DeeperForensics": "d", "Google": "e"}
    text = latex.document(replace(RUN, published=beside(rows, videos=(178, 340))))
    assert text.count("ours & published & difference") == 4
    assert "tab:published-icassp2022-1-1" in text and "tab:published-icassp2022-1-2" in text
    found = [line for line in cells(text) if line[0] == "Binary FPR"]
    assert found[0][1:4] == ["26.76 (91/340)", "26.76 (91/340)", "0.00"]
    assert r"\cmidrule(lr){2-4} \cmidrule(lr){5-7}" in text
    assert "stated by no source" in text and "Celeb-DF 178 real, 340 fake videos (c23;" in text
