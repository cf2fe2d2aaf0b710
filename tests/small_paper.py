"""A copy of this repository with the paper profile on the small trees, in sizes for a test."""

from pathlib import Path

from ruamel.yaml import YAML

import small_trees
from pipeline_copy import commit, repository, run

# The same graph and protocol; a net, pictures and trainings of a size for two cores.
SMALLER = {
    "extract": {"frames": 3},
    "crop": {"size": 80},
    "backbone": {"name": "test_efficientnet", "weights": "none", "input_size": 64},
    "train": {"epochs": 2, "batch_size": 32, "learning_rate": 0.003},
    "maps": {"max_points": 200},
    "evaluate": {"robustness": 1},
    "compute": {"workers": 1},
}


def paper_repository(folder: Path, trees: Path, profile: str = "paper") -> Path:
    """Write the repository to ``folder`` with ``profile``; its datasets are in ``trees``."""
    repository(folder)
    YAML().dump({path.name: str(path) for path in sorted(trees.iterdir())}, folder / "roots.yaml")
    run(folder, "deepfake-attribution", "profile", profile)
    path = folder / "params.yaml"
    settings = YAML().load(path)
    for section, values in SMALLER.items():
        settings[section].update(values)
    for name, values in small_trees.settings().items():
        settings["datasets"][name].update(values)
    settings["datasets"]["celeb_df"]["validation"] = 0.3
    YAML().dump(settings, path)
    uncounted(folder / "protocols" / "icassp2022.yaml")
    commit(folder)
    return folder


def uncounted(path: Path) -> None:
    """Take the numbers of videos out of a protocol: the small trees have others."""
    content = YAML().load(path)
    for database in content["databases"].values():
        database["videos"] = None
    for method in content["methods"].values():
        for cell in method["figures"].values():
            cell.pop("k_fnr", None)
            cell.pop("k_fpr", None)
    YAML().dump(content, path)
