import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepfake_attribution.figures import roc, style
from deepfake_attribution.figures.style import ATTACK_COLOURS, Classes

TEN = Classes(["real", *(f"attack_{number}" for number in range(9))], ["new"])


def test_every_class_of_the_paper_has_a_colour_and_a_marker_of_its_own() -> None:
    names = TEN.names()
    assert len(names) == 11
    assert len({TEN.colour(name) for name in [*names, "fake"]}) == 12
    assert len({TEN.marker(name) for name in names}) == 11


def test_a_class_looks_the_same_whatever_else_is_tested() -> None:
    fewer = Classes(TEN.trained, [])
    assert [TEN.colour(name) for name in TEN.trained] == [fewer.colour(n) for n in TEN.trained]
    assert [TEN.marker(name) for name in TEN.trained] == [fewer.marker(n) for n in TEN.trained]


def test_unseen_attacks_say_so() -> None:
    assert TEN.label("new") == "new (not trained on)" and TEN.label("real") == "real"


MACHADO = {  # Machado et al. (2009), of whole colour blindness, for linear light
    "normal": ([1, 0, 0], [0, 1, 0], [0, 0, 1]),
    "protan": ([0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]),
    "deutan": ([0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]),
}


def seen(colours: Sequence[str], kind: str) -> np.ndarray:
    """Return how far each colour is from each, CIE 1976, to an eye of this kind: (N, N)."""
    shown = np.array([to_rgb(colour) for colour in colours])
    light = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    light = np.clip(light @ np.array(MACHADO[kind]).T, 0, 1)
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    lab = cv2.cvtColor(shown[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    return np.linalg.norm(lab[:, None] - lab[None], axis=2)


LEGENDS = {
    "classes": [style.REAL_COLOUR, *ATTACK_COLOURS[:6]],
    "sides": [style.REAL_COLOUR, style.FAKE_COLOUR],
    "ROC": [colour for colour, _ in roc.LINES],
    "training": [style.REAL_COLOUR, style.FAINT],
}


@pytest.mark.parametrize("kind", MACHADO)
@pytest.mark.parametrize("legend", LEGENDS)
def test_colours_of_one_legend_differ_for_the_colour_blind(legend: str, kind: str) -> None:
    distances = seen(LEGENDS[legend], kind)
    assert distances[~np.eye(len(distances), dtype=bool)].min() > 11


def test_a_colour_blind_eye_is_simulated_as_it_is() -> None:
    """Red and green of one lightness meet; blue and yellow stay apart."""
    for kind, pair in (("deutan", ["#b04040", "#6a6a35"]), ("protan", ["#a05050", "#5f5f4b"])):
        assert seen(pair, kind)[0, 1] < 0.6 * seen(pair, "normal")[0, 1]
        assert seen(["#0000ff", "#ffff00"], kind)[0, 1] > 150


def test_lines_without_colour_differ_by_their_dashes() -> None:
    dashes = [dashes for _, dashes in roc.LINES]
    assert len(set(dashes)) == len(dashes)


def test_pdf_has_the_size_in_print_its_fonts_inside_and_no_clock(tmp_path: Path) -> None:
    contents = []
    for name in ("one.pdf", "two.pdf"):
        with style.drawing():
            figure = style.new(width=style.COLUMN, height=2)
            figure.add_subplot().plot([0, 1])
            style.head_line(figure, "A title", "below")
            style.save_print(figure, tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
        time.sleep(1.1)  # a clock inside would show it
    assert contents[0] == contents[1]
    assert b"/MediaBox [ 0 0 252 144 ]" in contents[0]  # points, 72 to an inch
    assert b"/FontFile2" in contents[0] and b"/Type3" not in contents[0]
    for word in (b"CreationDate", b"atplotlib"):
        assert word not in contents[0]


def test_long_titles_are_set_smaller_and_then_cut() -> None:
    for length in (20, 90, 300):
        figure = style.new()
        style.head_line(figure, "x" * length, "below")
        title = figure.texts[0]
        assert title.get_fontsize() >= style.SMALLEST
        if length < 100:
            assert title.get_text() == "x" * length
        assert title.get_window_extent().x1 < figure.bbox.width


def test_same_figure_is_written_as_the_same_bytes_without_clock_or_version(tmp_path: Path) -> None:
    contents = []
    for name in ("one.png", "two.png"):
        with style.drawing():
            figure = style.new(height=2)
            figure.add_subplot().plot([0, 1])
            style.head_line(figure, "$title$ of a_b", "below")
            style.save(figure, tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    assert b"tEXt" not in contents[0] and b"tIME" not in contents[0]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["one.png", "two.png"]
    image = cv2.imread(str(tmp_path / "one.png"))
    assert image.shape == (300, 1074, 3) and image.std() > 5
