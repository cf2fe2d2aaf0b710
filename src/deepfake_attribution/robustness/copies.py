"""Damaged copies of the crops of a video: the same frames and the same boxes.

A crop of a damaged frame is cut and stored exactly as the steps extract and crop do it, so a frame
without damage gives the stored crop byte for byte. Faces are not searched again: the question is
what the scores lose, not what the detector loses.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from deepfake_attribution.core import images
from deepfake_attribution.core.quarter_turns import turned
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import read_crop, read_frame
from deepfake_attribution.faces import cropping
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.frames.decoding import UnreadableError
from deepfake_attribution.robustness import encoding
from deepfake_attribution.robustness.damage import (
    CRF,
    NONE,
    ON_CROPS,
    SCALE,
    Image,
    on_crop,
    smaller,
    strengths,
)
from deepfake_attribution.robustness.samples import PLACE, Sample


@dataclass(frozen=True)
class Stored:
    """How pictures are stored.

    Attributes:
        crop: section ``crop``.
        format, quality: of frames, ``extract.format`` and ``.quality``.
    """

    crop: Crop
    format: str
    quality: int


@dataclass(frozen=True)
class Copies:
    """The crops of a video under one kind of damage.

    Attributes:
        kind: of `damage`, or ``none``.
        strength: of the damage; 0 for ``none``.
        crops: (S, S, 3) RGB each, in the order of the sample's.
        reason: why there are none; else empty.
    """

    kind: str
    strength: float
    crops: Sequence[Image] = field(default=(), repr=False)
    reason: str = ""


def of_sample(
    sample: Sample, faces: ShardReader, frames: ShardReader, how: Stored, seed: int
) -> Iterator[Copies]:
    """Yield the stored crops, then the copies of every kind and strength.

    Args:
        sample: the video.
        faces, frames: of its dataset's folders.
        how: pictures are stored.
        seed: of the noise.
    """
    crops = [read_crop(faces, *(row[part] for part in PLACE)) for row in sample.crops]
    yield Copies(NONE, 0.0, crops)
    yield from _encoded(sample, how)
    pictures = {
        row["slot"]: read_frame(frames, *(sample.frames[row["slot"]][part] for part in PLACE))
        for row in sample.crops
    }
    for strength in strengths(SCALE):
        small = {slot: smaller(picture, strength) for slot, picture in pictures.items()}
        yield _cut(SCALE, strength, sample, how, small, "slot", pictures)
    patterns = [
        _pattern(sample.video, row, crop, seed)
        for row, crop in zip(sample.crops, crops, strict=True)
    ]
    for kind in ON_CROPS:
        for strength in strengths(kind):
            pairs = zip(crops, patterns, strict=True)
            yield Copies(kind, strength, [on_crop(kind, strength, *pair) for pair in pairs])


def cut_out(picture: Image, face: Mapping[str, Any], how: Stored, whole: Sequence[int]) -> Image:
    """Return the crop of a face as the crop step stores it.

    Args:
        picture: (H, W, 3) the frame, scaled or not.
        face: its row of the index: ``box`` and ``turn``.
        how: crops are stored.
        whole: shape of the frame that the box is in.
    """
    sides = np.array([picture.shape[1] / whole[1], picture.shape[0] / whole[0]])  # x, y
    box = np.asarray(face["box"], np.float64) * np.tile(sides, 2)
    own = how.crop
    cut = turned(cropping.crop(picture, box, own.margin, own.size), int(face["turn"]) // 90)
    return images.decode(images.encode(cut, own.format, own.quality))


def _encoded(sample: Sample, how: Stored) -> Iterator[Copies]:
    """Yield the copies of each CRF; one pass over the video makes all."""
    rates = strengths(CRF)
    try:
        found = encoding.encoded(sample.path, rates, {row["frame"] for row in sample.crops})
    except UnreadableError as error:
        yield from (Copies(CRF, rate, reason=str(error)) for rate in rates)
        return
    for rate, pictures in zip(rates, found, strict=True):
        stored = {
            number: images.decode(images.encode(picture, how.format, how.quality))
            for number, picture in pictures.items()
        }
        yield _cut(CRF, rate, sample, how, stored, "frame")


def _cut(
    kind: str,
    strength: float,
    sample: Sample,
    how: Stored,
    pictures: Mapping[int, Image],
    key: str,
    whole: Mapping[int, Image] | None = None,
) -> Copies:
    """Return the crops of damaged frames, ``pictures``, named by the column ``key``.

    Args:
        kind, strength: of the damage.
        sample, how: as in `of_sample`.
        pictures: the frames.
        key: ``slot`` or ``frame``.
        whole: the frames at the size that the boxes are in; None: ``pictures``.
    """
    sizes = {number: one.shape for number, one in (whole or pictures).items()}
    try:
        cut = [cut_out(pictures[row[key]], row, how, sizes[row[key]]) for row in sample.crops]
    except ValueError as error:  # a box that only touches the edge may leave a smaller frame
        return Copies(kind, strength, reason=str(error))
    return Copies(kind, strength, cut)


def _pattern(video: str, face: Mapping[str, Any], crop: Image, seed: int) -> np.ndarray:
    """Return the noise of a crop, (S, S, 3); all strengths have the same pattern."""
    key = [seed, zlib.crc32(video.encode()), face["slot"], face["person"]]
    return np.random.default_rng(key).standard_normal(crop.shape)
