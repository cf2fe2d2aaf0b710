"""The folders of the datasets on this machine: listed once, in roots.yaml, for every profile."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deepfake_attribution.catalog import registry
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import read

ROOTS = Path("roots.yaml")  # not in git: ``name of a dataset: folder``
EXAMPLE = "a line for each dataset, such as 'celeb_df: /data/Celeb-DF-v2'"


def read_roots(path: Path = ROOTS) -> dict[str, str]:
    """Return the folders listed in ``path``, ``~`` and ``$NAME`` expanded; none without the file.

    Raises:
        UserError: it is not a mapping of names to folders.
    """
    if not path.exists():
        return {}
    try:
        named = read(path)
    except UserError as error:
        if "expected sections" not in str(error):
            raise
        if YAML(typ="safe").load(path) is None:  # empty, or comments only
            return {}
        raise UserError(f"{path}: expected {EXAMPLE} (with a space after the colon)") from None
    for name, root in named.items():
        if not isinstance(root, str) or not root:
            raise UserError(f"{path}: {name}: {root!r} is not a folder's path; expected {EXAMPLE}")
    return {name: os.path.expandvars(Path(root).expanduser()) for name, root in named.items()}


def strangers(named: dict[str, str], datasets: Sequence[str], path: Path = ROOTS) -> list[str]:
    """Return the names in ``path`` that are not in ``datasets``, those of a profile.

    They may belong to another profile.

    Raises:
        UserError: one is similar to the name of a dataset that is not listed, and is not the name
            of another family of datasets, as ``dfdc`` is beside ``dfd``.
    """
    others = [name for name in named if name not in datasets]
    for name in sorted({*others} - {*registry.names()}):
        near = difflib.get_close_matches(name, [one for one in datasets if one not in named], n=1)
        if near:
            raise UserError(f"{path}: '{name}' is no dataset: did you mean '{near[0]}'?")
    return others


def with_roots(
    settings: dict[str, Any], named: dict[str, str], before: dict[str, Any]
) -> dict[str, Any]:
    """Return ``settings`` with this machine's roots.

    A dataset's root is the one in ``named``; else that of the same dataset with the same adapter in
    ``before``. Datasets that share a tree in ``settings`` (FaceForensics++ and Google's DFD) still
    share it if one of them is named. The folders of rendered datasets do not depend on the machine.

    Args:
        settings: of a profile.
        named: from `read_roots`.
        before: the previous settings; may be empty.
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
        fixed = dataset["adapter"] == "rendered"
        placed[name] = dataset if fixed else dataset | {"root": root}
    return settings | {"datasets": placed}
