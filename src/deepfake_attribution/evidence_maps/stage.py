"""What the stage ``evidence_maps`` does: maps of simulated fakes, compared with their masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from joblib import Parallel, delayed

from deepfake_attribution.core import images
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evidence_maps import (
    approaches,
    drawn,
    files,
    masks,
    measuring,
    overlay,
    results,
    samples,
)
from deepfake_attribution.evidence_maps.measuring import Measured
from deepfake_attribution.evidence_maps.occlusion import Image
from deepfake_attribution.evidence_maps.samples import Sample
from deepfake_attribution.render.settings import RenderedDatabase

SIDE = 160  # pixels of an example
QUALITY = 90


@dataclass(frozen=True)
class Settings:
    """Settings of the stage.

    Attributes:
        videos: ``evaluate.evidence_maps``.
        grad_cam: ``evaluate.grad_cam``.
        heads: names of the heads.
        training: datasets that were trained on.
        seed: of the project; it drew the databases.
        trained_with: the first training seed.
        draws, level: ``uncertainty.draws`` and ``.level``.
        workers: ``compute.workers``.
    """

    videos: int
    grad_cam: bool
    heads: Sequence[str]
    training: Sequence[str]
    seed: int
    trained_with: int
    draws: int
    level: float
    workers: int


def compare(
    rendered: Mapping[str, RenderedDatabase], classes: Sequence[str], settings: Settings
) -> pd.DataFrame:
    """Write everything, and return the results.

    Args:
        rendered: the rendered databases that are datasets; of no others are the masks known.
        classes: that were trained on.
        settings: how.
    """
    found = sampled(rendered, settings) if settings.videos else []
    with_cams = settings.grad_cam and bool(found)
    # in this process: ONNX Runtime uses all cores by itself
    every = [
        one
        for head in settings.heads
        for one in measuring.measure(
            approaches.of_head(head, settings.trained_with, with_cams), found
        )
    ]
    rows = with_sources(every)
    crops = pd.DataFrame(rows, columns=files.CROPS.names)
    table = results.rows(
        crops, settings.training, classes, settings.draws, settings.level, settings.seed
    )
    files.write(rows, table, examples(found, every), drawn.rows(found, every))
    return table


def sampled(rendered: Mapping[str, RenderedDatabase], settings: Settings) -> list[Sample]:
    """Return the samples of all databases; several processes draw the masks."""
    chosen = {
        name: samples.rings(name, own, settings.seed, settings.videos)
        for name, own in rendered.items()
    }
    tasks = [(name, ring) for name, rings in chosen.items() for ring in rings]
    masked = Parallel(n_jobs=settings.workers or -1, backend="loky")(
        delayed(masks.draw)(name, rendered[name], settings.seed, ring) for name, ring in tasks
    )
    of: dict[str, dict[str, list[masks.Mask]]] = {name: {} for name in chosen}
    for (name, _), own in zip(tasks, masked, strict=True):
        of[name] |= own
    return [
        one for name, rings in chosen.items() for one in samples.of_database(name, rings, of[name])
    ]


def with_sources(measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """Return the rows of all crops; fakes with the share that their source's map has."""
    keys = ("approach", "method", "dataset", "source")
    known = {
        (*(one.row[key] for key in keys), attack): share
        for one in measured
        for attack, share in one.source_inside.items()
    }
    return [
        one.row | {"source_inside": known.get((*(one.row[key] for key in keys), one.row["attack"]))}
        for one in measured
    ]


def examples(found: Sequence[Sample], measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """Return pictures of the first fake of each dataset and attack: its mask, then all maps.

    Those of occlusion only, which `analyse` draws, too.
    """
    first: dict[tuple[str, str], Sample] = {}
    for sample in found:
        if sample.attack != REAL and not sample.reason:
            first.setdefault((sample.dataset, sample.attack), sample)
    by_video: dict[tuple[str, str], list[Measured]] = {}
    for one in measured:
        if one.row["method"] == files.OCCLUSION:
            by_video.setdefault((one.row["dataset"], one.row["video"]), []).append(one)
    rows = []
    for (dataset, attack), sample in first.items():
        assert sample.crop is not None
        about = {"dataset": dataset, "attack": attack, "video": sample.video}
        face = sample.crop.transpose(2, 0, 1)
        masked = overlay.outlined(face, sample.masks[attack], SIDE)
        rows.append(about | {"approach": "", "picture": _jpeg(masked)})
        for one in by_video[dataset, sample.video]:
            if one.values is not None:
                picture = _jpeg(overlay.draw(face, one.values, SIDE))
                named = {"approach": one.row["approach"], "score": one.row["score"]}
                rows.append(about | named | {"picture": picture})
    return rows


def _jpeg(image: Image) -> bytes:
    return images.encode(image, "jpeg", QUALITY)
