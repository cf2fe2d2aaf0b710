"""What a project's table of evidence maps becomes in the record of a bundle."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from deepfake_attribution.analyse.bundle import evidence
from deepfake_attribution.analyse.bundle.approaches import Approach
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.analyse.bundle.map_truth import Hits, MapTruth
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.evidence_maps import files, results

BINARY = Approach("Binary", "binary", None)


def row(attack: str, part: str, gain_low: float, approach: str = "Binary", n: int = 12) -> dict:
    known = {
        "approach": approach,
        "method": "occlusion",
        "dataset": "d",
        "attack": attack,
        "part": part,
        "n": n,
    }
    return known | {"gain": gain_low + 0.1, "gain_low": gain_low, "confidence": 95.0}


def store(*rows: dict) -> None:
    files.write([], pd.DataFrame(rows, columns=results.COLUMNS), [])


def test_attacks_are_counted_by_part_and_by_their_intervals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store(
        row("swap", "seen", 0.05),
        row("melt", "seen", -0.05),
        row("bend", "seen", np.nan, n=4),
        row("morph", "unseen", 0.0),
        row("swap", "seen", 0.5, approach="Attribution"),
        row("lost", "unseen", np.nan, n=0),  # no map of it
    )
    assert evidence.maps(BINARY) == MapTruth(
        trained_on=Hits(attacks=3, judged=2, above=1, fakes=28),
        others=Hits(attacks=1, judged=1, above=0, fakes=12),
        confidence=95.0,
    )


def test_nothing_measured_is_null(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert evidence.maps(BINARY) is None  # the stage has not run
    store()  # it is turned off
    assert evidence.maps(BINARY) is None
    store(row("swap", "seen", 0.1, approach="Attribution"))
    assert evidence.maps(BINARY) is None


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValidationError, match="above chance on 3 of 2 of 4 attacks"):
        Hits(attacks=4, judged=2, above=3, fakes=9)


def test_bundle_has_it_of_the_first_seed(project: Path) -> None:
    store(row("swap", "seen", 0.1, approach="Attribution"))
    found = gather("Attribution").record.maps
    assert found is not None and found.trained_on.above == 1 and found.others.attacks == 0
    assert gather("Attribution", seed=2).record.maps is None


def test_bundle_of_a_project_without_the_stage_says_so(bundle: Path) -> None:
    assert open_bundle(bundle).record.maps is None
    assert "lie inside what was changed was not measured" in (bundle / "README.md").read_text()
