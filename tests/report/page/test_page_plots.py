"""The figures that Python makes for the page: what is in them, and how they are written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import small_page

from deepfake_attribution.report import strength_tables
from deepfake_attribution.report.page import (
    assets,
    confusion_data,
    figure_files,
    matrix_plots,
    ridge_picture,
    ridge_plots,
    score_figures,
    score_plots,
    strength_plots,
    threshold_plots,
    training_plots,
)

CURVE = {"epoch": [1, 2, 3], "train_loss": [3, 2, 1], "val_loss": [3, 1, 2], "best": 2}


@pytest.fixture(scope="module")
def levels() -> list[dict[str, Any]]:
    scores, table = small_page.scores(), small_page.figures()
    return [
        score_figures.summary(scores, table, small_page.PROTOCOL, level, 1)
        for level in ("video", "frame")
    ]


@pytest.fixture(scope="module")
def matrices() -> list[dict[str, Any]]:
    return confusion_data.matrices(
        small_page.confusion(), small_page.figures(), small_page.CLASSES, ["one"], {}, 1
    )


def test_views_are_all_combinations_of_level_and_database(levels: list[dict[str, Any]]) -> None:
    for section in (score_plots.curves(levels),):
        level, database = section["choices"]
        assert level["names"] == ["videos", "frames"]
        assert database["names"] == [
            "one (trained on)", "new (not trained on)", "fakes (not trained on)"
        ]  # fmt: skip
        begin = [view["caption"].split(":")[0] for view in section["views"]]
        assert begin == [*database["names"], *database["names"]]
        units = ["crops, frame level" in view["caption"] for view in section["views"]]
        assert units == [False] * 3 + [True] * 3


def test_first_database_shown_has_curves_and_one_without_reals_says_why(
    levels: list[dict[str, Any]],
) -> None:
    section = score_plots.curves(levels)
    assert section["choices"][1]["first"] == 1  # not trained on: its curves lie apart
    assert section["views"][2]["panels"] == []
    assert "There is no curve" in section["views"][2]["caption"]
    turned = [level | {"databases": level["databases"][::-1]} for level in levels]
    assert score_plots.curves(turned)["choices"][1]["first"] == 1


def test_mark_is_at_the_threshold_and_its_text_gives_both_rates(
    levels: list[dict[str, Any]],
) -> None:
    one = levels[0]["databases"][0]["approaches"][2]  # TripletLoss-NN
    fpr, tpr = one["point"]
    for panel in score_plots.curves(levels)["views"][0]["panels"]:
        traces = [
            each
            for each in panel["figure"]["data"]
            if (each.get("name") or "").startswith(f"{one['name']}, AUC ")
        ]
        line, mark = traces
        assert (line["showlegend"], mark["showlegend"]) == (False, True)
        assert mark["name"] == "TripletLoss-NN, AUC 82.00"
        assert mark["customdata"] == [[fpr, 1 - tpr]]
        assert len(line["x"]) == len(line["y"]) == len(line["customdata"]) == len(one["fpr"])
        det = "DET" in panel["label"]
        assert [mark["x"][0], mark["y"][0]] == (one["det_point"] if det else one["point"])


def test_colour_is_the_heads_and_shape_the_classifiers_on_every_database(
    levels: list[dict[str, Any]],
) -> None:
    looks: dict[str, set[tuple[str, str, str]]] = {}
    for view in score_plots.curves(levels)["views"]:
        for panel in view["panels"]:
            for trace in panel["figure"]["data"]:
                if "marker" in trace:
                    look = (
                        trace["line"]["color"],
                        trace["line"]["dash"],
                        trace["marker"]["symbol"],
                    )
                    looks.setdefault(trace["name"].partition(",")[0], set()).add(look)
    assert looks == {
        "Binary": {("var(--binary)", "solid", "diamond")},
        "Attribution": {("var(--attribution)", "solid", "diamond")},
        "TripletLoss-NN": {("var(--triplet)", "solid", "circle")},
        "ArcFaceMod-LR": {("var(--arcface)", "dash", "square")},
    }


def test_ridges_have_every_database_and_one_threshold_for_all(
    levels: list[dict[str, Any]],
) -> None:
    section = ridge_plots.section(levels)
    level, approach = section["choices"]
    assert level["names"] == ["videos", "frames"]
    assert approach["names"] == list(small_page.APPROACHES)
    assert len(section["views"]) == 8 and section["views"][4]["caption"].startswith("Binary: crops")
    (panel,) = section["views"][0]["panels"]
    figure = panel["figure"]
    (line,) = figure["layout"]["shapes"]
    assert (line["x0"], line["x1"], line["y0"], line["y1"]) == (0.5, 0.5, 0, 1)
    first, second, third = figure["layout"]["yaxis"]["ticktext"]
    assert first == "<b>one</b><br>40 real, 80 fake"
    assert "new</b><br>not trained on" in second and "0 real, 40 fake" in third
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert notes == ["FNR 5.00<br>FPR 10.00"] * 2 + ["FNR -<br>FPR 10.00", "threshold 0.500"]


def test_ridges_are_scaled_to_their_highest_bar_and_say_what_they_count(
    levels: list[dict[str, Any]],
) -> None:
    traces = ridge_plots.section(levels)["views"][0]["panels"][0]["figure"]["data"]
    for trace, n in zip(traces[:2], (40, 80), strict=True):  # of the first database, on top
        assert max(trace["y"]) == pytest.approx(2 + ridge_plots.TALL)
        assert min(trace["y"]) == trace["y"][0] == trace["y"][-1] == 2
        assert (trace["x"][0], trace["x"][-1]) == (0, pytest.approx(1))
        counts = [count for count, _ in trace["customdata"][1:-1:2]]
        assert sum(counts) == n
        assert sum(percent for _, percent in trace["customdata"][1:-1:2]) == pytest.approx(100)
        assert len(trace["x"]) == len(trace["y"]) == len(trace["customdata"])
    assert set(traces[4]["y"]) == {0}  # ``fakes`` has no reals
    assert ridge_plots.heights([0, 2, 1]) == [0, ridge_plots.TALL, ridge_plots.TALL / 2]


def test_ridges_of_databases_trained_on_come_first_and_names_are_text(
    levels: list[dict[str, Any]],
) -> None:
    turned = levels[0] | {"databases": levels[0]["databases"][::-1]}
    turned["databases"][0] = turned["databases"][0] | {"name": "<b>&"}
    axis = ridge_plots.section([turned])["views"][0]["panels"][0]["figure"]["layout"]["yaxis"]
    assert [text.split("<br>")[0] for text in axis["ticktext"]] == [
        *("<b>one</b>", "<b>&lt;b&gt;&amp;</b>", "<b>new</b>")
    ]
    assert ridge_plots.section([levels[0] | {"databases": []}])["views"] == []


def test_picture_of_ridges_has_a_pdf_and_is_the_same_each_time(
    levels: list[dict[str, Any]], tmp_path: Path
) -> None:
    (made,) = ridge_picture.draw(levels[0], tmp_path / "page")
    files = [tmp_path / made.file, tmp_path / made.pdf]
    first = [path.read_bytes() for path in files]
    assert first[1].startswith(b"%PDF")
    ridge_picture.draw(levels[0], tmp_path / "page")
    assert [path.read_bytes() for path in files] == first
    assert ridge_picture.draw(levels[0] | {"databases": []}, tmp_path / "none") == []


def test_matrix_has_a_heading_for_each_database_and_marks_what_is_new(
    matrices: list[dict[str, Any]],
) -> None:
    view = matrix_plots.section(matrices, 1)["views"][1]
    assert "*: an attack" in view["caption"] and "\u2020: a database" in view["caption"]
    figure = view["panels"][0]["figure"]
    (heat,) = figure["data"]
    assert figure["layout"]["yaxis"]["ticktext"] == [
        "<b>one</b>", "real, n 40", "swap, n 40", "mouth, n 40",
        "<b>new\u2020</b>", "real, n 40", "morph*, n 40",
    ]  # fmt: skip
    assert [row[0] for row in heat["z"]] == [None, 100, 0, 0, None, 100, 0]
    assert heat["text"][-1] == ["0", "40 (100 %)", "0"]
    assert heat["hovertext"][-1][1] == (
        "new\u2020: morph*, n 40<br>given the class swap: 40 (100 %)"
    )
    assert "\u2020" not in matrix_plots.section([_seen(matrices[1])], 1)["views"][0]["caption"]


def _seen(matrix: dict[str, Any]) -> dict[str, Any]:
    return matrix | {"rows": [row for row in matrix["rows"] if row["seen"]]}


def test_names_in_a_matrix_are_text_whatever_they_hold(matrices: list[dict[str, Any]]) -> None:
    row = matrices[0]["rows"][0] | {"database": "A & B <i>c</i>"}
    view = matrix_plots.section([matrices[0] | {"rows": [row]}], 1)["views"][0]
    label = view["panels"][0]["figure"]["layout"]["yaxis"]["ticktext"][0]
    assert label == "<b>A &amp; B &lt;i&gt;c&lt;/i&gt;</b>"


def test_kept_epoch_is_ringed_and_further_seeds_are_thin() -> None:
    heads = [{"name": "Binary", "seeds": [CURVE | {"seed": 1}, CURVE | {"seed": 2, "best": 3}]}]
    view = training_plots.section(heads, [1, 2])["views"][0]
    assert view["caption"].endswith("Seed 1; thin lines: seeds 2.")
    traces = view["panels"][0]["figure"]["data"]
    names = ["training loss", "validation loss", "kept"]  # no AUC was measured
    assert [trace["name"] for trace in traces] == names * 2
    assert [trace["showlegend"] for trace in traces] == [True] * 3 + [False] * 3
    assert [(trace["x"], trace["y"]) for trace in traces[2::3]] == [([2], [1]), ([3], [2])]
    assert traces[0]["line"]["width"] > traces[3]["line"]["width"]


def test_strengths_have_a_view_per_measure_and_bars_that_are_the_interval(tmp_path: Path) -> None:
    section = strength_plots.section(small_page.strengths())
    assert section["choices"][0]["names"] == ["AUC", "Fakes called real (FPR)"]
    auc, fpr = section["views"]
    assert "bars: 95 % interval" in auc["caption"]
    (panel,) = auc["panels"]
    layout, traces = panel["figure"]["layout"], panel["figure"]["data"]
    assert layout["title"]["text"] == "one: 40 real, 26 + 26 + 27 fake"
    assert [trace["name"] for trace in traces] == list(small_page.APPROACHES)
    for trace in traces:
        assert trace["y"] == [70, 80, 90]
        assert trace["error_y"]["array"] == [4, 4, 4]
        assert trace["error_y"]["arrayminus"] == [6, 6, 6]
        assert trace["x"] == pytest.approx([0.1, 0.35, 0.6], abs=0.02)
        assert trace["customdata"][1][0] == "0.25 to 0.45"
    assert len({trace["x"][0] for trace in traces}) == len(traces)
    assert fpr["panels"][0]["figure"]["data"][0]["y"] == [40, 30, 20]
    figure_files.write_section(tmp_path, "strengths", section)
    names = [f"strengths{end}.js" for end in ("-0", "-1", "")]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_result_is_above_the_figure_of_the_strengths(page_file: Path) -> None:
    page = page_file.read_text()
    before = page[: page.index('data-plot="strengths"')]
    found = strength_tables.answer(small_page.strengths())
    assert found in before[before.index('data-plot="attacks"') :]


def test_files_are_the_same_twice_and_every_colour_is_in_the_styles(
    tmp_path: Path, levels: list[dict[str, Any]], matrices: list[dict[str, Any]]
) -> None:
    heads = [{"name": "Binary", "seeds": [CURVE | {"seed": 1}]}]
    for name in ("a", "b"):
        shown = threshold_plots.section(small_page.apart(), ["one"])
        figure_files.write_all(tmp_path / name, levels, matrices, heads, [1], shown)
    files = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    sections = {"curves": 6, "operating": 6, "ridges": 8, "matrices": 4, "training": 1}
    assert set(files) == {
        name
        for section, views in sections.items()
        for name in (f"{section}.js", *(f"{section}-{view}.js" for view in range(views)))
    }
    used = set(re.findall(rb"var\((--.*?)\)", b"".join(files.values())))
    styles = (assets.HERE / "page.css").read_text() + assets.colours()
    defined = re.findall(rb"(--[a-z]+):", styles.encode())
    assert used and used <= set(defined)
    assert json.loads(files["training.js"].partition(b", ")[2][:-3])["choices"] == []
