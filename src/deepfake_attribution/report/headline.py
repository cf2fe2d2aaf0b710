"""The report in one sentence: which approach is best on unseen databases, and how sure that is."""

from collections.abc import Sequence
from typing import NamedTuple

from deepfake_attribution.report import better, results
from deepfake_attribution.report.better import Verdict
from deepfake_attribution.report.cells import percent
from deepfake_attribution.report.content import Run

UNSEEN = "Best on unseen databases"
SEEN = "Best on the databases trained on"
NOTHING = "No database has both reals and fakes with a score, so no approach is best."
EVERY = "significantly better than every other approach"


class Headline(NamedTuple):
    """A sentence in three parts, so that a page can make the names stand out."""

    before: str
    names: str
    after: str


def headline(run: Run) -> Headline:
    """Return the approach with the highest mean AUC on databases that were not trained on.

    If no such database can be compared, the databases trained on count instead, and the sentence
    says so. A family is left out, because its datasets have figures of their own.
    """
    seen, others = results.parted(run.figures, run.training, run.families)
    for title, databases in ((UNSEEN, others), (SEEN, seen)):
        own = [name for name in databases if name not in run.families] or databases
        means, used = _means(run, own)
        if means:
            more = "" if title == UNSEEN else " No unseen database can be compared."
            return _sentence(run, title, means, used, more)
    return Headline(NOTHING, "", "")


def _means(run: Run, databases: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Return the mean AUC of each approach, and the databases that it is over.

    An approach that lacks the AUC of a database has no mean, because it could not be compared.
    """
    rows = results.pooled(run.figures)
    rows = rows[rows["database"].isin(databases) & rows["auc"].notna()]
    used = [name for name in databases if len(better.rivals(rows, name))]
    means: dict[str, float] = {}
    for name, own in rows.groupby("approach", sort=False):
        if set(own["database"]) == set(used):
            means[str(name)] = float(own["auc"].mean())
    rivals = {name for database in used for name in better.rivals(rows, database)["approach"]}
    return {name: mean for name, mean in means.items() if name in rivals}, used


def _sentence(
    run: Run, title: str, means: dict[str, float], used: Sequence[str], more: str
) -> Headline:
    highest = percent(max(means.values()))
    first = [name for name, mean in means.items() if percent(mean) == highest]
    verdicts = {name: better.verdict(run.figures, run.differences, name, "auc") for name in used}
    if len(means) == 1:
        more = " No other approach can be compared." + more
    where = f"AUC {highest} on {used[0]}" if len(used) == 1 else f"mean AUC {highest}"
    end = _significance(first, verdicts)
    return Headline(f"{title}: ", " and ".join(first), f" ({where}){end}.{more}")


def _significance(first: Sequence[str], verdicts: dict[str, Verdict]) -> str:
    count = len(verdicts)
    tested = [one for one in verdicts.values() if one.not_worse or one.worse]
    if not tested:
        return ""  # without a test there is nothing to say about it
    won = [
        name
        for name, one in verdicts.items()
        if one.best == list(first) and one.worse and not one.not_worse and not one.untested
    ]
    lost = [name for name, one in verdicts.items() if set(first) & set(one.worse)]
    worse = f"; significantly worse than the best on {', '.join(lost)}" if lost else ""
    if len(won) == count:
        return f", {EVERY}{_on(count, 'both', 'all')}{worse}"
    if won:
        return f", {EVERY} on {len(won)} of {count} ({', '.join(won)}){worse}"
    return f", but not {EVERY}{_on(count, 'either', 'any')}{worse}"


def _on(count: int, two: str, more: str) -> str:
    """Return which of ``count`` databases: nothing to add if there is only one."""
    if count == 1:
        return ""
    return f" on {two} of them" if count == 2 else f" on {more} of them"
