from pathlib import Path

import cv2
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepfake_attribution.figures import style
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


@pytest.mark.parametrize("kind", ["normal", "protan", "deutan"])
def test_neighbouring_colours_differ_for_the_colour_blind(kind: str) -> None:
    """Colours of the classes of one legend, by the matrices of Machado et al. (2009)."""
    red, green, blue = {
        "normal": ([1, 0, 0], [0, 1, 0], [0, 0, 1]),
        "protan": ([0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]),
        "deutan": ([0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]),
    }[kind]
    matrix = np.array([red, green, blue])
    colours = [style.REAL_COLOUR, *ATTACK_COLOURS[:6]]
    seen = np.clip(np.array([to_rgb(colour) for colour in colours]) @ matrix.T, 0, 1)
    lab = cv2.cvtColor(seen[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    distances = np.linalg.norm(lab[:, None] - lab[None], axis=2)
    assert distances[~np.eye(len(colours), dtype=bool)].min() > 12


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
    assert image.shape == (240, 1080, 3) and image.std() > 5
