"""The first screen as HTML and files; test_page_first_browser.py looks at it in a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import first_page
import pytest

import map_project
from deepfake_attribution.core import paths
from deepfake_attribution.report import glossary, matrix
from deepfake_attribution.report.page import matrix_picture


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder that the page was written in, and the page: to look at, never to change."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder, first_page.build(first_page.run(), b"").read_text()


@pytest.fixture
def page(built: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The page; its folder is the current one."""
    folder, text = built
    monkeypatch.chdir(folder)
    return text


def first(page: str) -> str:
    return page[page.index('<section class="first') : page.index("<nav")]


def test_sentence_matrix_map_and_faces_come_before_the_contents(page: str) -> None:
    start = "<h1>No approach is clearly best on &lt;b&gt;four&lt;/b&gt;. Highest AUC: "
    assert f"{start}<strong>Binary</strong> (95.00)." in page
    assert "Validation chose Attribution: AUC 92.00." in page[: page.index("</h1>")]
    top = first(page)
    assert top.index('class="matrix"') < top.index('id="map"') < top.index('class="first-faces"')
    assert page.count('id="map"') == 1  # there is one map
    assert page.index("</nav>") < page.index('id="summary"')


def test_matrix_has_every_measure_and_marks_the_best_and_ties(page: str) -> None:
    measures = re.findall(r'<div class="measure" data-measure="(\w+)">', page)
    assert measures == list(matrix.RANGES)
    auc = page[page.index('data-measure="auc"') : page.index('data-measure="hter"')]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", auc)
    assert [name for name, _ in rows] == list(first_page.APPROACHES)
    # unseen databases come first, so a narrow screen shows them: two, three, four; then one
    assert [auc.index(f">{each}<") for each in ("two", "three", "one")] == sorted(
        auc.index(f">{each}<") for each in ("two", "three", "one")
    )
    best, tie, worse = (rows[place][1] for place in (0, 2, 5))
    assert best.count('shade-9 best"') == 3 and tie.count('shade-7 tie"') == 3
    assert worse.count('class="shade-6"') == 3 and "best" not in worse
    assert best.count('class="nothing"') == 1  # "two" has no reals
    assert "<small>92.5 to 97.0</small>" in best
    assert "95 % confidence interval" in auc and "not significantly different" in auc


def test_database_that_recipes_were_compared_on_is_marked(page: str, tmp_path: Path) -> None:
    top = first(page)
    assert top.count(f'<small class="note">{matrix.COMPARED_ON}</small>') == len(matrix.RANGES)
    auc = top[top.index('data-measure="auc"') : top.index('data-measure="hter"')]
    column = auc[auc.index(">three<") : auc.index(">&lt;b&gt;four")]
    assert matrix.COMPARED_ON in column
    sentence = page[page.index("<h1>") : page.index("</h1>")]
    assert "Not counted: two (no AUC), three (used to compare recipes)." in sentence
    drawn = matrix_picture.draw(matrix.matrices(first_page.run()), tmp_path)
    assert drawn[0].caption.endswith("\u2020: used to compare recipes.")
    plain = matrix_picture.draw(matrix.matrices(first_page.run(compared_on=[])), tmp_path)
    assert "\u2020" not in plain[0].caption


@pytest.mark.slow
def test_what_no_mark_means_is_said_where_differences_were_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = first_page.differences().assign(p_corrected=0.01)  # nothing ties
    for name, differences, count in (("a", worse, 1), ("b", worse.iloc[:0], 0)):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        built = first_page.build(first_page.run(differences=differences), b"").read_text()
        assert built.count("no mark: significantly worse") == count  # of AUC; others are untested
        assert 'class="tie"' not in built


def test_names_are_text_whatever_they_hold(page: str) -> None:
    assert "&lt;b&gt;four&lt;/b&gt;" in first(page) and "<b>" not in page


def test_each_class_has_a_face_with_its_own_colour(page: str) -> None:
    found = re.findall(
        r'<li><img src="([^"]+)" alt="(\w+): a face of (\w+)".*?--class: (#\w+)', page
    )
    classes = map_project.CLASSES
    assert [name for _, name, _, _ in found] == classes.names()
    assert [colour for *_, colour in found] == [classes.colour(one) for one in classes.names()]
    for file, *_ in found:
        assert cv2.imread(str(paths.REPORTS / file)).shape == (160, 160, 3)
    assert first(page).count("not trained on</small>") == 1  # morph


def test_every_measure_is_in_the_glossary_with_what_positive_is(page: str) -> None:
    terms = dict(re.findall(r"<dt>(\w+)</dt><dd>(.*?)</dd>", page))
    measures = [term.name for term in glossary.TERMS]
    assert sorted(measures) == ["AUC", "EER", "FNR", "FPR", "HTER"]
    assert all("Positive is real." in terms.pop(name) for name in measures)
    assert sorted(terms) == sorted(term.name for term in glossary.APPROACHES)
    assert all(len(term.text) < 130 for term in glossary.TERMS)


def test_remark_about_data_is_read_before_any_figure_and_others_fold(page: str) -> None:
    assert page.index("Drawn people, simulated attacks.") < page.index("<h1>")
    assert '<details class="remark"><summary>In-sample thresholds.</summary>' in page


def test_matrix_is_also_a_picture_for_a_paper(page: str) -> None:
    for name in matrix_picture.PRINTED:
        file = paths.REPORTS / "page" / "pictures" / f"matrix-{name}"
        assert file.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        assert cv2.imread(str(file.with_suffix(".png"))).std() > 20
        assert f'href="page/pictures/matrix-{name}.pdf"' in page


@pytest.mark.slow
def test_same_run_gives_the_same_bytes(
    built: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_files(folder: Path) -> dict[Path, bytes]:
        files = [path for path in (folder / paths.REPORTS).rglob("*") if path.is_file()]
        return {path.relative_to(folder): path.read_bytes() for path in files}

    monkeypatch.chdir(tmp_path)
    first_page.build(first_page.run(), b"")
    assert all_files(tmp_path) == all_files(built[0])


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 13])
def test_any_number_of_databases(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = tuple(f"a_rather_long_name_of_database_{number}" for number in range(count))
    run = first_page.run(figures=first_page.figures((*names, "one")))
    text = first_page.build(run, b"").read_text()
    assert (' dense"' in text) == (count == 13)
    assert text.count("<wbr>") >= 5 * count
