"""The tables of an ablation, as Markdown."""

from collections.abc import Mapping, Sequence

from deepfake_attribution.cli.ablation.comparison import Reading, least_difference, mean
from deepfake_attribution.cli.ablation.experiments import Experiment
from deepfake_attribution.report.cells import NOTHING, percent, signed

FAILED = "failed"
Results = Mapping[str, Mapping[str, Reading]]  # experiment's key -> approach -> figures


def of_parts(
    experiments: Sequence[Experiment],
    results: Results,
    shown: Mapping[str, str],
    database: str,
    failed: Sequence[str] = (),
) -> str:
    """Return the table of `experiments.parts` and what its differences mean.

    Args:
        experiments: its rows.
        results: of those that are through.
        shown: head -> approach; a block of columns for each.
        database: that the figures are of.
        failed: keys of experiments that failed.
    """
    titles = {one.key: one.title for one in experiments}
    head = ["recipe", "compared with"]
    for approach in shown.values():
        head += [f"{approach}: AUC", "difference", "HTER"]
    rows = []
    for one in experiments:
        row = [one.title, titles.get(one.base, NOTHING)]
        for part, approach in shown.items():
            row += _cells(one, part, approach, results, failed)
        rows.append(row)
    blocks = [_grid(head, rows), _counted(results, database, shown.values())]
    for approach in shown.values():
        blocks.append(_meaning(approach, results))
    blocks.append("If no part had an effect, about one difference in twenty would still pass.")
    return "\n\n".join(blocks)


def _cells(
    one: Experiment, head: str, approach: str, results: Results, failed: Sequence[str]
) -> list[str]:
    if head not in one.heads:
        return [NOTHING] * 3
    found = results.get(one.key, {}).get(approach)
    if found is None:
        return [FAILED if one.key in failed else "not run", NOTHING, NOTHING]
    base = results.get(one.base, {}).get(approach)
    difference = signed(mean(found.auc) - mean(base.auc)) if base else NOTHING
    return [_ranged(found.auc), difference, _ranged(found.hter)]


def of_recipes(
    experiments: Sequence[Experiment],
    results: Results,
    database: str,
    failed: Sequence[str] = (),
) -> str:
    """Return a table with a row per approach and a block of columns per recipe.

    Args:
        experiments: `experiments.recipes`.
        results: of those that are through.
        database: that the figures are of.
        failed: keys of experiments that failed.
    """
    approaches = list(dict.fromkeys(name for found in results.values() for name in found))
    head = ["approach"]
    for one in experiments:
        head += [f"{one.title}: AUC", "HTER"]
    rows = []
    for approach in approaches:
        row = [approach]
        for one in experiments:
            found = results.get(one.key, {}).get(approach)
            none = FAILED if one.key in failed else "not run"
            row += [_ranged(found.auc), _ranged(found.hter)] if found else [none, NOTHING]
        rows.append(row)
    return "\n\n".join([_grid(head, rows), _counted(results, database, approaches)])


def _ranged(values: tuple[float, ...]) -> str:
    if len(values) == 1:
        return percent(values[0])
    return f"{percent(mean(values))} ({percent(min(values))} to {percent(max(values))})"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _counted(results: Results, database: str, approaches: Sequence[str] | object) -> str:
    """Return the sentence that says what the figures are of."""
    counts = {
        (found.n_real, found.n_fake, len(found.auc))
        for one in results.values()
        for found in one.values()
    }
    sizes = " or ".join(
        f"{real} real and {fake} fake videos, {seeds} training seeds"
        for real, fake, seeds in sorted(counts)
    )
    return f"On {database}: {sizes or 'nothing yet'}; in percent, mean (smallest to largest)."


def _meaning(approach: str, results: Results) -> str:
    found = {key: one[approach] for key, one in results.items() if approach in one}
    least = least_difference(found)
    if least != least:
        return f"{approach}: one training seed cannot show whether a difference is chance."
    widest = max(max(one.auc) - min(one.auc) for one in found.values())
    return (
        f"{approach}: a difference in AUC below {percent(least)} points is no more than what other "
        f"training seeds do (twice the standard error of a difference of two means); one recipe's "
        f"seeds lie up to {percent(widest)} points apart."
    )
