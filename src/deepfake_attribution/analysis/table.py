"""What was said of videos as a table for a terminal."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from deepfake_attribution.analysis import words
from deepfake_attribution.analysis.names import shown
from deepfake_attribution.analysis.results import Said, ScoreKind, VideoResult

STYLES = {"fake": "bold red", "real": "bold blue", None: "dim"}


def table(results: Sequence[VideoResult], kind: ScoreKind) -> Table:
    """Return a row for each person, and one for each video where nobody was seen.

    Args:
        results: in the order of the rows.
        kind: whether scores are probabilities.
    """
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    score = "P(real)" if kind == "probability" else "score"
    drawn.add_column("video", overflow="fold", ratio=3)
    for name in ("verdict", score, "attack", "like nothing seen"):
        drawn.add_column(name, overflow="fold")
    drawn.add_column("nearest known video", overflow="fold", ratio=2)
    drawn.add_column("faces", no_wrap=True)
    reasons = any(_people(result)[0].verdict is None for result in results)
    if reasons:
        drawn.add_column("why there is no verdict", overflow="fold", ratio=2)
    for result in results:
        for said in _people(result):
            cells = _cells(result, said)
            drawn.add_row(*(cells if reasons else cells[:-1]))
    return drawn


def _people(result: VideoResult) -> Sequence[Said]:
    return result.people or (result.video,)


def _cells(result: VideoResult, said: Said) -> list[Text]:
    name = shown(result.path)
    if len(result.people) > 1:
        name += f" (person {said.person + 1})"
    between = words.interval(said)
    number = "-" if said.score is None else words.number(said.score)
    chance = said.probabilities.get(said.attack or "")
    strange = " !" if words.is_strange(said) else ""
    nearest = said.neighbours[0] if said.neighbours else None
    why = "" if said.verdict else f"{words.status(said.status)}: {shown(said.reason)}"
    return [
        Text(name),
        Text(said.verdict or "none", STYLES[said.verdict]),
        Text(f"{number} ({between})" if between else number),
        Text((said.attack or "-") + ("" if chance is None else f" {words.share(chance)}")),
        Text("-" if said.unlike is None else words.share(said.unlike) + strange),
        Text(shown(f"{nearest.attack}: {nearest.video}") if nearest else "-"),
        Text(words.faces(said, result.asked)),
        Text(why),
    ]
