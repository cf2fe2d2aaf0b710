"""Recipes compared in DVC's queue, from the plan to the table, on the smallest profile."""

import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline_copy import commit, repository, run

PLAN = {
    "seeds": [1],
    "recipes": {"paper": "paper-recipe"},
    "ablation": {
        "recipes": ["paper"],
        "database": "tiny",
        "readings": {"attribution": "Attribution"},
        "parts": {
            "rate": {
                "title": "a higher rate",
                "heads": ["attribution"],
                "with": {"train.learning_rate": 0.01},
                "without": {"train.learning_rate": 0.0002},
            },
            "odd": {  # a file that is not there: its training stops
                "title": "odd weights",
                "heads": ["attribution"],
                "with": {"backbone.weights": "missing.safetensors"},
                "without": {"backbone.weights": "none"},
            },
        },
    },
    "final": {"database": "tiny", "heads": ["attribution"]},
}
PAGE = "Before.\n<!-- ablation -->\n<!-- end of ablation -->\nAfter.\n"
ABLATION = ("deepfake-attribution", "ablation")
# `ablation wait`, which looks at the queue more often
WAITING = """
from deepfake_attribution.cli.ablation import queue
from deepfake_attribution.cli.main import app
queue.POLL = 5.0
app(["ablation", "wait"])
"""


def stop_worker(folder: Path) -> None:
    """End the idle worker, so that nothing runs what is queued next."""
    until = time.monotonic() + 60
    run(folder, "dvc", "queue", "stop")
    while "0 active, 0 idle" not in run(folder, "dvc", "queue", "status"):
        assert time.monotonic() < until
        time.sleep(1)


@pytest.mark.slow
def test_experiments_are_run_once_and_stand_in_the_table(tmp_path: Path) -> None:
    folder = repository(tmp_path / "repository")
    YAML(typ="safe").dump(PLAN, folder / "ablation.yaml")
    (folder / "docs").mkdir()
    (folder / "docs" / "training.md").write_text(PAGE)
    commit(folder)
    run(folder, "dvc", "repro", "superset")

    assert "3 of 3 experiments queued" in run(folder, *ABLATION, "queue")
    assert "0 of 3 experiments queued" in run(folder, *ABLATION, "queue")
    run(folder, "dvc", "queue", "start")
    (tmp_path / "wait.py").write_text(WAITING)
    ended = run(folder, "python", str(tmp_path / "wait.py"))
    assert "2 of 3 experiments are done" in ended
    told = ended.splitlines()[-1]
    assert "-plus-odd-" in told and ": failed: error: backbone.weights: missing.safetensors" in told
    run(folder, *ABLATION, "table")
    page = (folder / "docs" / "training.md").read_text()
    assert page.startswith("Before.\n<!-- ablation -->\n\n![Parts of a recipe on tiny: ")
    table = "<details><summary>Attribution</summary>\n\n| recipe |"
    assert f"](pictures/ablation.png)\n\n{table}" in page
    assert (folder / "docs" / "pictures" / "ablation.png").stat().st_size > 5000
    assert "| paper recipe + odd weights | paper recipe | failed | - | - |" in page
    row = next(line for line in page.splitlines() if line.startswith("| paper recipe + a higher"))
    assert row.endswith("| not shown |") and "Not run" not in page
    assert "No interval: one training seed cannot show" in page
    assert "On tiny: 2 real and 4 fake videos, 1 training seed;" in page

    # What is through stays, whatever is committed; what failed is tried again.
    stop_worker(folder)
    commit(folder)
    again = run(folder, *ABLATION, "queue")
    assert "1 of 3 experiments queued" in again and again.count("is kept") == 2

    # A clone begins with what is finished. It has neither experiments nor a cache.
    clone = tmp_path / "clone"
    run(tmp_path, "git", "clone", "--quiet", str(folder), str(clone))
    run(clone, *ABLATION, "table")
    table = (clone / "docs" / "training.md").read_text()
    assert row in table.splitlines() and "\nNot run yet: paper recipe + odd weights.\n" in table
    run(folder, "dvc", "queue", "remove", "--all")  # other code is other work:
    with (folder / "src/deepfake_attribution/heads/arcface.py").open("a") as code:
        code.write("# changed\n")
    assert "3 of 3 experiments queued" in run(folder, *ABLATION, "queue")
