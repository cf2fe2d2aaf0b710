"""Scores of damaged copies by all approaches: what a worker does with a block of videos."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from deepfake_attribution.core import paths
from deepfake_attribution.core.shards import ShardReader
from deepfake_attribution.core.stored_pictures import scaled
from deepfake_attribution.evidence_maps import approaches
from deepfake_attribution.robustness.copies import Copies, Stored, of_sample
from deepfake_attribution.robustness.damage import DAMAGES, NONE, Image, error
from deepfake_attribution.robustness.samples import Sample
from deepfake_attribution.workers.block_files import Kind, Row

Floats = NDArray[np.float64]
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("approach", "video", "kind")),
        ("strength", pa.float64()),  # of the damage; 0 for the untouched crops
        ("score", pa.float64()),  # of the video; null: none
        ("crops", pa.int32()),
        ("error", pa.float64()),  # mean of `damage.error` to the untouched crops; null: none
        ("reason", pa.string()),  # why there is no score; else empty
    ]
)
NO_NETWORK = "the head has no ONNX file"
NO_NUMBER = "the score of no crop is a number"
AT_ONCE = 32  # crops that a network takes together


@dataclass(frozen=True)
class Job:
    """What every worker needs to know.

    Attributes:
        heads: their names.
        names: of all approaches on them, in order.
        trained_with: the training seed of the heads.
        seed: of the project, for the noise.
        stored: how pictures are stored.
        datasets: whose folders are read.
    """

    heads: tuple[str, ...]
    names: tuple[str, ...]
    trained_with: int
    seed: int
    stored: Stored
    datasets: tuple[str, ...]


def kind_of(job: Job) -> Kind:
    """Return how rows of `SCHEMA` are made of blocks of `Sample`."""
    folders = [of(name) for name in job.datasets for of in (paths.faces, paths.frames)]
    return Kind(partial(_produce, job=job), partial(_lost, job=job), SCHEMA, tuple(folders))


def _produce(block: Sequence[Sample], job: Job) -> Iterator[Row]:
    heads = _heads(job.heads, job.trained_with)
    with ExitStack() as opened:
        for sample in block:
            faces = opened.enter_context(closing(ShardReader(paths.faces(sample.dataset))))
            frames = opened.enter_context(closing(ShardReader(paths.frames(sample.dataset))))
            yield from of_video(sample, faces, frames, heads, job)


@lru_cache(maxsize=1)
def _heads(names: tuple[str, ...], seed: int) -> list[approaches.OfHead]:
    """Return the approaches on all heads, loaded once per worker."""
    return [approaches.of_head(name, seed) for name in names]


def _lost(sample: Sample, how: str, job: Job) -> Iterator[Row]:
    """Yield the rows of a video that killed every process that damaged it."""
    every = [(NONE, 0.0), *((one.kind, each) for one in DAMAGES for each in one.strengths)]
    for kind, strength in every:
        for name in job.names:
            yield _row(name, sample, Copies(kind, strength), None, None, f"the damage {how}")


def of_video(
    sample: Sample,
    faces: ShardReader,
    frames: ShardReader,
    heads: Sequence[approaches.OfHead],
    job: Job,
) -> Iterator[Row]:
    """Yield a row per kind, strength and approach of a video.

    Args:
        sample: the video.
        faces, frames: of its dataset's folders.
        heads: the approaches.
        job: seed, and how pictures are stored.
    """
    people = np.array([row["person"] for row in sample.crops])
    every = list(of_sample(sample, faces, frames, job.stored, job.seed))
    crops = [crop for copies in every for crop in copies.crops]
    found = [scores(head, crops) for head in heads]  # of all copies: fewer and larger batches
    start = 0
    for copies in every:
        own = slice(start, start + len(copies.crops))
        start = own.stop
        errors = [error(*pair) for pair in zip(copies.crops, every[0].crops, strict=False)]
        lost = float(np.mean(errors)) if errors else None
        for head, of_crops in zip(heads, found, strict=True):
            for place, name in enumerate(head.names):
                score, reason = None, copies.reason
                if not reason and of_crops is None:
                    reason = NO_NETWORK
                elif not reason and of_crops is not None:
                    score = least_real(of_crops[place, own], people)
                    reason = "" if np.isfinite(score) else NO_NUMBER
                yield _row(name, sample, copies, None if reason else score, lost, reason)


def scores(head: approaches.OfHead, crops: Sequence[Image]) -> Floats | None:
    """Return the scores of crops by each approach on a head, (A, N); None without a network."""
    if head.score is None:
        return None
    planes = np.stack([np.asarray(cv2.split(scaled(crop, head.size)), np.uint8) for crop in crops])
    parts = [planes[start : start + AT_ONCE] for start in range(0, len(planes), AT_ONCE)]
    return np.concatenate([head.score(part) for part in parts], axis=1)


def least_real(scores: Floats, people: NDArray[np.int_]) -> float:
    """Return the score of a video as `evaluate.scoring` defines it; NaN if there is none.

    The mean over a person's crops, of the person with the lowest one.

    Args:
        scores: (N,) of crops; those that are not finite do not count.
        people: (N,) number of the person of each.
    """
    finite = np.isfinite(scores)
    known = np.unique(people[finite])
    means = [float(scores[finite & (people == person)].mean()) for person in known]
    return min(means, default=float("nan"))


def _row(
    approach: str,
    sample: Sample,
    copies: Copies,
    score: float | None,
    lost: float | None,
    reason: str,
) -> Row:
    values: dict[str, Any] = {"approach": approach, "video": sample.video, "kind": copies.kind}
    values |= {"strength": copies.strength, "score": score, "crops": len(copies.crops)}
    return Row(values | {"error": lost, "reason": reason})
