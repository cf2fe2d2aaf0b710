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
from deepfake_attribution.evidence_maps.files import GRAD_CAM, OCCLUSION
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
    reason = sample.reason or ("" if own.score else NO_NETWORK)
    if reason or sample.crop is None or own.score is None:
        lost = [(name, OCCLUSION) for name in own.names]
        lost += [(name, GRAD_CAM) for name in own.grad_cams]
        for name, method in lost:
            row = {"approach": name, "method": method, **_about(sample), "reason": reason}
            yield Measured(row, {}, None)
        return
    image = np.asarray(cv2.split(scaled(sample.crop, own.size)), np.uint8)
    evidence = occlusion.draw_map(image, own.score)
    yield from _of_method(OCCLUSION, own.names, own, sample, image, evidence)
    if own.grad_cams:
        maps = np.stack([draw(image) for draw in own.grad_cams.values()])
        places = [own.names.index(name) for name in own.grad_cams]
        drawn = occlusion.Evidence(evidence.whole[places], maps)
        yield from _of_method(GRAD_CAM, list(own.grad_cams), own, sample, image, drawn)


def _of_method(
    method: str,
    names: Sequence[str],
    own: approaches.OfHead,
    sample: Sample,
    image: Image,
    evidence: occlusion.Evidence,
) -> Iterator[Measured]:
    """Yield what maps, one for each of ``names``, make of a sample.

    Args:
        method: that drew the maps.
        names: of approaches on the head.
        own: the approaches.
        sample: with a crop.
        image: its crop, (3, S, S), at the size of the network.
        evidence: the scores and maps of ``names``.
    """
    masks = {attack: _at(mask, own.size) for attack, mask in sample.masks.items()}
    areas = None
    if sample.attack != REAL and own.score is not None:
        areas = _areas(image, own, names, evidence, _generator(sample.video))
    points = regions.points_in_crop(sample.landmarks, sample.region, sample.turn)
    parts = regions.masks(points, own.size)
    for place, name in enumerate(names):
        values = evidence.maps[place]
        row: Row = {"approach": name, "method": method, **_about(sample)}
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


def _about(sample: Sample) -> Row:
    keys = ("dataset", "attack", "video", "source", "group", "slot")
    return {key: getattr(sample, key) for key in keys}


def _areas(
    image: Image,
    own: approaches.OfHead,
    names: Sequence[str],
    evidence: occlusion.Evidence,
    random: np.random.Generator,
) -> dict[str, Floats]:
    """Return the areas of deletion and insertion by the maps, and by a random map, each (N,)."""
    assert own.score is not None
    cover = occlusion.blurred(image)
    chance = truth.random_map(occlusion.squares(image.shape[-1]), random)
    orders = [*evidence.maps, chance]
    batch = [truth.changed(image, cover, order) for order in orders]
    every = own.score(np.concatenate([cover[None], *batch]))  # (A, 1 + (N + 1) * 2 * steps)
    scores = every[[own.names.index(name) for name in names]]
    bare = scores[:, 0]
    by_order = scores[:, 1:].reshape(len(scores), len(orders), -1)
    by_map = np.stack([by_order[place, place] for place in range(len(scores))])
    deletion, insertion = truth.areas(by_map, evidence.whole, bare)
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
