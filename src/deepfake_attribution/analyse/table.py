"""Results of videos as a table for a terminal."""

from collections.abc import Sequence
from pathlib import PurePath

from rich import box
from rich.table import Table
from rich.text import Text

from deepfake_attribution.analyse import ratio_words, stills, words
from deepfake_attribution.analyse.names import common_folder, shown
from deepfake_attribution.analyse.results import NOT_KNOWN, PersonResult, ScoreKind, VideoResult
from deepfake_attribution.core.listed import some

WIDE = 110  # columns
STYLES = {"fake": "bold red", "real": "bold blue", NOT_KNOWN: "bold", None: "dim"}


def table(results: Sequence[VideoResult], kind: ScoreKind, width: int) -> Table:
    """Return a table with a row for each person, and one for each video without any person.

    Args:
        results: in the order of the rows.
        kind: whether scores are probabilities.
        width: columns of the terminal; a narrow one shows neither intervals nor known videos.
    """
    wide = width >= WIDE
    folder = common_folder([result.path for result in results])
    title = Text(f"Videos in {shown(folder)}") if folder else None
    drawn = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    drawn.add_column("video", overflow="fold")
    score = "P(real)" if kind == "probability" else "score"
    for name in ("verdict", score, "log10 LR", "attack", words.DISTANCE):
        drawn.add_column(name, overflow="fold")
    drawn.add_column("faces", no_wrap=True)
    if wide:
        drawn.add_column("nearest known video", overflow="fold")
    for result in results:
        for person in result.people or (result.video,):
            cells = _cells(result, person, folder, wide)
            drawn.add_row(*(cells if wide else cells[:-1]))
    return drawn


def reasons(results: Sequence[VideoResult]) -> list[str]:
    """Return a line with the reason for each person without a verdict, not known or not named."""
    lines = []
    for result in results:
        for person in result.people or (result.video,):
            if person.verdict is None:
                why = f"{words.status(person.status)}: {shown(person.reason)}"
                lines.append(f"{_name(result, person, '')}: {why}")
            elif person.verdict == NOT_KNOWN:
                lines.append(f"{_name(result, person, '')}: not known, because {person.reason}")
            elif person.no_attack and result.attack_by:
                lines.append(f"{_name(result, person, '')}: no attack named: {person.no_attack}")
    return lines


def strange_marked(results: Sequence[VideoResult]) -> list[str]:
    """Return a line that says what the mark of a video out of distribution means, if one has it."""
    people = (person for result in results for person in result.people or (result.video,))
    if not any(map(words.is_strange, people)):
        return []
    return [
        f"! out of distribution, from {words.share(words.STRANGE)} on: the verdict means little"
    ]


def notes(results: Sequence[VideoResult]) -> list[str]:
    """Return a line for each note on a video, and one for all still images."""
    lines = [
        f"{shown(result.path)}: {note}"
        for result in results
        for note in result.notes
        if note != stills.NOTE
    ]
    found = [shown(result.path) for result in results if result.is_still]
    return [*lines, *([f"{some(found)}: {stills.NOTE}"] if found else [])]


def _name(result: VideoResult, person: PersonResult, folder: str) -> str:
    path = PurePath(result.path)
    name = shown(str(path.relative_to(folder)) if folder else result.path)
    return f"{name} (person {person.person + 1})" if len(result.people) > 1 else name


def _cells(result: VideoResult, person: PersonResult, folder: str, wide: bool) -> list[Text]:
    between = words.interval(person) if wide else ""
    number = "-" if person.score is None else words.number(person.score)
    chance = person.probabilities.get(person.attack or "")
    strange = " !" if words.is_strange(person) else ""
    nearest = person.neighbours[0] if person.neighbours else None
    near = f"{nearest.attack}: {PurePath(nearest.video).name}" if nearest else "-"
    return [
        Text(_name(result, person, folder)),
        Text(person.verdict or "none", STYLES[person.verdict]),
        Text(f"{number} ({between})" if between else number),
        Text(ratio_words.log10_lr(person)),
        Text((person.attack or "-") + ("" if chance is None else f" {words.share(chance)}")),
        Text("-" if person.unlike is None else words.share(person.unlike) + strange),
        Text(words.faces(person, result.asked)),
        Text(shown(near)),
    ]
