"""Results of videos as JSON lines and as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from deepfake_attribution.analyse.results import (
    Evidence,
    Frame,
    Neighbour,
    PersonResult,
    VideoResult,
)
from deepfake_attribution.evidence_maps import face_map

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet interprets such text as a formula


def json_line(result: VideoResult) -> str:
    """Return ``result`` as one line of JSON, in ASCII, without the line end."""
    return json.dumps(result.plain(), ensure_ascii=True, allow_nan=False)


def restored(plain: Mapping[str, Any]) -> VideoResult:
    """Return the result, without crops, from the values of `VideoResult.plain`.

    Raises:
        KeyError, TypeError: ``plain`` is not such a result.
    """
    top = {name: plain[name] for name in ("path", "approach", "threshold", "score_kind", "asked")}
    return VideoResult(
        **top,
        video=_person(plain),
        people=tuple(_person(person) for person in plain["people"]),
        frames=tuple(_frame(frame) for frame in plain["frames"]),
        seconds=plain["seconds"],
        # results of an older version have neither
        notes=tuple(plain.get("notes", ())),
        attack_by=plain.get("attack_by", ""),
    )


def _frame(plain: Mapping[str, Any]) -> Frame:
    # results of an older version have no map
    made = face_map.restored(plain.get("map"))
    return Frame(**dict(plain) | {"box": _tuple(plain["box"]), "map": made})


def _person(plain: Mapping[str, Any]) -> PersonResult:
    # results of an older version have no likelihood ratio, and no reason for a missing attack
    plain = {"evidence": None, "no_evidence": "", "no_attack": ""} | dict(plain)
    values = {name: plain[name] for name in PersonResult.__dataclass_fields__}
    if values["evidence"] is not None:
        values["evidence"] = Evidence(**values["evidence"])
    values |= {name: _tuple(values[name]) for name in ("interval", "place")}
    return PersonResult(
        **values | {"neighbours": tuple(Neighbour(**one) for one in plain["neighbours"])}
    )


def _tuple(values: Sequence[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)


def columns(classes: Sequence[str], further: Sequence[str]) -> list[str]:
    """Return the columns of the CSV.

    Args:
        classes: of the model; each has a column ``class_<name>``.
        further: columns of lists; those with the name of another column are left out.
    """
    own = [*OWN, *(f"class_{name}" for name in classes)]
    return own + [name for name in further if name not in own]


def taken(classes: Sequence[str], further: Sequence[str]) -> list[str]:
    """Return the columns of lists that have the name of a result's column; see `columns`."""
    return [name for name in further if name in columns(classes, [])]


def csv_text(
    rows: Iterable[tuple[VideoResult, Mapping[str, str]]],
    classes: Sequence[str],
    further: Sequence[str],
) -> str:
    """Return a table with a row for each person, and one for each video without any person.

    Text that a spreadsheet would interpret as a formula is prefixed with ``'``, a path with ``./``,
    which names the same file.

    Args:
        rows: result of a video, and the further columns of the list that names it.
        classes, further: as for `columns`.
    """
    names = columns(classes, further)
    text = io.StringIO()
    table = csv.DictWriter(text, names, restval="", extrasaction="ignore", lineterminator="\n")
    table.writerow({name: _safe(name) for name in names})
    for result, about in rows:
        for person in result.people or (result.video,):
            row = dict(about) | _cells(person, result)
            row |= {f"class_{name}": p for name, p in person.probabilities.items()}
            table.writerow({name: _safe(value) for name, value in row.items()})
    return text.getvalue()


def _cells(person: PersonResult, result: VideoResult) -> dict[str, Any]:
    """Return the cells of a person without the classes, in the order of the columns."""
    low, high = person.interval or (None, None)
    nearest = person.neighbours[0] if person.neighbours else None
    found = person.evidence
    return {
        "path": f"./{result.path}" if result.path.startswith(FORMULA) else result.path,
        "person": person.person,
        "people": len(result.people),
        "decides": "yes" if person.person == result.video.person else "no",
        "status": person.status,
        "verdict": person.verdict or "",
        "p_real": person.p_real,
        "score": person.score,
        "score_kind": result.score_kind,
        "threshold": result.threshold,
        "interval_low": low,
        "interval_high": high,
        "log10_lr": found.log10_lr if found else None,
        "log10_lr_lower": found.lower if found else None,
        "log10_lr_upper": found.upper if found else None,
        "evidence": found.words if found else "",
        "no_evidence": person.no_evidence,
        "attack": person.attack or "",
        "no_attack": person.no_attack,
        "predicted": person.predicted or "",
        "distance": person.distance,
        "distance_unit": person.unit,
        "unlike": person.unlike,
        "nearest_video": nearest.video if nearest else "",
        "nearest_attack": nearest.attack if nearest else "",
        "nearest_distance": nearest.distance if nearest else None,
        "faces": person.faces,
        "asked": result.asked,
        "turn": result.turn,
        "reason": person.reason,
        "approach": result.approach,
        "attack_by": result.attack_by,
        "seconds": round(result.seconds, 3),
        "notes": "; ".join(result.notes),
    }


def _safe(value: Any) -> Any:
    """Return a cell so that it is no formula; numbers, also with a sign, stay as they are."""
    if not isinstance(value, str) or not value.startswith(FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


# in the order of the columns
OWN = (
    *_cells(
        PersonResult(0, "", ""), VideoResult("", "", 0.0, "probability", PersonResult(0, "", ""))
    ),
)
