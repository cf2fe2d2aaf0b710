"""What both pages of a document show, as text and pictures: the same for HTML and PDF."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import cv2
import numpy as np

from deepfake_attribution.analyse import ratio_words, words
from deepfake_attribution.analyse.amounts import counted, number, share
from deepfake_attribution.analyse.examination import frames as shown_frames
from deepfake_attribution.analyse.examination import source_rows
from deepfake_attribution.analyse.examination.content import Examination, Person
from deepfake_attribution.analyse.examination.gathering import mapped
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps import overlay

SIDE = 240  # pixels of the side of a face and of its map
PEOPLE, NEAREST, NOTED, TRACED = 5, 5, 3, 7  # rows that fit
TITLE, SENTENCES, LINE = 110, 620, 240  # characters
ACROSS = 4  # pictures of frames in a row
ABOVE = 20  # lines of the banner and on the file that leave room for the map on page one
NO_VERDICT = "no verdict"
Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Figure:
    """One of the figures below the verdict."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A picture, JPEG, with its caption."""

    content: bytes = field(repr=False)
    caption: str


@dataclass(frozen=True)
class Sheet:
    """The two pages.

    Attributes:
        heading, title: what it is, and the file's name.
        verdict: as in `Examination`, or `NO_VERDICT`; ``summary``: in sentences.
        banner: sentences next to the verdict, each with whether it is in bold.
        figures: below it.
        facts: of the file, and notes on its pictures; ``traces``: what its container shows.
        frames: pictures of frames; ``no_frames``: why there are none.
        faces: a face, and its map; ``map_says``: which region speaks most, or why there is no map.
        regions: region, its area, and its share of what speaks for fake and for real.
        nearest: the nearest known videos: name, what it is, database, distance in ``unit``.
        people: further people: number, verdict, score, log10 LR, attack, faces.
        limits: all sentences; the pages show as many as fit.
        model: rows about it.
        whole: name of the file that holds everything.
    """

    heading: str
    title: str
    verdict: str
    summary: str
    banner: list[tuple[str, bool]]
    figures: list[Figure]
    facts: Rows
    traces: list[str]
    frames: list[Shown]
    no_frames: str
    faces: list[Shown]
    map_says: str
    regions: list[tuple[str, str, str, str]]
    nearest: list[tuple[str, str, str, str]]
    unit: str
    people: list[tuple[str, ...]]
    limits: list[str]
    model: Rows
    whole: str

    @property
    def map_is_first(self) -> bool:
        """Whether the map has room on page one."""
        above = len(self.banner) + len(self.facts) + len(self.traces)
        few = len(self.frames) <= ACROSS and not self.people and above <= ABOVE
        return few and bool(self.faces)

    @property
    def sha256(self) -> str:
        """Of the file, or why it is not known."""
        return dict(self.facts)[source_rows.SHA256]


def sheet(
    content: Examination,
    result: VideoResult,
    banner: list[tuple[str, bool]],
    whole: str,
    pictures: bool = True,
) -> Sheet:
    """Return what the pages of a video show.

    Args:
        content: of the document.
        banner: from `words.banner`.
        result: with crops and pictures of frames.
        whole: name of the JSON file.
        pictures: whether faces are shown.
    """
    first = next((one for one in content.people if one.decides), None)
    notes = more([middle(note, 150) for note in content.notes], NOTED, whole)
    kind = {"image": "a still image", "folder": "a folder of images"}.get(content.source.kind)
    return Sheet(
        heading=f"Examination of {kind or 'a video'}",
        title=middle(content.name, TITLE),
        verdict=content.verdict or NO_VERDICT,
        summary=middle(content.summary, SENTENCES),
        banner=[(middle(text, LINE), bold) for text, bold in banner],
        figures=_figures(content, first),
        facts=[*source_rows.rows(content), *(("note", note) for note in notes)],
        traces=more([middle(line, 150) for line in content.traces], TRACED, whole),
        frames=_frames(result) if pictures else [],
        no_frames="" if pictures else "Pictures were left out (--no-crops).",
        faces=_faces(result) if pictures else [],
        map_says=_map_says(first),
        regions=_regions(first),
        nearest=[
            (
                middle(PurePath(one.video).name, 46),
                one.attack,
                one.dataset,
                f"{one.distance:.2f}",
            )
            for one in (first.neighbours if first else [])[:NEAREST]
        ],
        unit="degrees" if first and first.unit == "degrees" else "standard deviations",
        people=_people(content, whole),
        limits=[middle(line, SENTENCES) for line in content.limits],
        model=_model(content),
        whole=whole,
    )


