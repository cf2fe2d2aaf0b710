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
    cv2.imwrite(
        str(paths.pictures() / "tsne-arcface-combined.png"), np.zeros((30, 40, 3), np.uint8)
    )
    paths.page().write_text(PAGE)
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def test_without_a_browser_the_other_pictures_are_made(refresh: ModuleType, docs: Path) -> None:
    with pytest.raises(UserError, match=r"page\.png: not made, because no browser is there"):
        refresh.main(docs, ["no-such-browser"])
    assert {path.name for path in docs.iterdir()} == {"map.png", "faces.jpg"}
    assert cv2.imread(str(docs / "faces.jpg")).shape == (200, 760, 3)
    own = (paths.pictures() / "tsne-arcface-combined.png").read_bytes()
    assert (docs / "map.png").read_bytes() == own


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
