"""How well a dataset's faces were found, in numbers, and the crops that a person should check."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy as np

# From one crop of a video to its next: the centre moves by more than a face, or the face becomes
# larger or smaller by more than this.
FAR = 1.0
GROWTH = 2.0
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


def summary(rows: Sequence[_Row]) -> dict[str, Any]:
    """Return counts over the index of a dataset's faces; its rows are together by video.

    Returns:
        ``videos``, ``videos_without_face`` and ``videos_with_jump``; ``frames`` asked for:
        ``with_face`` (anybody's that is followed), ``without_face`` and ``not_read`` add up to
        it; ``several_faces``: frames in which more than one was seen; ``jumps`` of a followed
        face from one crop of a person to the next; ``rules``: how often each was used
        (`faces.tracking`), for each person; ``crops``; ``people`` that have crops.
    """
    videos = _videos(rows)
    jumps = [sum(1 for _ in _jumps(video)) for video in videos]
    asked = [row for row in rows if row["person"] == 0]  # one of each frame
    crops = [row for row in rows if row["status"] == "ok"]
    seen = {_frame(row) for row in crops}
    unseen = sum(row["status"] == "no_face" and _frame(row) not in seen for row in asked)
    return {
        "videos": len(videos),
        "videos_without_face": sum(all(row["status"] != "ok" for row in one) for one in videos),
        "videos_with_jump": sum(count > 0 for count in jumps),
        "frames": len(asked),
        "with_face": len(seen),
        "without_face": unseen,
        "not_read": len(asked) - len(seen) - unseen,
        "several_faces": sum((row["faces"] or 0) > 1 for row in asked),
        "jumps": sum(jumps),
        "rules": dict(sorted(Counter(row["rule"] for row in rows if row["rule"]).items())),
        "crops": len(crops),
        "people": len({(row["video"], row["person"]) for row in crops}),
    }


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


def doubtful(rows: Sequence[_Row], most: int) -> list[Doubt]:
    """Return up to ``most`` crops to check, the most doubtful first.

    First those after a jump, then those from frames with several faces, then those that the
    detector is least sure of. Within each kind, the videos take turns.
    """
    doubts: dict[tuple[str, int, int], Doubt] = {}
    videos = _videos(rows)
    several = [[row for row in one if row["status"] == "ok" and row["faces"] > 1] for one in videos]
    found = sorted((row for row in rows if row["status"] == "ok"), key=itemgetter("score"))
    unsure: dict[str, list[_Row]] = defaultdict(list)
    for row in found:
        unsure[row["video"]].append(row)
    kinds = (
        [[Doubt(row, f"jump: {why}") for row, why in _jumps(one)] for one in videos],
        [[Doubt(row, f"one of {row['faces']} faces") for row in one] for one in several],
        [[Doubt(row, f"score {row['score']:.2f}") for row in one] for one in unsure.values()],
    )
    for kind in kinds:
        for doubt in _in_turn(kind):
            doubts.setdefault((*_frame(doubt.row), doubt.row["person"]), doubt)
    return list(doubts.values())[:most]


def _videos(rows: Sequence[_Row]) -> list[list[_Row]]:
    return [list(video) for _, video in groupby(rows, key=itemgetter("video"))]


def _frame(row: _Row) -> tuple[str, int]:
    return row["video"], row["slot"]


def _in_turn(lists: Sequence[Sequence[Doubt]]) -> Iterator[Doubt]:
    """Yield the first of each list, then the second of each, and on."""
    for place in range(max(map(len, lists), default=0)):
        yield from (one[place] for one in lists if place < len(one))


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
