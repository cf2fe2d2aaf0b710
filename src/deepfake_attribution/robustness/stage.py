"""What the stage ``robustness`` does: damaged copies of test videos, scored and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.code import code_of
from deepfake_attribution.core.durable import claim, discard
from deepfake_attribution.core.fingerprint import fingerprint, stamp
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty.files import tested_videos
from deepfake_attribution.evidence_maps.approaches import CLASSIFIERS
from deepfake_attribution.heads.registry import about
from deepfake_attribution.robustness import files, results, samples, scoring
from deepfake_attribution.robustness.copies import Stored
from deepfake_attribution.workers.blocks import process

BLOCK = 4  # videos; each is damaged in 30 ways, so a block of `compute.block_videos` would be long
ABOUT = ["dataset", "attack"]


@dataclass(frozen=True)
class Settings:
    """Settings of the stage.

    Attributes:
        videos: ``evaluate.robustness``.
        heads: names of the heads.
        training: datasets that were trained on.
        reals_from, families: of the section ``databases``.
        stored: how pictures are stored.
        seed: of the project.
        trained_with: the first training seed.
        draws, level: ``uncertainty.draws`` and ``.level``.
    """

    videos: int
    heads: Sequence[str]
    training: Sequence[str]
    reals_from: Mapping[str, str]
    families: Mapping[str, Sequence[str]]
    stored: Stored
    seed: int
    trained_with: int
    draws: int
    level: float


def measure(
    roots: Mapping[str, Path], settings: Settings, compute: Compute, work: Path, out: Path
) -> pd.DataFrame:
    """Write the tables of `files`, and return the results.

    Args:
        roots: dataset -> folder of its videos.
        settings: how.
        compute: how the work is spread.
        work: folder for unfinished work; removed at the end.
        out: folder for the tables.
    """
    if not settings.videos:
        table = results.none()
        files.write(pd.DataFrame(columns=[*scoring.SCHEMA.names, *ABOUT]), table, out)
        return table
    tested = tested_videos(list(roots))
    chosen = samples.choose(tested, samples.with_crop(list(roots)), settings.videos, settings.seed)
    thresholds = _thresholds(settings)
    with claim(work):
        scores = _scored(chosen, roots, tuple(thresholds), settings, compute, work)
        names = [name for name in roots if name in set(tested["dataset"])]
        protocol = Protocol(settings.training, names, settings.reals_from, settings.families)
        table = results.rows(
            scores, chosen, thresholds, protocol, settings.draws, settings.level, settings.seed
        )
        of_video = chosen.set_index("video")[ABOUT]
        files.write(scores.join(of_video, on="video"), table, out)
        discard(work)
    return table


def _scored(
    chosen: pd.DataFrame,
    roots: Mapping[str, Path],
    names: tuple[str, ...],
    settings: Settings,
    compute: Compute,
    work: Path,
) -> pd.DataFrame:
    """Return the rows of `scoring.SCHEMA` of all chosen videos."""
    every = samples.read(chosen, roots)
    datasets = tuple(dict.fromkeys(one.dataset for one in every))
    job = scoring.Job(
        heads=tuple(settings.heads),
        names=names,
        trained_with=settings.trained_with,
        seed=settings.seed,
        stored=settings.stored,
        datasets=datasets,
    )
    models = [
        file.read_bytes()
        for folder in _models(settings)
        for file in sorted(folder.glob("*"))
        if file.is_file()
    ]
    indices = [
        paths.index(of(name)).read_bytes()
        for name in datasets
        for of in (paths.faces, paths.frames)
    ]
    videos = [(one.video, str(one.path), stamp(one.path)) for one in every]
    name = fingerprint(repr(job), videos, *models, *indices, BLOCK, code_of("robustness"))
    blocks = [every[start : start + BLOCK] for start in range(0, len(every), BLOCK)]
    packed = work / f"{name}-packed"
    rows = process(
        blocks, scoring.kind_of(job), work / name, packed, compute, "damaged test videos"
    )
    table = pd.DataFrame(list(rows), columns=scoring.SCHEMA.names)
    return table.astype({"score": "float64", "error": "float64"})


def _thresholds(settings: Settings) -> dict[str, float]:
    """Return approach -> its threshold at the video level, in the order of the tables."""
    found: dict[str, float] = {}
    for head in settings.heads:
        figures = tables.read(paths.results(head) / "figures.parquet")
        own = figures[(figures["level"] == "video") & (figures["seed"] == settings.trained_with)]
        first = own.drop_duplicates("approach")
        pairs = zip(first["approach"], first["threshold"], strict=True)
        found |= {str(approach): float(threshold) for approach, threshold in pairs}
    return found


def _models(settings: Settings) -> list[Path]:
    """Return the folders of the heads and of all classifiers on them."""
    seed = settings.trained_with
    heads = [paths.model(head, seed) for head in settings.heads]
    fitted = [head for head in settings.heads if about(head).fitted]
    return heads + [paths.classifier(head, kind, seed) for head in fitted for kind in CLASSIFIERS]
