"""The tables of figures in LaTeX, with booktabs, for ``\\input`` in a paper."""

import re

import pandas as pd

from deepfake_attribution.report import comparable, comparison, results, wording
from deepfake_attribution.report.content import Run, ours

WIDEST = 2  # databases side by side on a page; more make a further table
SPECIAL = str.maketrans(
    {name: f"\\{name}" for name in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}"}
)
INTERVAL = re.compile(r" (\[[^\]]*\])")
SMALL = r"\small\setlength{\tabcolsep}{4pt}"
HEAD = """% Made by `dvc repro`; changes are lost. The preamble needs \\usepackage{booktabs}.
"""


def document(run: Run) -> str:
    """Return the tables: databases trained on, then the others; video level, then frames.

    Rows are approaches; each database has a column for AUC, EER, AP, FNR, FPR and HTER, with the
    intervals in a line below. A caption contains the level, n, compression, coverage and seeds, and
    the titles of the remarks. The published tables follow, ours and theirs side by side.
    """
    parts = [HEAD]
    note = " ".join(
        [wording.reading(run.rate, run.degraded), *(remark.title for remark in run.remarks)]
    )
    if len(run.differences):
        confidence = float(run.differences["confidence"].iloc[0])
        note += f" In brackets: {confidence:g} % confidence intervals (bootstrap of source videos)."
    seen, others = results.parted(run.figures, run.training, run.families)
    figures = run.figures
    wide = (figures["seeds"] > 1).any() or bool(figures.filter(like="_ci_").notna().any(axis=None))
    widest = 1 if wide else WIDEST  # a range or an interval takes the space of a second database
    for title, names in ((wording.TRAINED, seen), (wording.OTHERS, others)):
        for level in ("video", "frame"):
            for start in range(0, len(names), widest):
                some = names[start : start + widest]
                n = "; ".join(f"{name} {results.size(run.figures, name, level)}" for name in some)
                caption = f"{title}, {level} level, in percent. {note} n: {n}."
                part = "trained" if names is seen else "others"
                label = f"tab:{part}-{level}-{start // widest + 1}"
                parts.append(table(results.by_measure(run.figures, some, level), caption, label))
    return "\n".join([*parts, *_published(run, widest)])


def _published(run: Run, widest: int) -> list[str]:
    """Return the published tables, each ``widest`` databases side by side."""
    own = ours(run)
    compared = comparison.long(own, run.published)
    parts = []
    for publication in run.published:
        protocol = publication.protocol
        note = " ".join(
            [
                *wording.about_protocol(protocol, run.training),
                *wording.about_published(run.remarks),
            ]
        )
        for number, shown in enumerate(protocol.tables, start=1):
            names = comparison.run(own, publication, number)
            cells = comparison.wide(compared, publication, number) if names else pd.DataFrame()
            for start in range(0, len(names), widest):
                some = dict(list(names.items())[start : start + widest])
                rows = cells[list(some)]
                rows = rows.set_axis([" ".join(names) for names in rows.index])
                compared_rows = {name: comparable.rows(own, publication, name) for name in some}
                n = "; ".join(
                    f"{column} {results.counts(own_rows, protocol.level)}"
                    for column, own_rows in compared_rows.items()
                )
                caption = f"Compared with published figures. {shown.title}. {note} Our n: {n}."
                label = f"tab:published-{publication.name}-{number}-{start // widest + 1}"
                parts.append(table(rows, caption, label))
    return parts


def table(cells: pd.DataFrame, caption: str, label: str) -> str:
    """Return a floating table; text in square brackets goes into a line below.

    Args:
        cells: text with columns of two levels, the first a database.
        caption: plain text.
        label: for references; letters, digits, ``:`` and ``-``.
    """
    style = _two_lines(cells).rename_axis(index=None).style.format(escape)
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


def _two_lines(cells: pd.DataFrame) -> pd.DataFrame:
    """Return ``cells`` with the intervals of each row moved into a row below it."""
    lines, names = [], []
    for place, (name, row) in enumerate(zip(cells.index, cells.to_numpy(), strict=True)):
        lines.append([INTERVAL.sub("", text) for text in row])
        names.append(str(name))
        found = [INTERVAL.search(text) for text in row]
        if any(found):
            lines.append([one.group(1) if one else "" for one in found])
            names.append(" " * (place + 1))  # row names must be unique
    return pd.DataFrame(lines, index=names, columns=cells.columns)


def escape(text: str) -> str:
    """Return ``text`` with LaTeX's special characters written out."""
    return text.translate(SPECIAL)


def _ruled(text: str, cells: pd.DataFrame) -> str:
    """Add a rule below each database's name and a small font, which pandas cannot do."""
    width = cells.shape[1] // cells.columns.get_level_values(0).nunique()
    starts = range(2, cells.shape[1] + 2, width)
    rules = " ".join(f"\\cmidrule(lr){{{start}-{start + width - 1}}}" for start in starts)
    lines = text.splitlines()
    at = lines.index("\\toprule") + 2
    lines = [*lines[:at], rules, *lines[at:]]
    lines.insert(lines.index("\\centering") + 1, SMALL)
    return "\n".join(lines) + "\n"
