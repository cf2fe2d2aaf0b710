"""Make the pictures of README and docs from a finished demo: ``make pictures``.

``page.png`` is the first screen of reports/index.html, drawn by an installed Chromium. The others
are pictures that the stage ``figures`` drew.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2

from deepfake_attribution.core import durable, paths
from deepfake_attribution.core.errors import UserError, run

FOLDER = Path(__file__).parent
WINDOW = (1280, 800)
FACES_WIDTH = 760
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
        UserError: the demo is not finished, or no browser is installed; then all pictures but that
            of the page are written.
    """
    map_picture = paths.pictures() / "tsne-arcface-combined.png"
    faces = paths.pictures() / "faces.png"
    for path in (map_picture, faces, paths.page()):
        if not path.exists():
            raise UserError(f"{path}: no such file: run `make demo` first")
    durable.write(map_picture.read_bytes(), folder / "map.png")
    durable.write(_smaller(faces, FACES_WIDTH), folder / "faces.jpg")
    print(f"{folder}: map.png, faces.jpg")
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


def _smaller(path: Path, width: int) -> bytes:
    """Return a picture as JPEG, ``width`` pixels wide."""
    whole = cv2.imread(str(path))
    if whole is None:
        raise UserError(f"{path}: is no picture")
    height = round(whole.shape[0] * width / whole.shape[1])
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def _screen(page: Path, browser: str) -> bytes:
    """Return a PNG of the first screen of ``page``."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        picture = Path(folder) / "page.png"
        command = [browser, *OPTIONS, f"--user-data-dir={folder}/profile"]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []  # root has none in a container
        command += [f"--window-size={WINDOW[0]},{WINDOW[1]}", f"--screenshot={picture}"]
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
