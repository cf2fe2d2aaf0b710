"""The tables of an ablation, as Markdown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from deepfake_attribution.cli.ablation.comparison import Difference, Reading, mean
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.evaluate.uncertainty.settings import Uncertainty
from deepfake_attribution.report.cells import NOTHING, percent, signed

FAILED = "failed"
Results = Mapping[str, Mapping[str, Reading]]  # experiment's key -> approach -> figures
Differences = Mapping[str, Mapping[str, Difference]]  # experiment's key -> approach -> difference


@dataclass(frozen=True)
class About:
    """What a table's figures are of.

    Attributes:
        database: that was tested.
        uncertainty: draws and level of the intervals.
        seeds: that each row is to be trained with.
        failed: experiment's key -> names of its trainings that failed.
    """

    database: str
    uncertainty: Uncertainty
    seeds: int
    failed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def interval(self) -> str:
        """The words for a heading."""
        return f"[{self.uncertainty.level:g} % interval]"


def of_parts(
    experiments: Sequence[Experiment],
    results: Results,
    differences: Differences,
    shown: Mapping[str, str],
    about: About,
) -> str:
    """Return a table per approach with a row per experiment, and what its differences mean.

    Each table is folded: GitHub shows its approach until a reader opens it. Rows of which no
    experiment is finished are only named below the tables.

    Args:
        experiments: of `experiments.parts`.
        results: of those that are finished.
        differences: each with the part minus without it, where both are finished.
        shown: head -> approach.
        about: the figures.
    """
    titles = {one.key: one.title for one in experiments}
    head = ["recipe", "compared with", "AUC", "HTER"]
    head += [f"AUC with the part minus without it {about.interval}", "the part"]
    blocks = []
    looked_at: dict[str, Difference] = {}
    begun = [one for one in experiments if results.get(one.key) or about.failed.get(one.key)]
    for part, approach in shown.items():
        rows = []
        for one in begun:
            if part not in one.heads:
                continue
            found = differences.get(one.key, {}).get(approach)
            if found:
                looked_at[f"{approach}, {one.title}"] = found
            cells = _cells(one, approach, results, about)
            rows.append([one.title, titles.get(one.base, NOTHING), *cells, *_compared(found)])
        blocks.append(_folded(approach, _grid(head, rows)))
    told = _explained(results, shown.values(), looked_at, about)
    left = [one.title for one in experiments if one not in begun]
    told += [f"Not run yet: {'; '.join(left)}."] if left else []
    return "\n\n".join([*blocks, *told])


def of_recipes(
    experiments: Sequence[Experiment],
    results: Results,
    differences: Differences,
    about: About,
) -> str:
    """Return a folded table with a row per approach and a block of columns per recipe.

    Args:
        experiments: `experiments.recipes`.
        results: of those that are finished.
        differences: each recipe after the first one minus the first one.
        about: the figures.
    """
    approaches = list(dict.fromkeys(name for found in results.values() for name in found))
    head = ["approach"]
    for one in experiments:
        head += [f"{one.title}: AUC", "HTER"]
    for one in experiments[1:]:
        head += [f"AUC of {one.title} minus {experiments[0].title} {about.interval}", one.title]
    rows = []
    looked_at: dict[str, Difference] = {}
    for approach in approaches:
        row = [approach]
        for one in experiments:
            row += _cells(one, approach, results, about)
        for one in experiments[1:]:
            found = differences.get(one.key, {}).get(approach)
            if found:
                looked_at[f"{approach}, {one.title}"] = found
            row += _compared(found)
        rows.append(row)
    table = _folded("All approaches", _grid(head, rows))
    return "\n\n".join([table, *_explained(results, approaches, looked_at, about)])


def _cells(one: Experiment, approach: str, results: Results, about: About) -> list[str]:
    found = results.get(one.key, {}).get(approach)
    if found is None:
        return [FAILED if about.failed.get(one.key) else "not run", NOTHING]
    few = len(found.auc) < about.seeds
    some = f", {len(found.auc)} of {about.seeds} seeds" if few else ""
    return [_ranged(found.auc) + some, _ranged(found.hter)]


def _compared(difference: Difference | None) -> list[str]:
    if difference is None:
        return [NOTHING, NOTHING]
    found = difference.found
    known = math.isfinite(found.low)
    interval = f" [{percent(found.low)} to {percent(found.high)}]" if known else ""
    return [signed(found.value) + interval, difference.verdict]


def _ranged(values: tuple[float, ...]) -> str:
    if len(values) == 1:
        return percent(values[0])
    return f"{percent(mean(values))} ({percent(min(values))} to {percent(max(values))})"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _folded(title: str, table: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{table}\n\n</details>"


def _explained(
    results: Results, approaches: Iterable[str], looked_at: Mapping[str, Difference], about: About
) -> list[str]:
    """Return the sentences below a table: what the figures are of, and what differences mean."""
    shown = set(approaches)
    counts = {
        (found.n_real, found.n_fake, len(found.auc))
        for one in results.values()
        for approach, found in one.items()
        if approach in shown
    }
    sizes = " or ".join(
        f"{real} real and {fake} fake videos, {seeds} training seed{'s' if seeds != 1 else ''}"
        for real, fake, seeds in sorted(counts)
    )
    told = [
        f"On {about.database}: {sizes or 'nothing yet'}; in percent, mean (smallest to largest)."
    ]
    if looked_at:
        told += [_meaning(len(looked_at), about), *_notes(looked_at)]
    failed = [name for names in about.failed.values() for name in names]
    if failed:
        told.append(f"Failed, so in no figure: {', '.join(failed)}.")
    return told


def _meaning(differences: int, about: About) -> str:
    level, draws = about.uncertainty.level, about.uncertainty.draws
    one_in = f"{100 / (100 - level):.3g}"
    several = differences != 1
    looked_at = f"{differences} difference{'s were' if several else ' was'} looked at"
    return (
        f"{level:g} % intervals, from {draws:,} draws of source videos, the same for both "
        "sides, and of each side's training seeds. Helps: the interval is above 0. Hurts: it is "
        f"below 0. Otherwise an effect is not shown. {looked_at}: if no "
        f"part had an effect, about one in {one_in} would still be called helpful or harmful by "
        "chance."
    )


def _notes(looked_at: Mapping[str, Difference]) -> list[str]:
    """Return a sentence for each thing to know about differences, with those it concerns."""
    concerned: dict[str, list[str]] = {}
    for title, one in looked_at.items():
        notes = [one.found.note] if one.found.note else []
        notes += [f"{one.left_out} videos without a score left out"] if one.left_out else []
        for note in notes:
            concerned.setdefault(note, []).append(title)
    return [
        f"{note[0].upper()}{note[1:]}"
        + (": all differences." if len(titles) == len(looked_at) else f": {'; '.join(titles)}.")
        for note, titles in concerned.items()
    ]
