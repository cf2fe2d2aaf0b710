"""The map of one analysed face: coarse values, the share of each region, and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import cv2
import numpy as np

from deepfake_attribution.evidence_maps import occlusion, regions
from deepfake_attribution.evidence_maps.occlusion import Floats, Image, Score
from deepfake_attribution.evidence_maps.overlay import FLAT, is_flat

CELLS = 16  # per side of the coarse map
Side = Literal["fake", "real"]
FAKE: Side = "fake"
REAL: Side = "real"
AREA = "area"
SMALL = 0.15  # a region with less of a side's weight does not speak most for it
CLEAR = 1.5  # nor does one whose share is less than so many times its area
NO_POINTS = "the detector's points show no face, so the map is not summed over regions"
THE = {
    **{regions.EYES: "The eyes", regions.NOSE: "The nose", regions.MOUTH: "The mouth"},
    **{regions.SKIN: "The other skin", regions.BORDER: "The border around the face"},
}


@dataclass(frozen=True)
class FaceMap:
    """Where a face speaks for fake or for real.

    Attributes:
        cells: rows from top to bottom: by how much the score falls where that part of the crop is
            blurred. Positive speaks for real, negative for fake.
        regions: region -> its share of the crop (``area``), of what speaks for fake (``fake``) and
            for real (``real``); empty if the points of the face are not known.
        says: one sentence: which region speaks most for the verdict.
        reason: why there are no regions; else empty.
        truth: one sentence: what maps of this approach are worth; empty: no bundle says it.
    """

    cells: tuple[tuple[float, ...], ...]
    regions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    says: str = ""
    reason: str = ""
    truth: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values; `restored` undoes it."""
        values = vars(self) | {"cells": [list(row) for row in self.cells]}
        return values | {"regions": {name: dict(own) for name, own in self.regions.items()}}


def restored(plain: Mapping[str, Any] | None) -> FaceMap | None:
    """Return the map of `FaceMap.plain`; None if there is none."""
    if plain is None:
        return None
    return FaceMap(**dict(plain) | {"cells": tuple(tuple(row) for row in plain["cells"])})


def make(image: Image, score: Score, points: Floats, side: Side | None) -> FaceMap:
    """Return the map of one crop.

    Args:
        image: (3, S, S) RGB, of the network's size.
        score: of one approach.
        points: from `regions.points_in_crop`.
        side: what the verdict says; None: the side that more speaks for.
    """
    values = occlusion.draw_map(image, score).maps[0]
    parts = regions.masks(points, values.shape[0])
    shares: dict[str, dict[str, float]] = {}
    if parts is not None:
        measured = {
            AREA: regions.areas(parts),
            FAKE: regions.shares(np.maximum(-values, 0), parts),
            REAL: regions.shares(np.maximum(values, 0), parts),
        }
        shares = {
            name: {kind: round(own[name], 4) for kind, own in measured.items()} for name in parts
        }
    coarse = cv2.resize(values, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    cells = tuple(tuple(float(value) for value in row.round(5)) for row in coarse)
    says = sentence(values, shares, side or (FAKE if values.sum() < 0 else REAL))
    return FaceMap(cells, shares, says, "" if shares else NO_POINTS)


def sentence(values: Floats, shares: Mapping[str, Mapping[str, float]], side: Side) -> str:
    """Return which region speaks most for ``side``, for its size.

    Args:
        values: (S, S) from `occlusion.draw_map`.
        shares: as `FaceMap.regions`.
        side: what is asked for.
    """
    if is_flat(values):
        return f"No part stands out: blurring any of them changes the score by less than {FLAT}."
    weights = -values if side == FAKE else values
    if weights.max() <= 0:
        return f"No part of this face speaks for {side}."
    if not shares:
        return f"{NO_POINTS[0].upper()}{NO_POINTS[1:]}."
    name = most(shares, side)
    own = shares[name]
    if own[side] < CLEAR * own[AREA]:
        largest = max(shares, key=lambda one: shares[one][side])
        share, area = shares[largest][side], shares[largest][AREA]
        verb = "have" if largest == regions.EYES else "has"
        return (
            f"No region stands out for {side}: {THE[largest].lower()}, {100 * area:.0f} % of the "
            f"picture, {verb} {100 * share:.0f} % of the evidence for it."
        )
    return (
        f"{THE[name]} speak{'' if name == regions.EYES else 's'} most for {side}: "
        f"{100 * own[side]:.0f} % of the evidence for {side}, on {100 * own[AREA]:.0f} % of the "
        "picture."
    )


def most(shares: Mapping[str, Mapping[str, float]], side: Side) -> str:
    """Return the region with the most weight for its size, of those with more than `SMALL`."""
    large = [name for name, own in shares.items() if own[side] >= SMALL and own[AREA] > 0]
    return max(large or shares, key=lambda name: shares[name][side] / (shares[name][AREA] or 1))


def telling(scores: Sequence[float], side: Side | None) -> int:
    """Return which frame's map is shown: the lowest score for fake, the highest for real.

    Args:
        scores: of the frames with a face; at least one.
        side: what the verdict says; None: the score nearest to the mean is taken.
    """
    known = np.asarray(scores, np.float64)
    if side is None:
        return int(np.abs(known - np.nanmean(known)).argmin())
    return int(np.nanargmin(known) if side == FAKE else np.nanargmax(known))
