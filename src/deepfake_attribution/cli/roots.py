"""The folders of the datasets on this machine: listed once, in roots.yaml, for every profile."""

import difflib
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from deepfake_attribution.catalog import registry
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import PARAMS, read
from deepfake_attribution.core.settings import Dataset

ROOTS = Path("roots.yaml")  # not in git: ``name of a dataset: folder``
VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})")
EXAMPLE = "a line for each dataset, such as 'celeb_df: /data/Celeb-DF-v2'"


def read_roots(path: Path = ROOTS) -> dict[str, str]:
    """Return the folders listed in ``path``, ``~`` and ``$NAME`` expanded; none without the file.

    Raises:
        UserError: it is not a mapping of names to folders, or a variable is not set.
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
        if not isinstance(name, str):
            raise UserError(f"{path}: {name!r} is not a dataset's name; expected {EXAMPLE}")
        if not isinstance(root, str) or not root:
            raise UserError(f"{path}: {name}: {root!r} is not a folder's path; expected {EXAMPLE}")
    return {name: _expanded(root, f"{path}: {name}") for name, root in named.items()}


def _expanded(root: str, where: str) -> str:
    try:
        expanded = os.path.expandvars(Path(root).expanduser())
    except RuntimeError:  # ~somebody who has no account here
        raise UserError(f"{where}: {root}: there is no such user's folder") from None
    if unset := VARIABLE.search(expanded):
        variable = unset[1].strip("{}")
        raise UserError(f"{where}: {expanded}: the variable {variable} is not set")
    return expanded


def strangers(
    named: dict[str, str],
    datasets: Mapping[str, Mapping[str, Any]],
    elsewhere: Collection[str] = (),
    path: Path = ROOTS,
) -> list[str]:
    """Return the names in ``path`` that are not in ``datasets``, those of a profile.

    They may belong to another profile.

    Args:
        named: from `read_roots`.
        datasets: section ``datasets`` of the profile.
        elsewhere: names of datasets that other profiles, or the user's own settings, have.
        path: of the file, for messages.

    Raises:
        UserError: one is the name of an adapter, and the dataset of that adapter, which is not
            listed, has another name; or one is similar to the name of a dataset that is not
            listed, and is neither known elsewhere nor the name of another family of datasets, as
            ``dfdc`` is beside ``dfd``.
    """
    others = [name for name in named if name not in datasets]
    adapters = {*registry.names()}
    left = [name for name in datasets if name not in named]
    known = [*left, *(name for name in elsewhere if name not in named and name not in left)]
    for name in sorted({*others} - {*elsewhere}):
        if name in adapters:
            near = [one for one in left if datasets[one].get("adapter") == name]
        else:
            near = difflib.get_close_matches(name, known, n=1)
        if near:
            raise UserError(f"{path}: '{name}' is no dataset: did you mean '{near[0]}'?")
    return others


def unlike(named: dict[str, str], datasets: Mapping[str, Dataset], path: Path = ROOTS) -> list[str]:
    """Return a line for each dataset whose root in ``path`` is not the one in params.yaml."""
    return [
        f"{path}: {name}: {root}, but {PARAMS} has {datasets[name].root}: run "
        "`deepfake-attribution profile` again, which copies the folders"
        for name, root in named.items()
        if name in datasets
        and datasets[name].adapter != "rendered"
        and Path(root) != Path(datasets[name].root)
    ]


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