def middle(text: str, most: int) -> str:
    """Return ``text`` without its middle if it has more than ``most`` characters."""
    if len(text) <= most:
        return text
    half = (most - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def more(lines: Sequence[str], most: int, whole: str) -> list[str]:
    """Return the first lines, and how many more ``whole`` holds."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], and_more(len(lines) - most + 1, whole)]


def and_more(count: int, whole: str) -> str:
    """Return the line that says how many entries are left out, and where they are."""
    return f"and {count} more; see {whole}"


def _figures(content: Examination, person: Person | None) -> list[Figure]:
    if person is None or person.score is None:
        return [Figure("frames read", f"{content.read} of {content.asked}")]
    is_share = content.score_kind == "probability"
    interval = person.interval
    between = f"95 % interval {number(interval[0])} to {number(interval[1])}" if interval else ""
    limit = f"threshold {number(content.threshold)}"
    found = [
        Figure(
            "P(real)" if is_share else "score (decision value)",
            number(person.score),
            "; ".join(filter(None, [between, limit])),
        ),
        _ratio(person),
    ]
    if person.attack:
        own = person.attack_probability
        chance = "" if own is None else f"{share(own)}, "
        by = f"{chance}named by {content.model.attack_by or content.model.approach}"
        found.append(Figure("most similar known attack", person.attack, by))
    elif person.no_attack:
        found.append(Figure("most similar known attack", "none", middle(person.no_attack, 90)))
    if person.nearer is not None:
        strange = "out of distribution" if person.out_of_distribution else "of known videos nearer"
        found.append(Figure(words.DISTANCE, share(person.nearer), strange))
    found.append(Figure("frames with this face", f"{person.faces} of {content.asked}"))
    return found


def _ratio(person: Person) -> Figure:
    found = person.likelihood_ratio
    if found is None:
        return Figure("log10 likelihood ratio", "none", middle(person.no_likelihood_ratio, 110))
    note = f"{found.words}; bounds {found.lower:+.2f} to {found.upper:+.2f}"
    return Figure("log10 likelihood ratio", _log10(person), note)


def _log10(person: Person) -> str:
    found = person.likelihood_ratio
    if found is None:
        return "-"
    return ratio_words.written(found.log10, found.at_bound)


def _frames(result: VideoResult) -> list[Shown]:
    shown = []
    for frame, content in shown_frames.boxed(result):
        when = f"{frame.time_s:.2f} s" if frame.time_s is not None else ""
        place = f"frame {frame.frame}" if frame.frame is not None and not result.is_still else ""
        score = "" if frame.score is None else number(frame.score)
        shown.append(Shown(content, ": ".join(filter(None, [when or place, score]))))
    return shown


def _faces(result: VideoResult) -> list[Shown]:
    frame = mapped(result.video.person, result)
    if frame is None or frame.map is None or not frame.crop:
        return []
    crop = images.decode(frame.crop)
    face = cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    cells = np.array(frame.map.cells, np.float64)
    tinted = overlay.draw(np.stack(cv2.split(crop)), cells, SIDE)
    pairs = ((face, "the face"), (tinted, "orange: fake, blue: real"))
    return [Shown(images.encode(one, "jpeg", 85), caption) for one, caption in pairs]


def _map_says(person: Person | None) -> str:
    if person is None or person.score is None:
        return "No map: there is no score."
    if person.map is None:
        return "No map was drawn."
    return middle(" ".join(filter(None, [person.map.says, person.map.reason])), 320)


def _regions(person: Person | None) -> list[tuple[str, str, str, str]]:
    found = person.map.regions if person and person.map else []
    if not person or not person.map or overlay.is_flat(np.array(person.map.cells)):
        return []  # shares of nearly nothing
    return [(one.name, share(one.area), share(one.fake), share(one.real)) for one in found]


def _people(content: Examination, whole: str) -> list[tuple[str, ...]]:
    """Return a row for each further person, the least real first."""
    others = sorted(
        (one for one in content.people if not one.decides),
        key=lambda one: (one.score is None, one.score or 0.0),
    )
    rows: list[tuple[str, ...]] = [
        (
            f"person {one.number}",
            one.verdict or words.status(one.status),
            "-" if one.score is None else number(one.score),
            _log10(one),
            one.attack or "-",
            f"{one.faces} of {content.asked}",
        )
        for one in others
    ]
    if len(rows) <= PEOPLE:
        return rows
    return [*rows[: PEOPLE - 1], (and_more(len(rows) - PEOPLE + 1, whole),)]


def _model(content: Examination) -> Rows:
    own, program = content.model, content.program
    name = middle(own.bundle, 60) if own.bundle else "models of a project, not a bundle"
    enrolled = f"; {len(own.enrolled)} enrolled" if own.enrolled else ""
    hashes = f" (holds the hashes of its {counted(len(own.files), 'file')})" if own.files else ""
    others = ", ".join(f"{name} {version}" for name, version in program.others.items())
    return [
        ("bundle", f"{name}, version {own.version}{enrolled}"),
        ("SHA-256 of bundle.json", f"{own.sha256}{hashes}" if own.sha256 else "none"),
        ("verdict by, attack by", f"{own.approach}, {own.attack_by or 'none'}; seed {own.seed}"),
        ("program", f"{program.name} {program.version}, with {others}"),
    ]
