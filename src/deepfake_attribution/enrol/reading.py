"""Clips of a new attack as crops with embeddings; clips that cannot be used are listed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.bundle.gallery import ENROLLED_SCHEMA
from deepfake_attribution.analyse.bundle.joined import Clip
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.analyse.inputs import Found, Input
from deepfake_attribution.analyse.judging import EMBEDDING, frame_scores
from deepfake_attribution.analyse.names import shown
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.fingerprint import sha256
from deepfake_attribution.core.outputs import CLASSES, SELF_SCORING
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.scoring import PROBABILITY, SCORE

LEAST = 2  # clips: with fewer none is left to be recognised by the others
DATASET = "enrolled"
SOURCE = "source"  # column of a list of clips


@dataclass(frozen=True)
class Clips:
    """Clips with a face.

    Attributes:
        rows: of `ENROLLED_SCHEMA`: those of the attack, then reals.
        files: of each clip of the attack.
        lost: a line for each clip that is not used, with the reason.
        reals: of each real clip.
    """

    rows: pd.DataFrame
    files: list[Clip]
    lost: list[str]
    reals: list[Clip] = field(default_factory=list)


def read(
    name: str,
    found: Found,
    bundle: Bundle,
    analyser: Callable[[], AbstractContextManager[Analyser]],
    reals: Found | None = None,
) -> Clips:
    """Return the crops of clips, and which clips have none.

    Args:
        name: of the attack.
        found: its clips; a column ``source`` of a list says which clips are of one source, else
            each clip is one of its own.
        bundle: that embeds them.
        analyser: of the bundle.
        reals: real clips that join as further reals.

    Raises:
        UserError: fewer than `LEAST` clips are left, or a clip is known already.
    """
    given = [(name, one) for one in found.inputs]
    given += [(REAL, one) for one in reals.inputs] if reals is not None else []
    lost = [f"{shown(one.path)}: {shown(one.reason)}" for _, one in given if one.status]
    chosen, hashes, twice = _distinct([(label, one) for label, one in given if not one.status])
    lost += twice
    _check_new([one for _, one in chosen], hashes, bundle.record)
    wanted = [name, *([REAL] if reals is not None else [])]
    for label in wanted:
        check_enough(label, sum(own == label for own, _ in chosen), lost)
    keys = _keys(name, chosen)
    parts: list[pd.DataFrame] = []
    files: dict[str, list[Clip]] = {name: [], REAL: []}
    with analyser() as ready:
        results = ready.each(one.path for _, one in chosen)
        for (label, one), result in zip(chosen, results, strict=True):
            rows = _rows(result, bundle)
            if rows is None:
                lost.append(f"{shown(one.path)}: {shown(result.video.reason)}")
                continue
            source = one.about.get(SOURCE) or keys[one.path]
            about = {"video": keys[one.path], "dataset": DATASET, "attack": label, "split": "val"}
            parts.append(rows.assign(**about, x=np.nan, y=np.nan, source=source))
            files[label].append(Clip(name=shown(Path(one.path).name), sha256=hashes[one.path]))
    for label in wanted:
        check_enough(label, len(files[label]), lost)
    table = pd.concat(parts, ignore_index=True)[ENROLLED_SCHEMA.names]
    return Clips(table, files[name], lost, files[REAL])


def check_enough(name: str, count: int, lost: Sequence[str]) -> None:
    """Raise if an attack, or the reals given with it, have too few clips.

    Args:
        name: of the attack, or ``real``.
        count: clips that can be used.
        lost: why others cannot.
    """
    if count >= LEAST:
        return
    why = f" (not used: {'; '.join(lost[:3])}{' ...' if len(lost) > 3 else ''})" if lost else ""
    have = counted(count, "clip") if count else "no clip"
    raise UserError(f"{name}: {have} can be used, but {LEAST} are needed: give more{why}")


def _distinct(
    inputs: Sequence[tuple[str, Input]],
) -> tuple[list[tuple[str, Input]], dict[str, str], list[str]]:
    """Return inputs with different contents, path -> hash, and a line for each copy."""
    first: dict[str, str] = {}
    kept, hashes, twice = [], {}, []
    for label, one in inputs:
        digest = _hash(Path(one.path))
        if digest in first:
            twice.append(f"{shown(one.path)}: the same content as {shown(first[digest])}")
            continue
        first[digest], hashes[one.path] = one.path, digest
        kept.append((label, one))
    return kept, hashes, twice


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder of images, of its files' hashes."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.is_file())
        return hashlib.sha256("".join(map(sha256, files)).encode()).hexdigest()
    return sha256(path)


def _check_new(chosen: Sequence[Input], hashes: Mapping[str, str], record: Record) -> None:
    older = {
        clip.sha256: name
        for one in record.enrolled
        for name, clips in ((one.name, one.clips), (REAL, one.reals))
        for clip in clips
    }
    for one in chosen:
        name = older.get(hashes[one.path])
        if name is not None:
            raise UserError(
                f"{shown(one.path)}: was enrolled as {name}: a clip shows one attack only; leave "
                "it out"
            )


def _keys(name: str, chosen: Sequence[tuple[str, Input]]) -> dict[str, str]:
    """Return path -> key of the video: without folders, and different for each clip."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for label, one in chosen:
        place = f"{DATASET}/{name}/{'reals/' if label == REAL else ''}"
        own = key = place + shown(Path(one.path).name)
        number = 1
        while key in taken:
            number += 1
            key = f"{own} ({number})"
        taken.add(key)
        keys[one.path] = key
    return keys


def _rows(result: VideoResult, bundle: Bundle) -> pd.DataFrame | None:
    """Return the crops of the person that decides a video; None without a usable face."""
    person = result.video.person
    seen = [one for one in result.frames if one.crop is not None and one.person == person]
    if result.video.score is None or not seen:
        return None
    contents = [one.crop for one in seen if one.crop is not None]
    scored = frame_scores(contents, [0] * len(contents), bundle)
    kept = np.isfinite(scored[SCORE].to_numpy(np.float64))
    output = bundle.description.output
    shares: list[np.ndarray | None] = [None] * len(seen)
    if output in SELF_SCORING:
        columns = [f"{PROBABILITY}{name}" for name in bundle.record.classes]
        if output != CLASSES:
            scored["fake"] = 1 - scored[SCORE]
            columns = [SCORE, "fake"]
        shares = list(scored[columns].to_numpy(np.float32))
    table = pd.DataFrame(
        {
            "slot": [one.slot for one in seen],
            "person": 0,
            "embedding": scored[EMBEDDING].to_list(),
            "shares": shares,
        }
    )
    return table[kept] if kept.any() else None
