"""What was said of videos, as JSON lines and as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deepfake_attribution.analyse.results import Frame, Neighbour, Said, VideoResult

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take what follows for a formula


def json_line(result: VideoResult) -> str:
    """Return ``result`` as one line of JSON, in ASCII, without its end."""
    return json.dumps(result.plain(), ensure_ascii=True, allow_nan=False)


def restored(plain: Mapping[str, Any]) -> VideoResult:
    """Return the result that `VideoResult.plain` gave ``plain``, but for the crops.

    Raises:
        KeyError, TypeError: it is none.
    """
    top = {name: plain[name] for name in ("path", "approach", "threshold", "score_kind", "asked")}
    return VideoResult(
        **top,
        video=_said(plain),
        people=tuple(_said(person) for person in plain["people"]),
        frames=tuple(Frame(**frame | {"box": _tuple(frame["box"])}) for frame in plain["frames"]),
        seconds=plain["seconds"],
    )


def _said(plain: Mapping[str, Any]) -> Said:
    values = {name: plain[name] for name in Said.__dataclass_fields__}
    values |= {name: _tuple(values[name]) for name in ("interval", "place")}
    return Said(**values | {"neighbours": tuple(Neighbour(**one) for one in plain["neighbours"])})


def _tuple(values: Sequence[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)


def columns(classes: Sequence[str], further: Sequence[str]) -> list[str]:
    """Return the columns of the CSV.

    Args:
        classes: of the model; each has a column ``class_<name>``.
        further: columns of lists; those whose names are taken are left out.
    """
    own = [*OWN, *(f"class_{name}" for name in classes)]
    return own + [name for name in further if name not in own]


def taken(classes: Sequence[str], further: Sequence[str]) -> list[str]:
    """Return the columns of lists whose names results have; arguments as for `columns`."""
    return [name for name in further if name in columns(classes, [])]


def csv_text(
    rows: Iterable[tuple[VideoResult, Mapping[str, str]]],
    classes: Sequence[str],
    further: Sequence[str],
) -> str:
    """Return a table with a row for each person, and one for each video where nobody was seen.

    Text that a spreadsheet would take for a formula begins with ``'``, a path with ``./``, which
    names the same file.

    Args:
        rows: what is said of a video, and the further columns of the list that names it.
        classes, further: as for `columns`.
    """
    names = columns(classes, further)
    text = io.StringIO()
    table = csv.DictWriter(text, names, restval="", extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    for result, about in rows:
        for said in result.people or (result.video,):
            row = {name: _safe(value) for name, value in about.items()}
            row |= _cells(said, result)
            table.writerow(row | {f"class_{name}": p for name, p in said.probabilities.items()})
    return text.getvalue()


def _cells(said: Said, result: VideoResult) -> dict[str, Any]:
    """Return the cells of a person but for the classes; their order is that of the columns."""
    low, high = said.interval or (None, None)
    nearest = said.neighbours[0] if said.neighbours else None
    return {
        "path": f"./{result.path}" if result.path.startswith(FORMULA) else result.path,
        "person": said.person,
        "people": len(result.people),
        "decides": "yes" if said.person == result.video.person else "no",
        "status": said.status,
        "verdict": said.verdict or "",
        "p_real": said.p_real,
        "score": said.score,
        "score_kind": result.score_kind,
        "threshold": result.threshold,
        "interval_low": low,
        "interval_high": high,
        "attack": said.attack or "",
        "predicted": said.predicted or "",
        "distance": said.distance,
        "distance_unit": said.unit,
        "unlike": said.unlike,
        "nearest_video": _safe(nearest.video) if nearest else "",
        "nearest_attack": nearest.attack if nearest else "",
        "nearest_distance": nearest.distance if nearest else None,
        "faces": said.faces,
        "asked": result.asked,
        "reason": _safe(said.reason),
        "approach": result.approach,
        "seconds": round(result.seconds, 3),
    }


def _safe(text: str) -> str:
    """Return ``text`` as no formula; numbers, which may begin with a sign, stay as they are."""
    if not text.startswith(FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


# in the order of the columns
OWN = (*_cells(Said(0, "", ""), VideoResult("", "", 0.0, "probability", Said(0, "", ""))),)
