"""Where this machine keeps its datasets: named once, in roots.yaml, for every profile."""

from pathlib import Path
from typing import Any

from deepfake_attribution.errors import UserError
from deepfake_attribution.params.load import read

ROOTS = Path("roots.yaml")  # not in git: ``name of a dataset: folder``


def read_roots(path: Path = ROOTS) -> dict[str, str]:
    """Return the folders that ``path`` names; none where there is no such file.

    Raises:
        UserError: it is not a mapping of names to folders.
    """
    if not path.exists():
        return {}
    named = read(path)
    for name, root in named.items():
        if not isinstance(root, str) or not root:
            raise UserError(f"{path}: {name}: {root!r} is not a folder's path")
    return named


def with_roots(
    settings: dict[str, Any], named: dict[str, str], before: dict[str, Any]
) -> dict[str, Any]:
    """Return ``settings`` with this machine's roots.

    A dataset's root is the one in ``named``; else that of the same dataset, read by the same
    adapter, in ``before``. Datasets that share a tree in ``settings`` (FaceForensics++ and
    Google's DFD) go on sharing it where one of them is named.

    Args:
        settings: of a profile.
        named: from `read_roots`.
        before: the settings that are replaced; may be empty.
    """
    datasets = settings["datasets"]
    shared = {datasets[name]["root"]: root for name, root in named.items() if name in datasets}
    kept = before.get("datasets")
    kept = kept if isinstance(kept, dict) else {}
    placed = {}
    for name, dataset in datasets.items():
        old = kept.get(name)
        same = isinstance(old, dict) and old.get("adapter") == dataset["adapter"]
        mine = old.get("root") if isinstance(old, dict) and same else None
        root = named.get(name) or shared.get(dataset["root"]) or mine or dataset["root"]
        placed[name] = dataset | {"root": root}
    return settings | {"datasets": placed}
