"""Maps of sampled crops by all approaches on a head, and how they compare with the truth."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.core.stored_pictures import scaled
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evidence_maps import approaches, occlusion, regions, truth
from deepfake_attribution.evidence_maps.occlusion import Floats, Image
from deepfake_attribution.evidence_maps.samples import Sample

NO_NETWORK = "the head has no ONNX file"
NO_POINTS = "the detector's points show no face"
Row = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """One sample under one approach.

    Attributes:
        row: a row of the table of crops (`files`).
        source_inside: of a real video: attack -> share inside the mask of the fake made from it.
        values: (S, S) the map; None if there is none.
    """

    row: Row
    source_inside: Mapping[str, float]
    values: Floats | None


def measure(own: approaches.OfHead, samples: Sequence[Sample]) -> list[Measured]:
    """Return what every approach on a head makes of every sample, sample by sample.

    Args:
        own: the approaches.
        samples: with or without a crop.
    """
    return [one for sample in samples for one in _of_sample(own, sample)]


def _of_sample(own: approaches.OfHead, sample: Sample) -> Iterator[Measured]:
    about = {key: getattr(sample, key) for key in ("dataset", "attack", "video", "source", "group")}
    about |= {"slot": sample.slot}
    reason = sample.reason or ("" if own.score else NO_NETWORK)
    if reason or sample.crop is None or own.score is None:
        for name in own.names:
            yield Measured({"approach": name, **about, "reason": reason}, {}, None)
        return
    image = np.asarray(cv2.split(scaled(sample.crop, own.size)), np.uint8)
    masks = {attack: _at(mask, own.size) for attack, mask in sample.masks.items()}
    evidence = occlusion.draw_map(image, own.score)
    areas = None
    if sample.attack != REAL:
        areas = _areas(image, own.score, evidence, _generator(sample.video))
    points = regions.points_in_crop(sample.landmarks, sample.region, sample.turn)
    parts = regions.masks(points, own.size)
    for place, name in enumerate(own.names):
        values, row = evidence.maps[place], {"approach": name, **about}
        weights = truth.for_fake(values)
        row |= {"score": float(evidence.whole[place])}
        row |= {"strongest": float(np.abs(values).max()), "reason": "" if parts else NO_POINTS}
        if parts:
            shares = regions.shares(weights, parts)
            row |= {f"{regions.FAKE_SHARE}{part}": share for part, share in shares.items()}
        inside = {attack: truth.inside(weights, mask) for attack, mask in masks.items()}
        if areas is not None:
            row |= {"inside": inside[sample.attack], "chance": masks[sample.attack].mean()}
            row |= {kind: float(found[place]) for kind, found in areas.items()}
            inside = {}
        yield Measured(row, inside, values)


def _areas(
    image: Image,
    score: occlusion.Score,
    evidence: occlusion.Evidence,
    random: np.random.Generator,
) -> dict[str, Floats]:
    """Return the areas of deletion and insertion by the maps, and by a random map, each (A,)."""
    cover = occlusion.blurred(image)
    chance = truth.random_map(occlusion.squares(image.shape[-1]), random)
    orders = [*evidence.maps, chance]
    batch = [truth.changed(image, cover, order) for order in orders]
    scores = score(np.concatenate([cover[None], *batch]))  # (A, 1 + (A + 1) * 2 * steps)
    bare = scores[:, 0]
    by_order = scores[:, 1:].reshape(len(scores), len(orders), -1)
    own = np.stack([by_order[place, place] for place in range(len(scores))])
    deletion, insertion = truth.areas(own, evidence.whole, bare)
    by_chance = truth.areas(by_order[:, -1], evidence.whole, bare)
    return {
        "deletion": deletion,
        "deletion_random": by_chance[0],
        "insertion": insertion,
        "insertion_random": by_chance[1],
    }


def _generator(video: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(video.encode()))


def _at(mask: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """Return a mask (H, H) at the size of the network, (size, size)."""
    way = cv2.INTER_AREA if mask.shape[0] > size else cv2.INTER_LINEAR
    found = cv2.resize(mask.astype(np.float32), (size, size), interpolation=way) >= 0.5
    return np.asarray(found)
