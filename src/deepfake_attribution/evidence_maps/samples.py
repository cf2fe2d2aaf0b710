"""The crops whose maps are compared with the truth: fakes of every attack and their sources."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.quarter_turns import turned
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.sources import sources
from deepfake_attribution.core.stored_pictures import read_crop
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evidence_maps import masks
from deepfake_attribution.evidence_maps.occlusion import Image
from deepfake_attribution.render.plan import Clip
from deepfake_attribution.render.settings import RenderedDatabase

NOT_THERE, NO_FACE = "the video is not there", "no face was found"
NO_MASK = "the attack changed no pixel of the crop visibly"
PLACE = ("shard", "offset", "length", "hash")  # of a crop
Rings = list[list[Clip]]


@dataclass(frozen=True)
class Sample:
    """One crop of a test video.

    Attributes:
        dataset, video, attack: of the video.
        source: path of its real video.
        group: source videos that depend on each other (`core.sources`).
        slot: of the frame; -1: none has a face.
        crop: (H, H, 3) RGB; None if there is none.
        masks: attack -> (H, H) what it changed. Of a fake its own; of a real video those of all
            fakes made from it, as far as they changed something.
        landmarks, region, turn: of the face, as in the index of the faces.
        reason: why there is no crop, or no mask of a fake; else empty.
    """

    dataset: str
    video: str
    attack: str
    source: str
    group: str
    slot: int = -1
    crop: Image | None = None
    masks: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    landmarks: Sequence[float] = ()
    region: Sequence[int] = ()
    turn: int = 0
    reason: str = ""


def rings(name: str, settings: RenderedDatabase, seed: int, videos: int) -> Rings:
    """Return rings of test clips, drawn at random, with at least ``videos`` clips if there are.

    Args:
        name, settings, seed: of the rendered database.
        videos: real videos that are wanted.
    """
    found: dict[tuple[int, int], list[Clip]] = {}
    for clip in masks.clips(name, settings, seed):
        if clip.videos[0].split == "test":
            found.setdefault((clip.ring, clip.clip), []).append(clip)
    every = list(found.values())
    random = np.random.default_rng([seed, zlib.crc32(f"evidence maps {name}".encode())])
    chosen: Rings = []
    for place in random.permutation(len(every)):
        if sum(map(len, chosen)) >= videos:
            break
        chosen.append(every[place])
    return chosen


def of_database(
    name: str, chosen: Rings, drawn: Mapping[str, list[masks.Mask]]
) -> Iterator[Sample]:
    """Yield a sample of every video of the chosen rings, in their order.

    Args:
        name: of the database.
        chosen: from `rings`.
        drawn: path -> masks of its frames, of all fakes.
    """
    catalog = tables.read(paths.catalog(name))
    catalog["group"] = catalog["video"].map(sources(catalog))
    by_path = catalog.set_index("path")
    reader = ShardReader(paths.faces(name))
    faces = tables.read(paths.index(paths.faces(name)))
    crops = dict(list(faces[faces["person"] == 0].groupby("video", sort=False)))
    for clip in (clip for ring in chosen for clip in ring):
        masked = {video.attack: drawn[video.path] for video in clip.videos if video.path in drawn}
        for video in clip.videos:
            known = by_path.loc[video.path] if video.path in by_path.index else None
            key, group = ("", "") if known is None else (known["video"], known["group"])
            frame = _middle(crops.get(key))
            about: dict[str, Any] = {
                "dataset": name,
                "video": key or video.path,
                "attack": video.attack,
            }
            about |= {"source": video.source, "group": group or f"{name}/{video.source}"}
            if frame is None:
                yield Sample(**about, reason=NO_FACE if key else NOT_THERE)
                continue
            crop = read_crop(reader, *(frame[part] for part in PLACE))
            wanted = masked if video.attack == REAL else {video.attack: masked[video.attack]}
            found = {
                attack: in_crop(own[frame["frame"]], frame, crop.shape[0])
                for attack, own in wanted.items()
                if frame["frame"] < len(own)
            }
            found = {attack: mask for attack, mask in found.items() if mask.any()}
            yield Sample(
                **about,
                slot=int(frame["slot"]),
                crop=crop,
                masks=found,
                landmarks=list(frame["landmarks"]),
                region=list(frame["region"]),
                turn=int(frame["turn"]),
                reason=NO_MASK if video.attack != REAL and not found else "",
            )
    reader.close()


def in_crop(mask: masks.Mask, face: Mapping[str, Any], size: int) -> NDArray[np.bool_]:
    """Return the part of a frame's mask (H, W) that a crop shows, (size, size).

    Args:
        mask: of the frame; nothing outside the frame is changed.
        face: ``region`` and ``turn`` of the crop.
        size: pixels per side.
    """
    left, top, side = (int(value) for value in face["region"])
    whole = np.zeros((side, side), np.float32)
    rows = slice(max(top, 0), min(top + side, mask.shape[0]))
    columns = slice(max(left, 0), min(left + side, mask.shape[1]))
    part = mask[rows, columns]
    whole[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = part
    small = cv2.resize(whole, (size, size), interpolation=cv2.INTER_LINEAR) > 0.5
    return np.asarray(turned(small, int(face["turn"]) // 90))


def _middle(rows: pd.DataFrame | None) -> dict[Any, Any] | None:
    """Return the middle one of the frames with a crop; None if there is none."""
    found = [] if rows is None else rows[rows["status"] == "ok"].to_dict("records")
    return found[len(found) // 2] if found else None
