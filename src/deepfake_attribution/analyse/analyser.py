"""A trained approach that analyses videos."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Self

import pandas as pd

from deepfake_attribution.analyse import face_maps, stills
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.judging import frame_scores, judge
from deepfake_attribution.analyse.naming import Naming
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.results import (
    NOT_KNOWN,
    OK,
    Frame,
    PersonResult,
    VideoResult,
)
from deepfake_attribution.analyse.searching import check_is_one
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.analyse.watching import (
    CONTENT,
    NOTE,
    PICTURE,
    SIZE,
    Way,
    facts,
    loads,
    watch,
)
from deepfake_attribution.analyse.workplace import workplace
from deepfake_attribution.evaluate.scoring import PREDICTED, SCORE, without_crop
from deepfake_attribution.evidence_maps.face_map import FaceMap
from deepfake_attribution.workers.apart import module_paths
from deepfake_attribution.workers.team import Team

IDLE = 1800.0  # seconds that a process with all libraries loaded waits for another video
READING, JUDGING = "reading", "judging"
ORDER = ("fake", NOT_KNOWN, "real", None)  # verdicts, the one that decides first
AHEAD = 2  # videos per worker that are started before their turn; memory grows with it


class Analyser:
    """A trained approach that analyses videos.

    A context manager: `close` ends its processes and removes its temporary folder. Its methods may
    be called from several threads.

    Args:
        bundle: the approach.
        options: how videos are analysed.
    """

    def __init__(self, bundle: Bundle, options: Options | None = None) -> None:
        self.bundle = bundle
        self.options = options or Options()
        record, chosen = bundle.record, self.options
        crop = record.crop.model_copy(update={"turned": chosen.turned})
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
            chosen.max_megapixels,
        )
        self._least = min(chosen.least_faces, record.extract.frames)
        self._around = Surroundings(bundle, chosen.neighbours)
        self._naming = Naming(bundle)
        self._held = ExitStack()
        self._folder = self._held.enter_context(workplace("analysis"))
        self._team = Team(str(self._folder), module_paths(), IDLE, loads(self._way))
        self._held.callback(self._team.end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End its processes, busy or not, and remove its temporary folder."""
        self._held.close()

    def warm(self) -> None:
        """Load libraries and models now, so that the first video need not wait.

        Raises:
            UserError: the face finder cannot be loaded.
        """
        self._team.warm(1)

    def analyse(self, path: str | Path, tell: Callable[[str], None] | None = None) -> VideoResult:
        """Return the result of one video: a file, a still image, or a folder of images.

        No content of a file raises an error: a status and a reason say why there is no verdict.

        Args:
            path: of the video.
            tell: is called with each step: ``reading``, then ``judging``.

        Raises:
            UserError: the face finder cannot be loaded, or ``path`` is a folder of videos.
            OSError: for example, the disk is full.
        """
        check_is_one(Path(path))
        is_still = stills.is_one(Path(path))
        begun = time.monotonic()
        report = tell or (lambda step: None)
        report(READING)
        where = Path(path).absolute()
        rows = watch(where, self._way, self._team, self._folder)
        found = facts(where, self._way, self._team)
        report(JUDGING)
        seen = [row for row in rows if row[CONTENT] is not None]
        people: list[PersonResult] = []
        scores, maps = pd.DataFrame(), dict[face_maps.Key, FaceMap]()
        if seen:
            contents, persons = [row[CONTENT] for row in seen], [row["person"] for row in seen]
            scores = frame_scores(contents, persons, self.bundle)
            named = self._naming.frames(contents, persons, scores)
            classes = self._naming.people(named)
            least = 1 if is_still else self._least
            people = judge(scores, self.bundle, self._around, least, classes, _lost(rows))
            if self.options.maps:
                maps = face_maps.of_people(seen, scores, people, self.bundle)
            scores = scores.assign(**{PREDICTED: named[PREDICTED]})
        return VideoResult(
            path=str(path),
            approach=self.bundle.record.approach,
            threshold=self.bundle.record.threshold.value,
            score_kind=self.bundle.record.score_kind,
            attack_by=self.bundle.record.names_attacks,
            video=_least_real(people, rows),
            people=tuple(people),
            frames=tuple(_frames(rows, scores, maps)),
            asked=len({row["slot"] for row in rows}),  # a short video has fewer frames
            seconds=time.monotonic() - begun,
            notes=tuple(dict.fromkeys(row[NOTE] for row in rows if row[NOTE])),
            source=found,
        )

    def each(self, paths: Iterable[str | Path]) -> Iterator[VideoResult]:
        """Yield the result of each video, in the order of ``paths``; several are read at a time.

        Args:
            paths: consumed as needed.

        Raises:
            UserError, OSError: as `analyse`.
        """
        import joblib

        workers = self.options.workers or int(joblib.cpu_count())
        waiting: deque[Future[VideoResult]] = deque()
        left = iter(paths)
        pool = ThreadPoolExecutor(workers)
        try:
            begin = list(islice(left, AHEAD * workers))
            # Otherwise processes that load would slow down the first videos, which have a limit.
            self._team.warm(min(workers, len(begin)))
            waiting.extend(pool.submit(self.analyse, path) for path in begin)
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(self.analyse, path) for path in islice(left, 1))
                yield result
        finally:
            # A caller that stops early need not wait for videos that are being read: `close` ends
            # them.
            pool.shutdown(wait=not waiting, cancel_futures=True)


def _lost(rows: list[dict[str, Any]]) -> dict[int, list[str]]:
    """Return number of a person -> why each frame without a crop of this person has none."""
    found: dict[int, list[str]] = {}
    for row in rows:
        if row[CONTENT] is None:
            found.setdefault(row["person"], []).append(row["reason"])
    return found


def _least_real(people: list[PersonResult], rows: list[dict[str, Any]]) -> PersonResult:
    """Return the result of the person with the lowest score, as in `scoring`."""
    scored = [person for person in people if person.score is not None]
    if scored:
        # people with a verdict come first: a person with too few faces does not decide; and a fake
        # person makes the video fake, whoever else is not known
        return min(
            scored,
            key=lambda person: (person.status != OK, ORDER.index(person.verdict), person.score),
        )
    if people:
        return people[0]
    lost = without_crop(pd.DataFrame(rows)).iloc[0]
    reasons = {row["reason"] for row in rows}
    reason = reasons.pop() if len(reasons) == 1 else str(lost["reason"])
    return PersonResult(0, str(lost["status"]), reason)


def _frames(
    rows: list[dict[str, Any]], scores: pd.DataFrame, maps: Mapping[face_maps.Key, FaceMap]
) -> Iterator[Frame]:
    """Yield a frame for each row; ``scores`` are those of the rows with a crop, in order."""
    scored = iter(scores.to_dict("records"))
    for row in rows:
        found: dict[Any, Any] = next(scored) if row[CONTENT] is not None else {}
        predicted = found.get(PREDICTED)
        yield Frame(
            slot=row["slot"],
            frame=row["frame"],
            time_s=row["time_s"],
            person=row["person"],
            status=row["status"],
            reason=row["reason"] or "",
            turn=row["turn"] or 0,
            box=tuple(row["box"]) if row["box"] is not None else None,
            score=found.get(SCORE),
            predicted=predicted if isinstance(predicted, str) else None,
            crop=row[CONTENT],
            map=maps.get((row["person"], row["slot"])),
            picture=row[PICTURE],
            size=row[SIZE],
        )
