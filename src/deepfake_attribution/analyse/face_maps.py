"""Evidence maps of analysed faces: one frame of each person."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pandas as pd

from deepfake_attribution.analyse import map_words
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.results import PersonResult
from deepfake_attribution.analyse.watching import CONTENT
from deepfake_attribution.core import images
from deepfake_attribution.core.stored_pictures import scaled
from deepfake_attribution.evaluate.scoring import SCORE
from deepfake_attribution.evidence_maps import face_map, regions
from deepfake_attribution.evidence_maps.face_map import FAKE, REAL, FaceMap
from deepfake_attribution.evidence_maps.scorer import Scorer

Key = tuple[int, int]  # person and slot


def of_people(
    rows: Sequence[Mapping[str, Any]],
    scores: pd.DataFrame,
    people: Sequence[PersonResult],
    bundle: Bundle,
) -> dict[Key, FaceMap]:
    """Return the map of one frame of every person who has a score.

    Args:
        rows: of `watching.watch`, those with a crop.
        scores: `judging.frame_scores` of their crops, in the same order.
        people: `judging.judge`.
        bundle: the approach.
    """
    fitted = [] if bundle.classifier is None else [bundle.classifier]
    score = Scorer(bundle.network, bundle.description.output, fitted)
    size = int(bundle.description.backbone["input_size"])
    truth = map_words.truth(bundle.record)
    found = {}
    for person in people:
        own = [place for place, row in enumerate(rows) if row["person"] == person.person]
        if person.score is None:
            continue
        side = REAL if person.score > bundle.record.threshold.value else FAKE
        row = rows[own[face_map.telling(scores[SCORE].iloc[own].tolist(), side)]]
        crop = scaled(images.decode(row[CONTENT]), size)
        points = regions.points_in_crop(row["landmarks"], row["region"], row["turn"] or 0)
        made = face_map.make(np.stack(cv2.split(crop)), score, points, side)
        found[person.person, row["slot"]] = replace(made, truth=truth)
    return found
