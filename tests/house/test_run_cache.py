"""An old setting costs nothing: DVC's run cache brings back what every stage made, but the report.

DVC does not keep a stage whose files are in git alone, unless these are metrics or plots.
`test_pipeline_run` goes back to an old setting.
"""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]


def uncached(stage: dict[str, Any]) -> bool:
    """Return whether DVC's cache lacks one of the outputs."""
    outs = stage.get("do", stage).get("outs", [])
    options = [value for out in outs if isinstance(out, dict) for value in out.values()]
    return any(option.get("cache") is False for option in options)


def test_only_the_report_has_files_that_are_in_git_alone() -> None:
    stages = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
    assert [name for name, stage in stages.items() if uncached(stage)] == ["report"]
