"""What the page was made from: settings, versions, and hashes of the data and the models."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.model.description import SETTINGS, load_description
from deepfake_attribution.report.content import Part, Section, Table

PACKAGES = (
    *("deepfake-attribution", "torch", "timm", "lightning", "scikit-learn", "onnxruntime"),
    *("openTSNE", "numpy", "pandas", "opencv-python-headless", "av", "dvc", "plotly", "lir"),
)
HASH = 16  # digits of a SHA-256 that are shown
NOT_SHOWN = ("compute",)  # changes no result, so no stage may depend on it
PRIVATE = ("root",)  # folders of this machine
DRAWN, EACH, HEAD, BOTH, ONCE = "each drawn dataset", "each dataset", "each head", "both", "once"
# Of a training: its settings, with the head's own in place of train's, and what came of it.
TRAINED_WITH = {
    **{"sampling": "sampling", "batch_size": "batch", "learning_rate": "learning rate"},
    **{"trained_parameters": "weights trained", "epochs": "epochs", "epoch": "kept epoch"},
}
# The stages of dvc.yaml, in their order: what each does, and how often it ran.
STAGES = (
    ("settings", "checked all settings", ONCE),
    ("weights", "checked the face finder's weights", ONCE),
    ("starting_weights", "fetched the backbone's ImageNet weights, if asked for", ONCE),
    ("render", "drew videos", DRAWN),
    ("catalog", "listed videos", EACH),
    ("extract", "took frames", EACH),
    ("crop", "cut faces out", EACH),
    ("superset", "joined the training crops", ONCE),
    ("train", "trained, with every seed", HEAD),
    ("embed", "turned crops into embeddings", BOTH),
    ("fit", "fitted classifiers on validation embeddings", "each embedding: NN, LR and SVM"),
    ("evaluate", "scored test videos", HEAD),
    ("likelihood", "calibrated scores to likelihood ratios", ONCE),
    ("evidence_maps", "compared evidence maps with what attacks changed", ONCE),
    ("robustness", "scored damaged copies of test videos, if asked for", ONCE),
    ("open_set", "scored attacks never trained on", ONCE),
    ("metadata_baseline", "scored videos by metadata, without pixels", ONCE),
    ("uncertainty", "resampled source videos for confidence intervals", ONCE),
    ("maps", "laid out maps", HEAD),
    ("figures", "drew pictures", ONCE),
    ("bundle", "exported the best approach", ONCE),
    ("report", "wrote tables and this page", ONCE),
)


def section(
    settings: Mapping[str, Any], datasets: Sequence[str], heads: Sequence[str], seeds: Sequence[int]
) -> Section:
    """Return tables of settings, versions and hashes; no clock, no host, no user.

    Args:
        settings: the whole of params.yaml.
        datasets: their catalogs and face crops are listed.
        heads, seeds: their models are listed.

    Raises:
        UserError: a file is not there.
    """
    chosen = [(name, value) for name, value in settings.items() if name not in NOT_SHOWN]
    rows = [row for name, value in chosen for row in _flat(name, value)]
    drawn = list(settings.get("rendered", ()))
    files = list(_files(datasets, heads, seeds))
    parts = [
        Part("Data and models", [Table("", pd.DataFrame(files))], [FINGERPRINTS]),
        Part("What ran", [Table("Stages", ran(datasets, heads, drawn), folded=True)], [RAN]),
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
RAN = (
    "Every stage that this page depends on, in order. DVC runs a stage again only if one of its "
    "dependencies changed. Run times are not shown here because the same input must give the same "
    "page. On the machine that ran the stages, the command deepfake-attribution times shows them, "
    "after make demo or deepfake-attribution repro."
)
VERSIONS = (
    "Versions in the environment that wrote this page. A stage does not know the commit; dvc.lock "
    "in git contains this page's hash."
)
SETTING = (
    "params.yaml of this run, without compute, which changes no result, and without the datasets' "
    "folders."
)


def ran(datasets: Sequence[str], heads: Sequence[str], drawn: Sequence[str]) -> pd.DataFrame:
    """Return a row per kind of stage: what it did, and for what.

    Args:
        datasets: all of them.
        heads: all of them.
        drawn: datasets that the project draws; without any, there is no row for ``render``.
    """
    names = {
        DRAWN: ", ".join(drawn),
        EACH: ", ".join(datasets),
        HEAD: ", ".join(heads),
        BOTH: f"each of {len(heads)} heads and {len(datasets)} datasets",
    }
    rows = [(name, did, names.get(often, often)) for name, did, often in STAGES]
    shown = [row for row in rows if row[0] != "render" or drawn]
    return pd.DataFrame(shown, columns=["stage", "what it did", "for"])


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield dotted keys and values as text."""
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            if name not in PRIVATE:
                yield from _flat(f"{key}.{name}", each)
    elif isinstance(value, list):
        yield key, ", ".join(map(str, value)) or "none"
    else:
        yield key, "none" if value == {} else "null" if value is None else str(value)


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
        return sha256(path)[:HASH]
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; `dvc repro` makes it") from None


def _trainings(heads: Sequence[str], seeds: Sequence[int]) -> pd.DataFrame:
    rows = []
    for head in heads:
        for seed in seeds:
            model = load_description(paths.model(head, seed))
            rows.append(
                {"head": head, "seed": seed, "backbone": model.backbone["name"]}
                # Binary's crops have classes, too, but it is trained on real or fake only
                | {"classes": 2 if model.output == ONE_LOGIT else len(model.classes)}
                | {title: model.training.get(key, "-") for key, title in TRAINED_WITH.items()}
            )
    return pd.DataFrame(rows)


def _versions() -> pd.DataFrame:
    rows = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            rows.append((name, version(name)))
        except PackageNotFoundError:
            continue  # an optional package that is not installed here
    return pd.DataFrame(rows, columns=["package", "version"])
