"""Small pictures of the maps of all test crops, for the report's interactive maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps import files, overlay
from deepfake_attribution.evidence_maps.measuring import Measured
from deepfake_attribution.evidence_maps.occlusion import Image
from deepfake_attribution.evidence_maps.samples import Sample

QUALITY = 85


def rows(samples: Sequence[Sample], measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """Return a row of `files.DRAWN` for each map by occlusion, in the order of ``measured``."""
    faces: dict[tuple[str, str], Image] = {
        (one.dataset, one.video): np.ascontiguousarray(one.crop.transpose(2, 0, 1))
        for one in samples
        if one.crop is not None
    }
    found = []
    for one in measured:
        if one.values is None or one.row["method"] != files.OCCLUSION:
            continue
        about = {key: one.row[key] for key in ("approach", "dataset", "video", "slot")}
        picture = overlay.draw(
            faces[about["dataset"], about["video"]], one.values, files.DRAWN_SIDE
        )
        found.append(about | {"picture": images.encode(picture, "jpeg", QUALITY)})
    return found
