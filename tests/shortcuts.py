"""What a classifier sees that looks at everything but the face."""

from pathlib import Path

import av
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EDGE = 40  # columns at the left that no face reaches


def cues(path: Path) -> list[float]:
    """Return codec and length, bytes, noise level and mean colours of the video at ``path``."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        codec = (stream.codec_context.codec_tag, stream.codec_context.profile, stream.pix_fmt)
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(stream)]
    frames = np.stack(pictures).astype(np.float32)
    changes = np.diff(frames[:, :, :EDGE], axis=0)
    noise = [changes.std(), np.median(np.abs(changes)), frames[:, :, :EDGE].std()]
    return [
        float(sum(map(ord, "".join(map(str, codec))))),
        float(len(frames)),
        float(path.stat().st_size),
        *map(float, noise),
        *map(float, frames.mean(axis=(0, 1, 2))),
        float(frames.std()),
    ]


def separation(features: np.ndarray, is_real: np.ndarray, people: np.ndarray) -> dict[str, float]:
    """Return the AUC of real against fake that classifiers reach on people they have not seen.

    Args:
        features: (N, F) of N videos.
        is_real: (N,) bool.
        people: (N,) who is seen.
    """
    classifiers = {
        "linear": make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")),
        "forest": RandomForestClassifier(
            300, min_samples_leaf=3, class_weight="balanced_subsample", random_state=0
        ),
    }
    return {
        name: roc_auc_score(
            is_real,
            cross_val_predict(
                classifier,
                features,
                is_real,
                groups=people,
                cv=GroupKFold(5),
                method="predict_proba",
            )[:, 1],
        )
        for name, classifier in classifiers.items()
    }
