"""A trained approach, ready to be asked about videos."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Self

import pandas as pd

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.judging import frame_scores, judge
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import OK, Frame, Said, VideoResult
from deepfake_attribution.analyse.searching import check_is_one
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.analyse.watching import CONTENT, Way, warm, watch
from deepfake_attribution.analyse.workplace import workplace
from deepfake_attribution.evaluate.scoring import PREDICTED, SCORE, without_crop
from deepfake_attribution.workers.apart import Team, module_paths

IDLE = 1800.0  # seconds that a process with all libraries loaded waits for another video
READING, JUDGING = "reading", "judging"
AHEAD = 2  # videos per worker that are begun before their turn: what memory is needed for


class Analyser:
    """A trained approach, ready to be asked about videos.

    A context manager: `close` ends its processes and removes its temporary folder. Its methods may
    be called from several threads.

    Args:
        bundle: the approach.
        options: how videos are looked at.
    """

    def __init__(self, bundle: Bundle, options: Options | None = None) -> None:
        self.bundle = bundle
        self.options = options or Options()
        record, chosen = bundle.record, self.options
        crop = record.crop
        if chosen.faces == "all":
            crop = crop.model_copy(update={"subject": "all"})
        self._way = Way(
            record.extract,
            crop,
            record.detector,
            bundle.detector.absolute(),
            "auto",
            chosen.max_minutes,
            chosen.max_seconds,
        )
        self._least = min(chosen.least_faces, record.extract.frames)
        self._around = Surroundings(bundle, chosen.neighbours)
        self._held = ExitStack()
        self._folder = self._held.enter_context(workplace("analysis"))
        self._team = Team(str(self._folder), module_paths(), idle=IDLE)
        self._held.callback(self._team.end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End its processes, whatever they do, and remove its temporary folder."""
        self._held.close()

    def warm(self) -> None:
        """Load now what the first video would wait for.

        Raises:
            UserError: the face finder cannot be made.
        """
        warm(self._way, self._team)

    def analyse(self, path: str | Path, tell: Callable[[str], None] | None = None) -> VideoResult:
        """Return what the approach says of one video: a file, or a folder of images.

        Nothing is raised for what a file may hold: a status and a reason say why there is no
        verdict.

        Args:
            path: of the video.
            tell: is called with what is being done: ``reading``, then ``judging``.

        Raises:
            UserError: the face finder cannot be made, or ``path`` is a folder of videos.
            OSError: the disk is full or the like.
        """
        check_is_one(Path(path))
        begun = time.monotonic()
        say = tell or (lambda doing: None)
        say(READING)
        rows = watch(Path(path).absolute(), self._way, self._team, self._folder)
        say(JUDGING)
        seen = [row for row in rows if row[CONTENT] is not None]
        people: list[Said] = []
        scores = pd.DataFrame()
        if seen:
            contents, persons = [row[CONTENT] for row in seen], [row["person"] for row in seen]
            scores = frame_scores(contents, persons, self.bundle)
            people = judge(scores, self.bundle, self._around, self._least)
        return VideoResult(
            path=str(path),
            approach=self.bundle.record.approach,
            threshold=self.bundle.record.threshold.value,
            score_kind=self.bundle.record.score_kind,
            video=_least_real(people, rows),
            people=tuple(people),
            frames=tuple(_frames(rows, scores)),
            asked=self.bundle.record.extract.frames,
            seconds=time.monotonic() - begun,
        )

    def each(self, paths: Iterable[str | Path]) -> Iterator[VideoResult]:
        """Yield what is said of each video, in the order of ``paths``; several are read at a time.

        Args:
            paths: taken as they are needed.

        Raises:
            UserError, OSError: as `analyse`.
        """
        import joblib

        workers = self.options.workers or int(joblib.cpu_count())
        waiting: deque[Future[VideoResult]] = deque()
        left = iter(paths)
        pool = ThreadPoolExecutor(workers)
        try:
            for path in islice(left, AHEAD * workers):
                waiting.append(pool.submit(self.analyse, path))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(self.analyse, path) for path in islice(left, 1))
                yield result
        finally:
            # Whoever stops early does not wait for videos that are being read: `close` ends them.
            pool.shutdown(wait=not waiting, cancel_futures=True)


def _least_real(people: list[Said], rows: list[dict[str, Any]]) -> Said:
    """Return what is said of the video: that of its least real person, as in `scoring`."""
    scored = [person for person in people if person.score is not None]
    if scored:
        # a verdict comes before none: who was hardly seen does not decide
        return min(scored, key=lambda person: (person.status != OK, person.score))
    if people:
        return people[0]
    lost = without_crop(pd.DataFrame(rows)).iloc[0]
    reasons = {row["reason"] for row in rows}
    told = reasons.pop() if len(reasons) == 1 else str(lost["reason"])
    return Said(0, str(lost["status"]), told)


def _frames(rows: list[dict[str, Any]], scores: pd.DataFrame) -> Iterator[Frame]:
    """Yield what became of each row; ``scores`` are those of the rows with a crop, in order."""
    told = iter(scores.to_dict("records"))
    for row in rows:
        found: dict[Any, Any] = next(told) if row[CONTENT] is not None else {}
        predicted = found.get(PREDICTED)
        yield Frame(
            slot=row["slot"],
            frame=row["frame"],
            time_s=row["time_s"],
            person=row["person"],
            status=row["status"],
            reason=row["reason"] or "",
            box=tuple(row["box"]) if row["box"] is not None else None,
            score=found.get(SCORE),
            predicted=predicted if isinstance(predicted, str) else None,
            crop=row[CONTENT],
        )
