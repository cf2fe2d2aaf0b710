"""The evidence map on a page: a face, and squares of colour on it."""

from typing import Any

import numpy as np

from deepfake_attribution.analyse.pages.timeline import Picture
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.evidence_maps.face_map import AREA, FAKE, REAL, FaceMap
from deepfake_attribution.evidence_maps.overlay import FLAT, STRONGEST

FAINTEST = 0.04  # opacity below which a square is left out


def shown(person: int, result: VideoResult, picture: Picture) -> dict[str, Any] | None:
    """Return what the template draws of a person's map; None if there is no map.

    Args:
        person: number of the person.
        result: of the video.
        picture: gives the addresses of faces.
    """
    for frame in result.frames:
        if frame.person == person and frame.map is not None:
            return {
                "face": picture(frame),
                "squares": squares(frame.map),
                "size": len(frame.map.cells),
                "says": frame.map.says,
                "reason": frame.map.reason,
                "truth": frame.map.truth,
                "regions": [
                    {"name": name, "area": own[AREA], "fake": own[FAKE], "real": own[REAL]}
                    for name, own in frame.map.regions.items()
                ],
            }
    return None


def squares(made: FaceMap) -> list[dict[str, Any]]:
    """Return the coloured squares of a map; none if no part stands out."""
    values = np.array(made.cells)
    largest = float(np.abs(values).max())
    if largest < FLAT:
        return []
    found = []
    for (row, column), value in np.ndenumerate(values):
        opacity = round(STRONGEST * abs(float(value)) / largest, 2)
        if opacity >= FAINTEST:
            side = FAKE if value < 0 else REAL
            found.append({"x": column, "y": row, "side": side, "opacity": opacity})
    return found
