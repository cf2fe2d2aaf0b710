"""`run_one`, which runs all stages of the paper's pipeline, sees files that are no outputs."""

from pathlib import Path

import pytest

from pipeline_stages import Stage, run_one

pytestmark = pytest.mark.slow  # a warm process

SCRIPT = """
from pathlib import Path
Path("data").mkdir(exist_ok=True)
for name in ("data/out.txt", {further!r}):
    Path(name).write_text("written")
"""


def run_script(folder: Path, further: str) -> None:
    (folder / "tracked.csv").write_text("of the last run")
    (folder / "stage.py").write_text(SCRIPT.format(further=further))
    run_one(folder, Stage("stage", ("python", "stage.py"), (Path("data/out.txt"),)))


@pytest.mark.parametrize("further", ["new.txt", "tracked.csv", "data/beside.txt"])
def test_a_file_that_is_no_output_is_named(tmp_path: Path, further: str) -> None:
    with pytest.raises(AssertionError, match=rf"stage wrote \['{further}'\], no outputs of it"):
        run_script(tmp_path, further)


def test_outputs_and_unfinished_work_are_no_mistake(tmp_path: Path) -> None:
    (tmp_path / ".work").mkdir()
    run_script(tmp_path, ".work/block")
    run_script(tmp_path, "data/out.txt")
