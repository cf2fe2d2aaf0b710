"""A bundle whose verdict is of one approach, and whose attacks are named by another."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crop_sets import SIZE
from deepfake_attribution.analyse.bundle import gathering, namers
from deepfake_attribution.analyse.bundle.exporting import export
from deepfake_attribution.analyse.bundle.finding import find
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.core.errors import UserError

pytestmark = pytest.mark.usefixtures("one_thread")
IMAGES = np.random.default_rng(5).integers(0, 256, (20, 3, SIZE, SIZE), np.uint8)
NETWORK = {"known.parquet", "model.json", "model.onnx", "model.safetensors"}
CLASSIFIER = {"classifier.json", "classifier.skops"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("verdict", "attack", "names"),
    [
        ("Attribution", "ArcFaceMod-NN", NETWORK | CLASSIFIER),
        ("ArcFaceMod-LR", "ArcFaceMod-SVM", CLASSIFIER),
        ("ArcFaceMod-LR", "ArcFaceMod-LR", set()),
    ],
)
def test_approach_that_names_attacks_is_in_the_bundle(
    verdict: str, attack: str, names: set[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chosen(name: str) -> Any:
        return lambda found: next(one for one in found if one.approach.name == name)

    monkeypatch.setattr(gathering, "best", chosen(verdict))
    monkeypatch.setattr(namers, "best", chosen(attack))
    bundle = gather()
    export(bundle, Path("out"))
    record = bundle.record
    assert (record.approach, record.names_attacks) == (verdict, attack)
    assert {path.name for path in Path("out").glob("attack/*")} == names
    opened = open_bundle(Path("out"))
    assert opened.record.attributing == record.attributing
    assert (opened.namer is None) == (bundle.namer is None) == (not names)
    if opened.namer is not None and bundle.namer is not None:
        found, wanted = opened.namer.network.run(IMAGES), bundle.namer.network.run(IMAGES)
        np.testing.assert_array_equal(found[1], wanted[1])
        pd.testing.assert_frame_equal(opened.namer.known, bundle.namer.known, check_dtype=False)
        assert (opened.namer.network is opened.network) == (len(names) == 2)
        forced = find(Path("out"), verdict)
        assert forced.namer is None and forced.record.attributing is None
        (Path("out/attack") / min(names)).write_bytes(b"{}")
        with pytest.raises(UserError, match=r"attack/.* is damaged or was changed"):
            open_bundle(Path("out"))
    assert gather(verdict).record.attributing is None  # forced: one for both
