"""How well a dataset's faces were found, in numbers, and the crops that a person should check."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy as np

# From one crop of a video to its next: the centre moves by more than a face, or the face becomes
# larger or smaller by more than this.
FAR = 1.0
GROWTH = 2.0
COUNTS = (
    *("videos", "videos_without_face", "videos_with_jump", "frames", "with_face", "without_face"),
    *("not_read", "several_faces", "jumps", "rules", "crops", "people"),
)
_Row = dict[str, Any]  # of the index of faces


@dataclass(frozen=True)
class Doubt:
    """A crop to check.

    Attributes:
        row: of the index.
        reason: why, in a few words.
    """

    row: _Row
    reason: str


# A doubt with its place: its turn, and the place of its video in each turn.
_Ranked = tuple[tuple[int, float, int], Doubt]


def summary(rows: Iterable[_Row]) -> dict[str, Any]:
    """Return counts over the index of a dataset's faces; its rows are together by video.

    Returns:
        ``videos``, ``videos_without_face`` and ``videos_with_jump``; ``frames`` asked for:
        ``with_face`` (anybody's that is followed), ``without_face`` and ``not_read`` add up to
        it; ``several_faces``: frames in which more than one was seen; ``jumps`` of a followed
        face from one crop of a person to the next; ``rules``: how often each was used
        (`faces.tracking`), for each person; ``crops``; ``people`` that have crops.
    """
    counts: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    for video in _videos(rows):
        asked = [row for row in video if row["person"] == 0]  # one of each frame
        crops = [row for row in video if row["status"] == "ok"]
        seen = {row["slot"] for row in crops}
        unseen = sum(row["status"] == "no_face" and row["slot"] not in seen for row in asked)
        jumps = sum(1 for _ in _jumps(video))
        counts.update(
            videos=1,
            videos_without_face=int(not crops),
            videos_with_jump=int(jumps > 0),
            frames=len(asked),
            with_face=len(seen),
            without_face=unseen,
            not_read=len(asked) - len(seen) - unseen,
            several_faces=sum((row["faces"] or 0) > 1 for row in asked),
            jumps=jumps,
            crops=len(crops),
            people=len({row["person"] for row in crops}),
        )
        rules.update(row["rule"] for row in video if row["rule"])
    used = dict(sorted(rules.items()))
    return {name: used if name == "rules" else counts[name] for name in COUNTS}


def line(counts: dict[str, Any]) -> str:
    """Return `summary` in a line for the terminal."""
    several = counts["crops"] > counts["with_face"]
    everybody = f"; {counts['crops']} crops of {counts['people']} people" if several else ""
    return (
        f"{counts['videos']} videos, {counts['videos_without_face']} without any face; "
        f"{counts['with_face']} of {counts['frames']} frames with a face, "
        f"{counts['several_faces']} with several; "
        f"{counts['jumps']} jumps, in {counts['videos_with_jump']} videos{everybody}"
    )


def doubtful(rows: Iterable[_Row], most: int) -> list[Doubt]:
    """Return up to ``most`` crops to check, the most doubtful first.

    First those after a jump, then those from frames with several faces, then those that the
    detector is least sure of. Within each kind, the videos take turns.

    Args:
        rows: of the index; those of a video are together.
        most: crops, of all kinds together.
    """
    # A crop that is in several kinds counts once, so of three kinds three times as many suffice.
    kinds: list[list[_Ranked]] = [[], [], []]
    for number, video in enumerate(_videos(rows)):
        for kind, own in zip(kinds, _doubts(video, number), strict=True):
            kind[:] = nsmallest(len(kinds) * most, [*kind, *own], key=itemgetter(0))
    doubts: dict[tuple[str, int, int], Doubt] = {}
    for _, doubt in chain.from_iterable(kinds):
        row = doubt.row
        doubts.setdefault((row["video"], row["slot"], row["person"]), doubt)
    return list(doubts.values())[:most]


def _doubts(video: Sequence[_Row], number: int) -> Iterator[list[_Ranked]]:
    """Yield the doubts about a video of each kind, with their places among all of that kind."""
    several = [row for row in video if row["status"] == "ok" and row["faces"] > 1]
    unsure = sorted((row for row in video if row["status"] == "ok"), key=itemgetter("score"))
    least = unsure[0]["score"] if unsure else 0.0
    turns = (
        (0.0, [Doubt(row, f"jump: {why}") for row, why in _jumps(video)]),
        (0.0, [Doubt(row, f"one of {row['faces']} faces") for row in several]),
        (least, [Doubt(row, f"score {row['score']:.2f}") for row in unsure]),
    )
    for first, doubts in turns:
        yield [((turn, first, number), doubt) for turn, doubt in enumerate(doubts)]


def _videos(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    return (list(video) for _, video in groupby(rows, key=itemgetter("video")))


def _jumps(video: Sequence[_Row]) -> Iterator[tuple[_Row, str]]:
    """Yield the crops whose box is elsewhere, or of another size, than in the person's before."""
    crops = [row for row in video if row["status"] == "ok"]
    people: dict[int, list[_Row]] = defaultdict(list)
    for row in crops:
        people[row["person"]].append(row)
    for before, after in chain.from_iterable(map(pairwise, people.values())):
        one, other = (np.asarray(row["box"], np.float64) for row in (before, after))
        sides = max(one[2:] - one[:2]), max(other[2:] - other[:2])
        way = np.linalg.norm((other[:2] + other[2:]) - (one[:2] + one[2:])) / 2
        moved, growth = float(way / np.mean(sides)), max(sides) / min(sides)
        if moved > FAR:
            yield after, f"{moved:.1f} faces away"
        elif growth > GROWTH:
            yield after, f"{growth:.1f} times as {'large' if sides[1] > sides[0] else 'small'}"
