"""The tables of figures in LaTeX, with booktabs, for ``\\input`` in a paper."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.report import results, wording
from deepfake_attribution.report.wording import Remark

WIDEST = 2  # databases side by side on a page; more make a further table
SPECIAL = str.maketrans(
    {name: f"\\{name}" for name in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}"}
)
SMALL = r"\small\setlength{\tabcolsep}{4pt}"
HEAD = """% Made by `dvc repro`; changes are lost. The preamble needs \\usepackage{booktabs}.
"""


def document(
    figures: pd.DataFrame, training: Sequence[str], remarks: Sequence[Remark], rate: float
) -> str:
    """Return the tables: databases trained on, then the others; video level, then frames.

    Rows are approaches; each database has a column for AUC, FNR, FPR and HTER. A caption says the
    level and n, and what must be known before any figure.

    Args:
        figures: `results.collect` ("figures").
        training: datasets of the superset.
        remarks: what every caption ends with.
        rate: share of validation fakes that the threshold lets pass.
    """
    parts = [HEAD]
    said = " ".join([wording.reading(rate), *(remark.title for remark in remarks)])
    seen, others = results.parted(figures, training)
    for title, names in ((wording.TRAINED, seen), (wording.OTHERS, others)):
        for level in ("video", "frame"):
            for start in range(0, len(names), WIDEST):
                some = names[start : start + WIDEST]
                n = "; ".join(f"{name} {results.size(figures, name, level)}" for name in some)
                caption = f"{title}, {level} level, in percent. {said} n: {n}."
                part = "trained" if names is seen else "others"
                label = f"tab:{part}-{level}-{start // WIDEST + 1}"
                parts.append(table(results.by_measure(figures, some, level), caption, label))
    return "\n".join(parts)


def table(cells: pd.DataFrame, caption: str, label: str) -> str:
    """Return a floating table.

    Args:
        cells: from `results.by_measure`.
        caption: plain text.
        label: for references; letters, digits, ``:`` and ``-``.
    """
    style = cells.rename_axis(index=None).style.format(escape)
    style = style.format_index(escape, axis=0).format_index(escape, axis=1)
    text = style.to_latex(
        column_format="l" + "r" * cells.shape[1],
        position="tbp",
        position_float="centering",
        hrules=True,
        multicol_align="c",
        caption=escape(caption),
        label=label,
    )
    return _ruled(text, cells)


def escape(text: str) -> str:
    """Return ``text`` with LaTeX's special characters written out."""
    return text.translate(SPECIAL)


def _ruled(text: str, cells: pd.DataFrame) -> str:
    """Draw a rule below each database's name, and set the table small, which pandas does not."""
    width = len(results.RATES)
    starts = range(2, cells.shape[1] + 2, width)
    rules = " ".join(f"\\cmidrule(lr){{{start}-{start + width - 1}}}" for start in starts)
    lines = text.splitlines()
    at = lines.index("\\toprule") + 2
    lines = [*lines[:at], rules, *lines[at:]]
    lines.insert(lines.index("\\centering") + 1, SMALL)
    return "\n".join(lines) + "\n"
