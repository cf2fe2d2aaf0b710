"""`make pictures` makes the pictures of README and docs from a finished demo."""

import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError

SCRIPT = Path(__file__).parents[2] / "docs" / "pictures" / "refresh.py"
PAGE = """<!doctype html><body style="margin: 0; background: #00f">
<script>setTimeout(() => document.body.style.background = "#0f0", 3000)</script></body>"""


@pytest.fixture
def refresh(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = spec_from_file_location("refresh", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "refresh", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to write into, beside what the demo draws."""
    monkeypatch.chdir(tmp_path)
    paths.pictures().mkdir(parents=True)
    cv2.imwrite(str(paths.pictures() / "faces.png"), np.zeros((400, 1520, 3), np.uint8))
    for shade, head in enumerate(("binary", "attribution", "triplet", "arcface")):
        own = np.full((400 + 200 * (shade % 2), 800, 3), 60 * shade, np.uint8)
        cv2.imwrite(str(paths.pictures() / f"tsne-{head}-combined.png"), own)
    (paths.page_files() / "pictures").mkdir(parents=True)
    for name in ("matrix-auc.png", "strength.png"):
        (paths.page_files() / "pictures" / name).write_bytes(name.encode())
    paths.page().write_text(PAGE)
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def test_without_a_browser_the_other_pictures_are_made(refresh: ModuleType, docs: Path) -> None:
    with pytest.raises(UserError, match=r"page\.png: not made, because no browser is there"):
        refresh.main(docs, ["no-such-browser"])
    made = {"maps.png", "matrix.png", "strength.png", "faces.jpg"}
    assert {path.name for path in docs.iterdir()} == made
    assert cv2.imread(str(docs / "faces.jpg")).shape == (200, 760, 3)
    assert (docs / "matrix.png").read_bytes() == b"matrix-auc.png"
    maps = cv2.imread(str(docs / "maps.png"))
    assert maps.shape == (1200, 1600, 3)
    corners = [maps[y, x, 0] for y in (0, 600) for x in (0, 800)]
    assert corners == [0, 60, 120, 180]  # the order of the heads
    assert maps[599, 0, 0] == maps[1199, 0, 0] == 255  # the lower ones of a row end on white


def test_without_a_demo_nothing_is_made(refresh: ModuleType, docs: Path) -> None:
    paths.page().unlink()
    with pytest.raises(UserError, match=r"reports/index\.html: no such file: run `make demo`"):
        refresh.main(docs)
    assert not list(docs.iterdir())


def test_a_browser_that_fails_is_one_line(refresh: ModuleType, docs: Path) -> None:
    with pytest.raises(UserError, match=r"false: made no picture of reports/index.html: code 1"):
        refresh.main(docs, ["false"])


@pytest.mark.slow
def test_the_first_screen_is_drawn_after_the_scripts_of_the_page(
    refresh: ModuleType, docs: Path
) -> None:
    if not any(map(shutil.which, refresh.BROWSERS)):
        pytest.skip("no browser is installed")
    refresh.main(docs)
    picture = cv2.imread(str(docs / "page.png"))
    assert picture.shape == (800, 1280, 3)
    assert picture[0, 0].tolist() == picture[799, 1279].tolist() == [0, 255, 0]
