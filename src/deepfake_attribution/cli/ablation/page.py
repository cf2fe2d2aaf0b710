"""Writes a comparison into a page of the docs: a picture, and the tables below it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from deepfake_attribution.cli.ablation import marks, picture, table
from deepfake_attribution.cli.ablation.collect import Compared
from deepfake_attribution.cli.ablation.experiments import Experiment

PICTURES = "pictures"  # a folder beside the page


def write(
    page: Path,
    name: str,
    rows: Sequence[Experiment],
    found: Compared,
    shown: Mapping[str, str] | None,
) -> None:
    """Write what is finished between the page's marks, and the picture beside the page.

    Args:
        page: a Markdown file with the marks of ``name``.
        name: of the comparison.
        rows: of the table.
        found: what they show.
        shown: head -> approach, of an ablation; None: whole recipes.

    Raises:
        UserError: the page has no marks for it.
    """
    about = found.about
    if shown is None:
        text = table.of_recipes(rows, found.results, found.differences, about)
        panels = {one.title: dict(found.differences.get(one.key, {})) for one in rows[1:]}
        names = list(found.results[rows[0].key])
        title = f"Recipes on {about.database}"
        sides = f"minus the {rows[0].title}"
    else:
        text = table.of_parts(rows, found.results, found.differences, shown, about)
        labels, sides = _labels(rows)
        panels = {
            approach: {
                labels[one.key]: found.differences[one.key][approach]
                for one in rows
                if approach in found.differences.get(one.key, {})
            }
            for approach in shown.values()
        }
        names = list(labels.values())
        title = f"Parts of a recipe on {about.database}"
    if any(panels.values()):
        below = f"AUC of videos, {sides}; line: {about.uncertainty.level:g} % interval; "
        below += "blue: helps, orange: hurts, hollow: not shown"
        path = page.parent / PICTURES / f"{name}.png"
        marks.around(page, name)  # a page without a place for it keeps its picture
        picture.write(panels, names, title, below, path)
        text = f"![{title}: {below}]({PICTURES}/{path.name})\n\n{text}"
    marks.write(page, name, text)


def _labels(rows: Sequence[Experiment]) -> tuple[dict[str, str], str]:
    """Return experiment's key -> its label in the picture, and what the differences are.

    A recipe that all rows begin with is named once, above the picture, and not in each row.
    """
    recipes = [one.title for one in rows if not one.base]
    if len(recipes) != 1:
        return {one.key: one.title for one in rows}, "with the last part minus without it"
    labels = {one.key: one.title.removeprefix(recipes[0]).strip() for one in rows}
    return labels, f"{recipes[0]} with the last part minus without it"
