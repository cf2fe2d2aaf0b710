"""Runs the analysis of all inputs, one after the other; finished videos are skipped."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.folder import ResultsFolder
from deepfake_attribution.analyse.inputs import Found, Input
from deepfake_attribution.analyse.results import PersonResult, VideoResult
from deepfake_attribution.core.fingerprint import stamp


@dataclass(frozen=True)
class Done:
    """An input with its result.

    Attributes:
        given: the input.
        result: without crops.
        again: whether the result is from an earlier run.
    """

    given: Input
    result: VideoResult
    again: bool = False


def run(
    found: Found, analyser: Callable[[], Analyser], bundle: Bundle, folder: ResultsFolder | None
) -> Generator[Done]:
    """Yield every input with its result, in order.

    Args:
        found: the inputs.
        analyser: makes the analyser; called only if an input must be analysed.
        bundle: the model.
        folder: stores results and has finished ones; None: results are not stored.
    """
    new = [one for one in found.inputs if not one.status and not _is_known(one, folder)]
    if not new:
        for one in found.inputs:
            yield looked_at_before(one, bundle, folder)
        return
    seen: dict[str, tuple[int, int]] = {}

    def next_ones() -> Iterator[str]:
        for one in new:
            seen[one.path] = stamp(Path(one.path))  # so a change during reading is found later
            yield one.path

    left = {one.path for one in new}
    with analyser() as ready:
        results = ready.each(next_ones())
        for one in found.inputs:
            if one.path not in left:
                yield looked_at_before(one, bundle, folder)
                continue
            result = next(results)
            if folder is not None:
                folder.add(result, seen.pop(one.path))
            frames = tuple(replace(frame, crop=None, picture=None) for frame in result.frames)
            yield Done(one, replace(result, frames=frames))


def _is_known(one: Input, folder: ResultsFolder | None) -> bool:
    return folder is not None and folder.holds(one.path)


def looked_at_before(one: Input, bundle: Bundle, folder: ResultsFolder | None) -> Done:
    """Return an input that is not analysed: it is no video, or is finished."""
    if one.status or folder is None:
        return Done(one, refused(one, bundle))
    return Done(one, folder.kept(one.path), True)


def refused(one: Input, bundle: Bundle) -> VideoResult:
    """Return the result of an input that leads to no video."""
    record = bundle.record
    return VideoResult(
        path=one.path,
        approach=record.approach,
        threshold=record.threshold.value,
        score_kind=record.score_kind,
        attack_by=record.names_attacks,
        video=PersonResult(0, one.status, one.reason),
        asked=record.extract.frames,
    )
