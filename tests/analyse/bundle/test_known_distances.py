from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crop_sets import CLASSES
from deepfake_attribution.analyse.bundle.exporting import export
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.analyse.bundle.known_distances import measured, stored
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.open_set import new_attacks, readings
from trained_project import TRAINING

pytestmark = pytest.mark.usefixtures("one_thread")
ABOUT = ("attribution", 1, TRAINING, CLASSES)


def by_the_stage() -> np.ndarray:
    """Let the stage ``open_set`` write its distances; return those of known videos."""
    scores = tables.read(paths.scores("attribution"))
    found = new_attacks.distances("attribution", 1, scores, TRAINING, 4)
    nothing = pd.DataFrame(columns=new_attacks.SHARES.names)
    new_attacks.write(nothing, found, pd.DataFrame(columns=readings.READINGS.names))
    own = found[found["dataset"].isin(TRAINING) & found["attack"].isin(CLASSES)]
    return np.sort(own["score"].to_numpy())


def test_they_are_those_of_the_stage_unknown(project: Path) -> None:
    assert len(stored(*ABOUT)) == 0  # it has not run
    expected = by_the_stage()
    assert len(expected) > 5 and np.isfinite(expected).all()
    np.testing.assert_array_equal(stored(*ABOUT), expected)
    bundle = gather("Attribution")
    np.testing.assert_array_equal(bundle.distances, expected)
    export(bundle, Path("out"))
    np.testing.assert_array_equal(open_bundle(Path("out")).distances, expected)


def test_measured_to_all_known_crops_they_are_the_same(project: Path) -> None:
    known = gather("Attribution").known
    found = measured(*ABOUT, known[known["split"] == "val"], 4)
    np.testing.assert_allclose(found, by_the_stage(), rtol=1e-5)


def test_of_fewer_known_crops_videos_are_further(project: Path) -> None:
    expected = by_the_stage()
    few = gather("Attribution", known=12)
    assert few.record.known["crops"] <= 12
    assert len(few.distances) == len(expected)
    assert few.distances.mean() > expected.mean()
