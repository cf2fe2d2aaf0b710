"""The report in one sentence: which approach is best, on which databases, and how sure that is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from deepfake_attribution.report import better, counted
from deepfake_attribution.report.answers import COMPARED_ON, joined_names
from deepfake_attribution.report.better import Verdict
from deepfake_attribution.report.cells import percent
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.counted import NO_INTERVAL, Counted

NOTHING = "No database has both reals and fakes with a score, so no approach is best."
LEAD = "the lead over every other approach is significant"
LISTED = 4  # databases whose figures are all in the sentence; of more, the lowest and the highest
Means = Mapping[str, Mapping[str, float]]  # approach -> database -> figure


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


def conclusion(run: Run, validated: str = "") -> Conclusion:
    """Return the approach with the highest mean AUC on the databases that count.

    `counted.choices` says which these are. The sentence names them, or how many there are with the
    figure on each. Unless the lead over every other approach is significant on each of them, the
    sentence begins with the fact that no approach is clearly best; without a test it states the
    highest figure and claims nothing. More sentences follow if validation chose another approach,
    if another one has the lowest mean HTER, and on databases that do not count.

    Args:
        run: what is reported.
        validated: the approach that validation chose; empty: not known.
    """
    for those in counted.choices(run):
        figures = _figures(run, those.names, "auc")
        if figures:  # else no approach has a figure on all of them
            first = _best({name: _mean(own) for name, own in figures.items()}, max)
            further = [
                *(["No other approach can be compared."] if len(figures) == 1 else []),
                *_validated(validated, figures, first),
                *_by_hter(run, those, first),
                *_about(run, those),
            ]
            return _sentence(run, those, figures, first)._replace(further=" ".join(further))
    return Conclusion(NOTHING, "", "")


def _figures(run: Run, names: Sequence[str], measure: str) -> dict[str, dict[str, float]]:
    """Return the figure of each approach on each database.

    An approach that lacks the figure of a database is left out, because its mean could not be
    compared.
    """
    found: dict[str, dict[str, float]] = {}
    for database in names:
        rows = better.rivals(run.figures, database)
        for approach, value in zip(rows["approach"], rows[measure], strict=True):
            if value == value:  # not NaN
                found.setdefault(str(approach), {})[database] = float(value)
    return {name: own for name, own in found.items() if len(own) == len(names)}


def _mean(own: Mapping[str, float]) -> float:
    return sum(own.values()) / len(own)


def _sentence(run: Run, those: Counted, figures: Means, first: Sequence[str]) -> Conclusion:
    used, single = those.names, len(those.names) == 1
    verdicts = {name: better.verdict(run.figures, run.differences, name, "auc") for name in used}
    won = [name for name, one in verdicts.items() if _leads(first, one)]
    lost = [name for name, one in verdicts.items() if set(first) & set(one.worse)]
    where, names, shown = _where(those), joined_names(first), _shown(figures, first)
    highest = "Highest AUC" if single else "Highest mean AUC"
    if not any(one.not_worse or one.worse for one in verdicts.values()):
        return Conclusion(f"{highest} on {where}: ", names, f" ({shown}).")
    if len(won) == len(used):
        mean, on = ("", "") if single else ("mean ", f" on {_all(len(used))}")
        return Conclusion(f"Best on {where} by AUC: ", names, f" ({mean}{shown}); {LEAD}{on}.")
    lead = f"; its lead is significant on {joined_names(won)} only" if won else ""
    worse = f"; significantly worse than the best on {joined_names(lost)}" if lost else ""
    before = f"No approach is clearly best on {where}. {highest}: "
    return Conclusion(before, names, f" ({shown}){lead}{worse}.")


def _where(those: Counted) -> str:
    """Return the one database by name, or how many there are."""
    if len(those.names) == 1:
        return f"{those.names[0]}{' (trained on)' if those.trained else ''}"
    count = len(those.names)
    return f"{count} databases trained on" if those.trained else f"{count} unseen databases"


def _all(count: int) -> str:
    return "both" if count == 2 else f"all {count}"


def _shown(figures: Means, first: Sequence[str]) -> str:
    """Return the mean AUC of ``first``; of a single approach also the figure on each database."""
    own = figures[first[0]]
    mean = percent(_mean(own))
    if len(own) == 1:
        return mean
    if len(first) > 1:  # they differ on the databases
        return f"{mean} on {joined_names(own)}" if len(own) <= LISTED else mean
    if len(own) <= LISTED:
        return f"{mean}: {', '.join(f'{name} {percent(value)}' for name, value in own.items())}"
    low, high = min(own, key=own.__getitem__), max(own, key=own.__getitem__)
    if percent(own[low]) == percent(own[high]):
        return f"{mean} on each"
    return f"{mean}: from {percent(own[low])} on {low} to {percent(own[high])} on {high}"


def _leads(first: Sequence[str], verdict: Verdict) -> bool:
    """Return whether ``first`` are the best of a database and significantly so."""
    others = verdict.not_worse or verdict.untested
    return verdict.best == list(first) and bool(verdict.worse) and not others


def _best(means: Mapping[str, float], choose: Callable[[Iterable[float]], float]) -> list[str]:
    """Return the approaches whose mean is printed as the best one.

    Args:
        means: approach -> mean.
        choose: the best of some means: ``max`` or ``min``.
    """
    best = percent(choose(means.values()))
    return [name for name, mean in means.items() if percent(mean) == best]


def _validated(name: str, figures: Means, first: Sequence[str]) -> list[str]:
    """Return a sentence on the approach that validation chose, if it is another one."""
    if name in first or name not in figures:
        return []
    mean = "" if len(figures[name]) == 1 else "mean "
    return [f"Validation chose {name}: {mean}AUC {percent(_mean(figures[name]))}."]


def _by_hter(run: Run, those: Counted, first: Sequence[str]) -> list[str]:
    """Return a sentence on the lowest mean HTER; none if all approaches of ``first`` have it.

    It states a figure and claims no lead, because only the lead by AUC is tested here.
    """
    figures = _figures(run, those.names, "hter")
    means = {name: _mean(own) for name, own in figures.items()}
    best = _best(means, min) if means else []
    if not means or set(first) <= set(best):
        return []
    mean = "" if len(those.names) == 1 else "mean "
    lowest = percent(means[best[0]])
    return [f"Lowest HTER: {joined_names(best)} ({mean}{lowest}){_place(first, means)}."]


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


def _about(run: Run, those: Counted) -> list[str]:
    """Return sentences on the databases that count, and on those that do not."""
    compared = [name for name in those.names if name in run.compared_on]
    left_out = [f"{joined_names(names)} ({why})" for why, names in those.left_out.items()]
    return [
        *([f"{joined_names(compared)}: {COMPARED_ON}."] if compared else []),
        *([f"{NO_INTERVAL.capitalize()}."] if those.sure is False else []),
        *([f"Not counted: {', '.join(left_out)}."] if left_out else []),
        *(["No unseen database can be compared."] if those.trained else []),
    ]
