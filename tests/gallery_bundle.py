"""A bundle with a gallery, of embeddings that are drawn: each class is a cloud of its own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd

import small_bundle
from deepfake_attribution.analyse.bundle.gallery import COLUMNS, ENROLLED_SCHEMA
from deepfake_attribution.analyse.bundle.joined import Clip, Gallery
from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA, Bundle
from deepfake_attribution.analyse.bundle.record import Limit
from deepfake_attribution.classify.classifiers import fit
from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.enrol.reading import Clips
from deepfake_attribution.likelihood.calibration import Calibration

PLACES = {"real": 0, "melt": 1, "swap": 2, "bend": 3}  # which of the four numbers is large
SETTINGS = Classifiers.model_validate(
    {
        "tune_on": "val",
        "heads": ["triplet"],
        "folds": 5,
        "nn": {"k": 3},
        "lr": {"C": 1.0, "max_iter": 500},
        "svm": {"C": 1.0, "max_rows": 20000},
    }
)
CALIBRATION = Calibration(
    kind="logistic",
    scale="logit",
    slope=0.5,
    intercept=0.0,
    lower=-1.0,
    upper=1.0,
    databases=["d"],
    videos={"real": 12, "melt": 12, "swap": 12},
    sources_real=12,
    sources_fake=12,
    scores="out_of_fold",
    cllr={"logistic": 0.2},
    folds=4,
)


def rows(
    attack: str, videos: int, seed: int, slots: int = 2, spread: float = 0.3, dataset: str = "d"
) -> pd.DataFrame:
    """Return crops of ``attack``, rows of `ENROLLED_SCHEMA`; each video has a source of its number.

    A network's probabilities (of real, melt, swap) follow the embedding.
    """
    random = np.random.default_rng(seed)
    found = []
    for number in range(videos):
        for slot in range(slots):
            vector = random.normal(0, spread, 4)
            vector[PLACES[attack]] += 2
            shares = np.exp(2 * vector[:3]) / np.exp(2 * vector[:3]).sum()
            found.append(
                {"video": f"{dataset}/{attack}/{number}", "slot": slot, "person": 0}
                | {"dataset": dataset, "attack": attack, "split": "val", "x": np.nan, "y": np.nan}
                | {"embedding": vector.astype(np.float32), "shares": shares.astype(np.float32)}
                | {"source": f"{dataset}-{number}"}
            )
    return pd.DataFrame(found)[ENROLLED_SCHEMA.names]


def bundle(
    kind: Literal["nn", "lr", "svm"] | None = "lr", classes: Sequence[str] = (), **changes: Any
) -> Bundle:
    """Return a bundle of TripletLoss with a classifier, or of Attribution without one.

    Args:
        kind: of the classifier.
        classes: real, melt and swap, or others.
        changes: of its record.
    """
    names = list(classes or ["real", "melt", "swap"])
    table = pd.concat([rows(name, 12, PLACES[name]) for name in names], ignore_index=True)
    fitted = None
    values: dict[str, Any] = {"likelihood": CALIBRATION, "far": 60.0, "neighbours": 3}
    if kind is not None:
        table["shares"] = None
        vectors = np.stack(table["embedding"].to_list())
        crops = Crops.of(vectors, table["attack"], table["source"])
        fitted = fit(kind, SETTINGS, crops, names, 1).classifier
        decision = kind == "svm"
        scale = "identity" if decision else "logit"
        values |= {"approach": f"TripletLoss-{kind.upper()}", "head": "triplet"}
        values |= {"classifier": kind, "score_kind": "decision" if decision else "probability"}
        values["likelihood"] = CALIBRATION.model_copy(update={"scale": scale})
        values["threshold"] = Limit(value=0.4, scores="out_of_fold", n_fake=24, k_pass=2)
    head = values.pop("head", "attribution")
    values["known"] = {"crops": len(table), "videos": table["video"].nunique()}
    values |= {"classes": names, "gallery": Gallery(fpr=0.1, known_share=0.95)}
    record = small_bundle.record(**values | changes).model_copy(update={"head": head})
    about = small_bundle.bundle().description
    output: Any = "classes" if kind is None else "embedding"
    about = replace(about, head=record.head, output=output, classes=names)
    made = small_bundle.bundle()
    known, gallery = table[KNOWN_SCHEMA.names], table[COLUMNS]
    return replace(
        made, record=record, description=about, classifier=fitted, known=known, gallery=gallery
    )


def clips(attack: str, count: int, seed: int = 9, network: bool = False, **more: Any) -> Clips:
    """Return clips of an attack that nobody knows yet, each of a source of its own."""
    table = rows(attack, count, seed, dataset="enrolled", **more)
    if not network:
        table["shares"] = None
    files = [Clip(name=f"{number}.mp4", sha256=str(number)) for number in range(count)]
    return Clips(table, files, [])


def with_reals(given: Clips, count: int, shift: float = 0.0) -> Clips:
    """Return clips with reals that join, whose embeddings are shifted: another camera."""
    table = rows("real", count, 55, dataset="enrolled")
    table["video"] = [f"enrolled/bend/reals/{video.rsplit('/')[-1]}" for video in table["video"]]
    table["source"] = table["video"]
    table["embedding"] = [np.float32(vector + shift) for vector in table["embedding"]]
    if given.rows["shares"].isna().all():
        table["shares"] = None
    files = [Clip(name=f"r{number}.mp4", sha256=f"r{number}") for number in range(count)]
    return Clips(pd.concat([given.rows, table], ignore_index=True), given.files, [], files)
