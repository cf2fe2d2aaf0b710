"""What the page is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.oscr import Oscr


@dataclass(frozen=True)
class Source:
    """What the page is made from.

    Attributes:
        run: what is reported on.
        figures: `results.collect` ("figures").
        points: `further_thresholds.joined`.
        settings: the whole of params.yaml.
        datasets: all of it.
        protocol: which videos are counted where.
        seeds: of the trainings; figures show the first.
        oscr: `oscr.collect`.
        rated: test videos with likelihood ratio and distance, of `abstention.Rows`.
    """

    run: Run
    figures: pd.DataFrame
    points: pd.DataFrame
    settings: Mapping[str, Any]
    datasets: Sequence[str]
    protocol: Protocol
    seeds: Sequence[int]
    rated: pd.DataFrame
    oscr: Sequence[Oscr] = ()
