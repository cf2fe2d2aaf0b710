"""notebooks/explore.ipynb runs on a small project, and leaves nothing behind."""

import ast
import base64
import importlib.util
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"


@pytest.fixture(scope="module")
def store() -> Any:
    """The script of `make notebook`."""
    for name in ("nbformat", "nbclient"):
        pytest.importorskip(name)
    spec = importlib.util.spec_from_file_location("store", NOTEBOOK.with_name("store.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(kind: str) -> list[dict]:
    content = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in content if cell["cell_type"] == kind]


def test_stored_outputs_are_of_one_whole_run_without_an_error() -> None:
    """`make notebook` stores them; without a finished demo there are none."""
    counts = [cell["execution_count"] for cell in cells("code")]
    assert counts in ([None] * len(counts), [*range(1, len(counts) + 1)])
    for cell in cells("code"):
        kinds = [output["output_type"] for output in cell["outputs"]]
        assert "error" not in kinds and (cell["execution_count"] or not kinds)


def test_committed_notebook_is_small_and_knows_no_clock(store: Any) -> None:
    content = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert NOTEBOOK.stat().st_size <= store.LARGEST
    assert content["metadata"]["language_info"] == {"name": "python"}
    for cell in content["cells"]:
        assert cell["metadata"] == {}  # execution times would be there


def test_stored_pictures_are_small_whatever_is_drawn(store: Any) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1200, 800, 3), np.uint8)
    drawn = io.BytesIO()
    Image.fromarray(noise).save(drawn, "PNG")
    given = base64.b64encode(drawn.getvalue()).decode()
    stored = store.small(given)
    picture = Image.open(io.BytesIO(base64.b64decode(stored)))
    assert picture.size == (400, 600) and len(stored) < len(given) / 10
    assert store.small(given) == stored


def test_it_uses_the_public_functions_only() -> None:
    text = "\n".join("".join(cell["source"]) for cell in cells("code"))
    tree = ast.parse(text.replace("%matplotlib inline", ""))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("deepfake")
        for alias in node.names
    }
    assert names == {"reading", "redrawing"}


@pytest.mark.slow
def test_every_cell_runs_and_every_figure_is_shown(
    mapped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    )
    monkeypatch.setenv("IPYTHONDIR", str(mapped / ".ipython"))
    before = {path for path in mapped.rglob("*") if ".ipython" not in path.parts}
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    place = {"metadata": {"path": str(mapped)}}
    nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3", resources=place).execute()
    shown = [
        cell["source"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(shown) == 6
    printed = notebook.cells[-1]["outputs"][0]["text"]
    assert printed.startswith("roc.pdf: ") and printed.endswith(" kB\n")
    after = {path for path in mapped.rglob("*") if ".ipython" not in path.parts}
    assert after == before
