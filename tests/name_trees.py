"""The paper's datasets, a few names of each, and the paper profile's settings of them."""

import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from typer.testing import CliRunner

import full_trees
from deepfake_attribution.catalog.listing import Listing
from deepfake_attribution.catalog.registry import list_videos
from deepfake_attribution.cli.main import app
from deepfake_attribution.cli.profiles import profile
from deepfake_attribution.core.settings import Dataset
from small_trees import SIZES, settings

PROFILES = Path(__file__).parents[1] / "profiles"
SHARED = {"dfd": "faceforensics"}  # one tree


def build(root: Path, *names: str) -> None:
    """Write the small trees called ``names`` with empty files below ``root``."""
    full_trees.build(root, *names, sizes=SIZES)


def datasets(root: Path, small: bool = True, **changed: dict[str, Any]) -> dict[str, Dataset]:
    """Return the paper profile's datasets with roots below ``root``.

    Args:
        root: folder of the trees.
        small: with the counts of the small trees' lists.
        changed: settings of a dataset that differ.
    """
    found = {}
    for name, own in profile("paper", PROFILES)["datasets"].items():
        counts = settings()[name] if small else {}
        place = {"root": str(root / SHARED.get(name, name))}
        found[name] = Dataset.model_validate(own | counts | place | changed.get(name, {}))
    return found


def listing(root: Path, name: str, /, **changed: Any) -> Listing:
    """Return the listing of a small tree."""
    return list_videos(name, datasets(root, **{name: changed}))


def project(folder: Path, trees: Path) -> None:
    """Write the paper profile to params.yaml in ``folder``, the current one, by roots.yaml.

    All files are empty, so any share of the videos may give no frame.
    """
    root = PROFILES.parent
    shutil.copytree(PROFILES, folder / "profiles")
    shutil.copytree(root / "protocols", folder / "protocols")
    shutil.copy(root / "params.yaml", folder)
    roots = {path.name: str(path) for path in sorted(trees.iterdir())}
    YAML().dump(roots, folder / "roots.yaml")
    result = CliRunner().invoke(app, ["profile", "paper"])
    assert result.exit_code == 0, result.output
    allow_failed(1.0)


def allow_failed(share: float) -> None:
    """Set extract.max_failed in params.yaml."""
    settings = YAML().load(Path("params.yaml"))
    settings["extract"]["max_failed"] = share
    YAML().dump(settings, Path("params.yaml"))


def edit(changed: dict[str, dict[str, Any]]) -> None:
    """Change settings of datasets in params.yaml."""
    settings = YAML().load(Path("params.yaml"))
    for name, values in changed.items():
        settings["datasets"][name].update(values)
    YAML().dump(settings, Path("params.yaml"))
