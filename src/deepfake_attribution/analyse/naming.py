"""Names the attacks of what is called fake, by the approach that does that best.

The verdict comes from another approach if that one is better at it (`Record.attributing`). A video
that is too far from everything that the naming approach knows gets no name.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.judging import (
    EMBEDDING,
    Named,
    fitted_scores,
    frame_scores,
    names,
)
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.scoring import PERSON


class Naming:
    """The approach that names attacks, prepared.

    Args:
        bundle: the model.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._record = bundle.record.of_namer
        self._k, self._far = bundle.record.neighbours, None
        namer, about = bundle.namer, bundle.record.attributing
        if namer is None or about is None or about.far is None:
            return
        measured = namer.known[namer.known["split"] == "val"]
        self._known = Known.of(
            np.stack(measured["embedding"].to_list()), namer.description.by_direction
        )
        self._far = None if self._known.why_none(self._k) else about.far

    def frames(
        self, crops: Sequence[bytes], people: Sequence[int], scores: pd.DataFrame
    ) -> pd.DataFrame:
        """Return what `judging.frame_scores` returns, by the approach that names attacks.

        Args:
            crops, people: as for `judging.frame_scores`.
            scores: the rows of the approach that gives the verdict.
        """
        namer = self._bundle.namer
        if namer is None:
            return scores
        if namer.network is self._bundle.network and namer.classifier is not None:
            return fitted_scores(np.stack(scores[EMBEDDING].to_list()), people, namer.classifier)
        return frame_scores(crops, people, namer)

    def people(self, named: pd.DataFrame) -> dict[int, Named]:
        """Return the classes of each person, by number.

        Args:
            named: from `frames`.
        """
        found = names(named, self._record or self._bundle.record)
        if self._far is None:
            return found
        return {
            person: self._near(one, named[named[PERSON] == person]) for person, one in found.items()
        }

    def _near(self, one: Named, frames: pd.DataFrame) -> Named:
        """Return the classes without the attack if the crops are too far from known ones."""
        vectors = np.stack(frames[EMBEDDING].to_list())
        assert self._far is not None and self._record is not None
        if not np.isfinite(vectors).all():
            return one
        if self._known.distances(vectors, self._k).mean() <= self._far:
            return one
        reason = f"for {self._record.approach} it is too far from known videos"
        return replace(one, attack=None, reason=reason)
