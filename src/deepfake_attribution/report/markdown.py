"""The results page in Markdown."""

from collections.abc import Iterable

import pandas as pd

from deepfake_attribution.report.cells import NOTHING
from deepfake_attribution.report.content import Run, Section, reading, sections, summed_up
from deepfake_attribution.report.questions import asked


def page(run: Run) -> str:
    """Return the page: the remarks, the summary, then the questions with their sections."""
    parts = ["# Results\n", *(f"> **{remark.title}** {remark.text}\n" for remark in run.remarks)]
    how = Section("How to read the figures", "reading", reading(run), [])
    for section in (summed_up(run), how):
        parts += _section(section, "##")
    for question in asked(sections(run)):
        parts += [f"## {question.heading}\n"] + ([f"{question.lead}\n"] if question.lead else [])
        for section in question.sections:
            parts += _section(section, "###")
    return "\n".join(parts)


def _section(section: Section, level: str) -> list[str]:
    """Return the lines of a section; its heading begins with ``level``."""
    parts = [f"{level} {section.heading}\n", *(f"{line}\n" for line in section.text)]
    for part in section.parts:
        parts += [f"{level}# {part.heading}\n"] if part.heading else []
        parts += [f"{line}\n" for line in part.text]
        for shown in (one for one in part.tables if not one.paged):
            parts += [f"**{shown.title}**\n"] if shown.title else []
            parts += [table(flat(shown.rows))]
    return parts


def flat(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with one level of columns; of two levels, the index becomes columns."""
    if rows.columns.nlevels == 1:
        return rows
    named = rows.set_axis([" ".join(names) for names in rows.columns], axis=1)
    return named.reset_index()


def table(rows: pd.DataFrame) -> str:
    """Return ``rows`` as a Markdown table."""
    if rows.empty:
        return "None.\n"
    lines = [_line(rows.columns), _line(["---"] * len(rows.columns))]
    lines += [_line(row) for row in rows.astype(object).fillna(NOTHING).to_numpy().tolist()]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
