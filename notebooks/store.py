"""Run the notebook and store what it shows: ``python notebooks/store.py``, or ``make notebook``.

The same results give the same file: no times, no version of Python, and small pictures.
"""

import base64
import io
import math
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

from deepfake_attribution.core.durable import write

NOTEBOOK = Path(__file__).with_name("explore.ipynb")
LARGEST = 300_000  # bytes of the notebook
PIXELS, COLOURS = 240_000, 24  # of a stored picture at most; `redrawing` draws larger ones


def main() -> None:
    """Write the notebook with its outputs."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    place = {"metadata": {"path": str(NOTEBOOK.parents[1])}}
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources=place, record_timing=False
    ).execute()
    notebook.metadata.language_info = {"name": "python"}  # without its version
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = small(data["image/png"])
    text = nbformat.writes(notebook).encode() + b"\n"
    if len(text) > LARGEST:
        sys.exit(
            f"error: {NOTEBOOK}: {len(text)} bytes with its outputs, which is more than {LARGEST}: "
            "show less in it, or lower PIXELS in notebooks/store.py"
        )
    write(text, NOTEBOOK)
    print(f"{NOTEBOOK}: {len(text) / 1000:.0f} kB")


def small(picture: str) -> str:
    """Return a picture, PNG in base64, with fewer pixels and colours."""
    whole = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    scale = math.sqrt(PIXELS / (whole.width * whole.height))
    if scale < 1:
        size = round(whole.width * scale), round(whole.height * scale)
        whole = whole.resize(size, Image.Resampling.LANCZOS)
    stored = io.BytesIO()
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(stored, "PNG", optimize=True)
    return base64.b64encode(stored.getvalue()).decode("ascii")


if __name__ == "__main__":
    main()
