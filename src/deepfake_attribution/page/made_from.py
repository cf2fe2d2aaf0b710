"""What the page was made from: settings, versions, and hashes of the data and the models."""

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution import paths
from deepfake_attribution.description import SETTINGS, load_description
from deepfake_attribution.errors import UserError
from deepfake_attribution.report.content import Part, Section, Table

PACKAGES = (
    *("deepfake-attribution", "torch", "timm", "lightning", "scikit-learn", "onnxruntime"),
    *("openTSNE", "numpy", "pandas", "opencv-python-headless", "av", "dvc", "plotly"),
)
HASH = 16  # digits of a SHA-256 that are shown
NOT_SHOWN = ("compute",)  # changes no result, so that no stage may depend on it
PRIVATE = ("root",)  # folders of this machine


def section(
    settings: Mapping[str, Any], datasets: Sequence[str], heads: Sequence[str], seeds: Sequence[int]
) -> Section:
    """Return tables of settings, versions and hashes; no clock, no host, no user.

    Args:
        settings: the whole of params.yaml.
        datasets: whose catalogs and face crops are named.
        heads, seeds: whose models are named.

    Raises:
        UserError: a file is not there.
    """
    chosen = [(name, value) for name, value in settings.items() if name not in NOT_SHOWN]
    rows = [row for name, value in chosen for row in _flat(name, value)]
    rests_on = list(_files(datasets, heads, seeds))
    parts = [
        Part("Data and models", [Table("", pd.DataFrame(rests_on))], [FINGERPRINTS]),
        Part("Trainings", [Table("", _trainings(heads, seeds))]),
        Part("Versions", [Table("", _versions())], [VERSIONS]),
        Part(
            "Settings",
            [Table("All settings", pd.DataFrame(rows, columns=["setting", "value"]), folded=True)],
            [SETTING],
        ),
    ]
    return Section("What this was made from", "made-from", [], parts)


FINGERPRINTS = (
    f"The first {HASH} digits of each file's SHA-256 (sha256sum): same digits, same data. An "
    "index holds the hash of every crop."
)
VERSIONS = (
    "Of the environment that wrote this page. Which commit it was is not known to a stage: "
    "dvc.lock in git names this page's hash."
)
SETTING = (
    "params.yaml as it was, without compute, which changes no result, and without the datasets' "
    "folders."
)


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield dotted keys and values as text."""
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            if name not in PRIVATE:
                yield from _flat(f"{key}.{name}", each)
    elif isinstance(value, list):
        yield key, ", ".join(map(str, value)) or "none"
    else:
        yield key, "none" if value == {} else str(value)


def _files(
    datasets: Sequence[str], heads: Sequence[str], seeds: Sequence[int]
) -> Iterator[dict[str, object]]:
    named = [(f"catalog of {name}", paths.catalog(name)) for name in datasets]
    named += [(f"face crops of {name}", paths.index(paths.faces(name))) for name in datasets]
    named += [("training and validation crops", paths.SUPERSET)]
    named += [
        (f"model {head}, seed {seed}", paths.model(head, seed) / SETTINGS)
        for head in heads
        for seed in seeds
    ]
    for title, path in named:
        yield {"what": title, "file": str(path), "SHA-256": digest(path)}


def digest(path: Path) -> str:
    """Return the first `HASH` digits of a file's SHA-256.

    Raises:
        UserError: it is not there.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:HASH]
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro` makes it") from None


def _trainings(heads: Sequence[str], seeds: Sequence[int]) -> pd.DataFrame:
    rows = []
    for head in heads:
        for seed in seeds:
            model = load_description(paths.model(head, seed))
            rows.append(
                {"head": head, "seed": seed, "backbone": model.backbone["name"]}
                | {"classes": len(model.classes), "epochs": model.training.get("epochs", "-")}
                | {"kept epoch": model.training.get("epoch", "-")}
            )
    return pd.DataFrame(rows)


def _versions() -> pd.DataFrame:
    rows = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            rows.append((name, version(name)))
        except PackageNotFoundError:
            continue  # a part that this environment leaves out made nothing here
    return pd.DataFrame(rows, columns=["package", "version"])
