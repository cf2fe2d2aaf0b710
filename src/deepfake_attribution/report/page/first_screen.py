"""The first screen of the page: the answer in a sentence, a matrix, the map and faces."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepfake_attribution.report import better, glossary, matrix
from deepfake_attribution.report.conclusion import conclusion
from deepfake_attribution.report.content import Run
from deepfake_attribution.report.page.first_faces import Face

SPOKEN = {
    matrix.BEST: "best",
    matrix.TIE: "not significantly different from the best",
    matrix.UNTESTED: "not tested against the best",
}
HINTS = {
    "auc": "higher is better",
    "hter": "lower is better",
    "eer": "lower is better; differences are not tested",
    "fnr": "lower is better; read it together with FPR: no best is marked",
    "fpr": "lower is better; read it together with FNR: no best is marked",
}


def content(run: Run, faces: Sequence[Face], validated: str) -> dict[str, Any]:
    """Return what the template ``first_screen.html.j2`` takes as ``first``.

    Args:
        run: what is reported.
        faces: one per class.
        validated: as for `conclusion`.
    """
    return {
        "conclusion": conclusion(run, validated),
        "matrices": [_shown(one, run) for one in matrix.matrices(run)],
        "glossary": (*glossary.TERMS, *glossary.APPROACHES),
        "terms": {term.name.lower(): term for term in glossary.TERMS},
        "faces": faces,
        "spoken": SPOKEN,
        "steps": range(matrix.STEPS),
    }


def _has_worse(one: matrix.Matrix, run: Run) -> bool:
    """Return whether a cell without a mark is significantly worse than the best."""
    if one.measure not in better.KINDS or run.differences.empty:
        return False
    return any(c.step is not None and not c.mark for cells in one.rows.values() for c in cells)


def _shown(one: matrix.Matrix, run: Run) -> Mapping[str, Any]:
    """Return a matrix with the texts around it."""
    counts = [
        (title, sum(each.seen == seen for each in one.columns))
        for seen, title in matrix.GROUPS.items()
    ]
    cells = [cell for row in one.rows.values() for cell in row]
    worst, best = matrix.RANGES[one.measure]
    confidence = f"{run.differences['confidence'].iloc[0]:g} % " if len(run.differences) else ""
    return {
        "measure": one.measure,
        "columns": one.columns,
        "rows": one.rows,
        "groups": [(title, count) for title, count in counts if count],
        "apart": next((n for n, each in enumerate(one.columns) if each.seen), None),
        "ends": (f"{worst:g}", f"{best:g}"),
        "hint": HINTS[one.measure],
        "marks": {cell.mark for cell in cells},
        "worse": _has_worse(one, run),
        "interval": f"{confidence}confidence interval" if any(c.interval for c in cells) else "",
    }
