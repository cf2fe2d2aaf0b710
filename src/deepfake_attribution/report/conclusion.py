"""The report in one sentence: which approach is best on unseen databases, and its interval."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from deepfake_attribution.report import better, results
from deepfake_attribution.report.answers import COMPARED_ON, joined_names
from deepfake_attribution.report.better import Verdict
from deepfake_attribution.report.cells import percent
from deepfake_attribution.report.content import Run

UNSEEN, SEEN = "unseen databases", "the databases trained on"
NOTHING = "No database has both reals and fakes with a score, so no approach is best."
LEAD = "the lead over every other approach is significant"


class Conclusion(NamedTuple):
    """A sentence in three parts, so that a page can make the names stand out, and what follows it.

    Attributes:
        before, names, after: the sentence.
        further: more sentences; or empty.
    """

    before: str
    names: str
    after: str
    further: str = ""


def conclusion(run: Run) -> Conclusion:
    """Return the approach with the highest mean AUC on databases that were not trained on.

    Unless its lead over every other approach is significant on each of these databases, the
    sentence begins with the fact that no approach is clearly best. Databases that recipes were
    compared on count only where there is no other unseen one, because choices were made by their
    results; a sentence then names them. If no such database can be compared either, the databases
    trained on count instead, and the sentence says so. A family is left out, because its datasets
    have figures of their own. If another approach has the lowest mean HTER, a second sentence names
    it, and the place by HTER of the one with the highest AUC.
    """
    seen, others = results.parted(run.figures, run.training, run.families)
    compared = set(run.compared_on)
    unseen = [name for name in others if not {name, *run.families.get(name, ())} & compared]
    for title, databases in ((UNSEEN, unseen), (UNSEEN, others), (SEEN, seen)):
        own = [name for name in databases if name not in run.families] or databases
        means, used = _means(run, own, "auc")
        if means:
            first = _highest(means)
            further = [
                *(["No other approach can be compared."] if len(means) == 1 else []),
                *_by_hter(run, own, first),
                *_compared_on(run, used),
                *([] if title == UNSEEN else ["No unseen database can be compared."]),
            ]
            return _sentence(run, title, means, used, first)._replace(further=" ".join(further))
    return Conclusion(NOTHING, "", "")


def _means(run: Run, databases: Sequence[str], measure: str) -> tuple[dict[str, float], list[str]]:
    """Return the mean of a measure for each approach, and the databases that it is over.

    An approach that lacks the figure of a database has no mean, because it could not be compared.
    """
    rows = results.pooled(run.figures)
    rows = rows[rows["database"].isin(databases) & rows[measure].notna()]
    used = [name for name in databases if len(better.rivals(rows, name))]
    means: dict[str, float] = {}
    for name, own in rows.groupby("approach", sort=False):
        if set(own["database"]) == set(used):
            means[str(name)] = float(own[measure].mean())
    rivals = {name for database in used for name in better.rivals(rows, database)["approach"]}
    return {name: mean for name, mean in means.items() if name in rivals}, used


def _sentence(
    run: Run, where: str, means: dict[str, float], used: Sequence[str], first: Sequence[str]
) -> Conclusion:
    highest = percent(means[first[0]])
    verdicts = {name: better.verdict(run.figures, run.differences, name, "auc") for name in used}
    names, single = joined_names(first), len(used) == 1
    won = [name for name, one in verdicts.items() if _leads(first, one)]
    tested = any(one.not_worse or one.worse for one in verdicts.values())
    if len(won) == len(used) or not tested:  # without a test there is nothing to say about it
        figure = f"{highest} on {used[0]}" if single else f"mean {highest}"
        count = "" if single else " on both" if len(used) == 2 else f" on all {len(used)}"
        lead = f"; {LEAD}{count}" if tested else ""
        return Conclusion(f"Best on {where} by AUC: ", names, f" ({figure}){lead}.")
    figure = f"{highest} on {used[0]}" if single else highest
    before = f"No approach is clearly best on {where}. Highest {'' if single else 'mean '}AUC: "
    lost = [name for name, one in verdicts.items() if set(first) & set(one.worse)]
    lead = f"; its lead is significant on {joined_names(won)} only" if won else ""
    worse = f"; significantly worse than the best on {joined_names(lost)}" if lost else ""
    return Conclusion(before, names, f" ({figure}){lead}{worse}.")


def _leads(first: Sequence[str], verdict: Verdict) -> bool:
    """Return whether ``first`` are the best of a database and significantly so."""
    others = verdict.not_worse or verdict.untested
    return verdict.best == list(first) and bool(verdict.worse) and not others


def _highest(means: Mapping[str, float]) -> list[str]:
    """Return the approaches whose mean is printed as the highest one."""
    highest = percent(max(means.values()))
    return [name for name, mean in means.items() if percent(mean) == highest]


def _compared_on(run: Run, used: Sequence[str]) -> list[str]:
    """Return a sentence on the databases of the mean that recipes were compared on."""
    names = [name for name in used if name in run.compared_on]
    return [f"{joined_names(names)}: {COMPARED_ON}."] if names else []


def _by_hter(run: Run, databases: Sequence[str], first: Sequence[str]) -> list[str]:
    """Return a sentence on the lowest mean HTER; none if all approaches of ``first`` have it.

    It states a figure and claims no lead, because only the lead by AUC is tested here.
    """
    means, used = _means(run, databases, "hter")
    if not means:
        return []
    lowest = percent(min(means.values()))
    best = [name for name, mean in means.items() if percent(mean) == lowest]
    if set(first) <= set(best):
        return []
    figure = f"{lowest} on {used[0]}" if len(used) == 1 else f"mean {lowest}"
    return [f"Lowest HTER: {joined_names(best)} ({figure}){_place(first, means)}."]


def _place(first: Sequence[str], means: Mapping[str, float]) -> str:
    """Return the place by HTER of the approach with the highest AUC; empty if there are several."""
    if len(first) > 1 or first[0] not in means:
        return ""
    printed = {name: float(percent(mean)) for name, mean in means.items()}
    place = 1 + sum(one < printed[first[0]] for one in printed.values())
    return f"; {first[0]} is {_ordinal(place)} of {len(printed)} by HTER"


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    teen = number % 100 // 10 == 1
    return f"{number}{'th' if teen else endings.get(number % 10, 'th')}"
