"""A bundle in memory whose network looks at the mean colour of a crop."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.record import FORMAT, Limit, Record, Tested, Trained
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.heads import registry
from deepfake_attribution.model.description import Description

SIZE = 16
CLASSES = ["real", "melt", "swap"]


class Colours:
    """Says how red (real), green (melt) and blue (swap) a crop is; that is its embedding, too."""

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means = images.astype(np.float32).mean(axis=(2, 3)) / 255
        return means, 8 * means


def known() -> pd.DataFrame:
    """Return six known crops of five videos: validation ones, then test ones with a place."""
    rows = [
        ("v/real", 0, "real", "val", [1.0, 0, 0], None, None),
        ("v/real", 1, "real", "val", [0.9, 0.1, 0], None, None),
        ("v/swap", 0, "swap", "val", [0, 0, 1.0], None, None),
        ("t/real", 0, "real", "test", [0.8, 0, 0.2], 0.0, 1.0),
        ("t/melt", 0, "melt", "test", [0, 1.0, 0], 5.0, 5.0),
        ("t/swap", 0, "swap", "test", [0, 0.1, 0.9], 9.0, 1.0),
    ]
    names = ["video", "slot", "attack", "split", "embedding", "x", "y"]
    table = pd.DataFrame(rows, columns=names).assign(person=0, dataset="d")
    table["embedding"] = [np.array(row, np.float32) for row in table["embedding"]]
    return table.astype({"x": "float32", "y": "float32"})


def tested(database: str, figures: tuple[float, float, float, float], **changes: Any) -> Tested:
    """Return error rates (AUC, FNR, FPR, HTER) on a database that was trained on."""
    values: dict[str, Any] = {"trained_on": True, "attacks": CLASSES[1:], "new": []}
    values |= {"n_real": 20, "n_fake": 40, "intervals": {}}
    values |= dict(zip(("auc", "fnr", "fpr", "hter"), figures, strict=True))
    return Tested(database=database, **values | changes)


def record(head: str = "attribution", **changes: Any) -> Record:
    """Return what a small model says of itself."""
    values: dict[str, Any] = {
        "format": FORMAT,
        "approach": {"attribution": "Attribution", "binary": "Binary"}[head],
        "head": head,
        "seed": 1,
        "classifier": None,
        "classes": CLASSES if head == "attribution" else ["real", "fake"],
        "score_kind": "probability",
        "threshold": Limit(value=0.5, scores="held_out", n_fake=20, k_pass=2),
        "validation_hter": 12.5,
        "neighbours": 1,
        "extract": Extract(frames=4, format="jpeg", quality=95, max_failed=0.0, max_seconds=600.0),
        "crop": Crop(
            subject="track", turned=False, margin=0.3, size=SIZE, format="png", quality=95
        ),
        "detector": Detector(
            kind="blazeface",
            model="full_range",
            threshold=0.5,
            tiles=False,
            nms_iou=0.3,
            weights="registry",
        ),
        "trained": Trained(
            datasets=["d"],
            videos={"train": {"real": 10, "melt": 10, "swap": 10}, "val": {"real": 1, "swap": 1}},
            crops={"train": 300, "val": 3},
        ),
        "tested": [
            tested("d", (93.2, 5.0, 12.5, 8.75), intervals={"auc": [88.0, 97.1]}),
            tested(
                "elsewhere",
                (61.0, 40.0, 45.0, 42.5),
                trained_on=False,
                attacks=["bend"],
                new=["bend"],
                n_fake=20,
            ),
        ],
        "known": {"crops": 3, "videos": 2},
        "versions": {"torch": "0"},
        "files": {},
    }
    return Record(**(values | changes))


def bundle(head: str = "attribution", threshold: float = 0.5, **changes: Any) -> Bundle:
    """Return a bundle; ``changes`` are of its record."""
    about = record(head, **changes)
    limit = about.threshold.model_copy(update={"value": threshold})
    about = about.model_copy(update={"threshold": limit})
    backbone = {"name": "colours", "input_size": SIZE}
    description = Description(
        head,
        registry.about(head).output,
        CLASSES if head == "attribution" else ["real", "fake"],
        backbone,
        (0, 0, 0),
        (1, 1, 1),
        {},
    )
    distances = np.array([1.0, 2.0, 3.0, 4.0])
    return Bundle(about, description, Colours(), None, known(), distances, Path("detector"))
