"""Make the pictures of README and docs from a finished demo: ``make pictures``.

``page.png`` is the first screen of reports/index.html, drawn by an installed Chromium, and so is
``examination.png``, page one of the document of a test video by the exported bundle. The others are
pictures that the stages ``figures`` and ``report`` drew.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.analyse.examination import writing
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.core import durable, paths, tables
from deepfake_attribution.core.errors import UserError, run
from deepfake_attribution.core.video import REAL

FOLDER = Path(__file__).parent
WINDOW = (1280, 800)
SHEET = (794, 1123)  # an A4 page at 96 points per inch
FACES_WIDTH = 760
MAP_WIDTH = 800  # of each head's map; two are side by side
HEADS = ("binary", "attribution", "triplet", "arcface")  # whose maps are shown
REPORTED = {"matrix.png": "matrix-auc.png", "strength.png": "strength.png"}
EXAMINED = "demo_a"  # dataset of the examined video
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same picture everywhere: no graphics card, no scaling of the screen, no scroll bar. The page
# has 20 seconds of its own clock to draw its map.
OPTIONS = (
    *("--headless", "--hide-scrollbars", "--force-device-scale-factor=1"),
    *("--force-color-profile=srgb", "--use-gl=angle", "--use-angle=swiftshader"),
    *("--enable-unsafe-swiftshader", "--no-first-run", "--virtual-time-budget=20000"),
)
PATIENCE = 300  # seconds


def main(folder: Path = FOLDER, browsers: Sequence[str] = BROWSERS) -> None:
    """Write the pictures.

    Args:
        folder: to write into.
        browsers: programs to look for.

    Raises:
        UserError: the demo is not finished, or no browser is installed; then the pictures that need
            none are written.
    """
    maps = [paths.pictures() / f"tsne-{head}-combined.png" for head in HEADS]
    faces = paths.pictures() / "faces.png"
    reported = {new: paths.page_files() / "pictures" / old for new, old in REPORTED.items()}
    for path in (*maps, faces, *reported.values(), paths.page()):
        if not path.exists():
            raise UserError(f"{path}: no such file: run `make demo` first")
    for name, path in reported.items():
        durable.write(path.read_bytes(), folder / name)
    durable.write(_side_by_side(maps), folder / "maps.png")
    durable.write(_smaller(faces, FACES_WIDTH), folder / "faces.jpg")
    print(f"{folder}: {', '.join(reported)}, maps.png, faces.jpg")
    examples = paths.page_files() / "pictures" / "evidence-map-examples.png"
    if examples.exists():  # not with evaluate.evidence_maps: 0
        durable.write(_smaller(examples, FACES_WIDTH), folder / "evidence-maps.jpg")
        print(f"{folder}: evidence-maps.jpg")
    found = next(filter(None, map(shutil.which, browsers)), None)
    if found is None:
        raise UserError(
            f"{folder / 'page.png'}: not made, because no browser is there: install Chromium "
            "(Debian: apt install chromium), and run `make pictures` again"
        )
    durable.write(_screen(paths.page(), found), folder / "page.png")
    print(f"{folder}: page.png, the first screen at {WINDOW[0]} x {WINDOW[1]}")
    if paths.BUNDLE.exists() and paths.catalog(EXAMINED).exists():
        durable.write(_examination(found), folder / "examination.png")
        print(f"{folder}: examination.png, page one of a document")


def _smaller(path: Path, width: int) -> bytes:
    """Return a picture as JPEG, ``width`` pixels wide."""
    small = _scaled(path, width)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def _side_by_side(maps: Sequence[Path]) -> bytes:
    """Return pictures as one PNG: two in a row, each `MAP_WIDTH` wide, on white."""
    pictures = [_scaled(path, MAP_WIDTH) for path in maps]
    rows = []
    for pair in zip(pictures[::2], pictures[1::2], strict=True):
        height = max(picture.shape[0] for picture in pair)
        row = np.full((height, 2 * MAP_WIDTH, 3), 255, np.uint8)
        for place, picture in enumerate(pair):
            left = place * MAP_WIDTH
            row[: picture.shape[0], left : left + MAP_WIDTH] = picture
        rows.append(row)
    return cv2.imencode(".png", np.concatenate(rows))[1].tobytes()


def _scaled(path: Path, width: int) -> np.ndarray:
    """Return a picture as (H, width, 3) uint8, BGR."""
    whole = cv2.imread(str(path))
    if whole is None:
        raise UserError(f"{path}: is no picture")
    height = round(whole.shape[0] * width / whole.shape[1])
    return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)


def _examination(browser: str) -> bytes:
    """Return a PNG of page one of the document of the first test fake of a dataset."""
    bundle = open_bundle(paths.BUNDLE)
    rows = tables.read_rows(paths.catalog(EXAMINED))
    fake = next(row for row in rows if row["split"] == "test" and row["attack"] != REAL)
    with Analyser(bundle, Options(workers=1)) as analyser:
        result = analyser.analyse(paths.videos(EXAMINED) / fake["path"])
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "a.html"
        page.write_bytes(writing.one(result, bundle, "a", writing.HTML))
        with page.open("a") as file:
            file.write("<style>.sheet { margin: 0; }</style>")
        return _screen(page, browser, SHEET)


def _screen(page: Path, browser: str, window: tuple[int, int] = WINDOW) -> bytes:
    """Return a PNG of the first screen of ``page``."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        picture = Path(folder) / "page.png"
        command = [browser, *OPTIONS, f"--user-data-dir={folder}/profile"]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []  # root has none in a container
        command += [f"--window-size={window[0]},{window[1]}", f"--screenshot={picture}"]
        try:
            done = subprocess.run(
                [*command, page.resolve().as_uri()],
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise UserError(f"{browser}: took longer than {PATIENCE} seconds for {page}") from None
        if not picture.exists():
            why = done.stderr.strip().splitlines()[-1:] or [f"code {done.returncode}"]
            raise UserError(f"{browser}: made no picture of {page}: {why[0]}")
        return picture.read_bytes()


if __name__ == "__main__":
    run(main)
