"""The sections of the report in order, for all of its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from deepfake_attribution.report import (
    attack_tables,
    better,
    class_tables,
    comparable,
    comparison,
    confidence,
    confusion_answer,
    overlap,
    results,
    strength_tables,
    summary,
    wording,
)
from deepfake_attribution.report.comparable import Ours
from deepfake_attribution.report.published import Publication
from deepfake_attribution.report.wording import Remark


@dataclass(frozen=True, eq=False)
class Run:
    """The results that are reported; two of them are equal only if they are the same object.

    Attributes:
        figures: `results.over_seeds`, with `results.with_intervals`.
        accuracy: `results.collect` ("accuracy"), with `class_tables.with_class_intervals`.
        training: datasets of the superset.
        remarks: shown at the top.
        rate: share of validation fakes that the threshold lets pass.
        degraded: whether the threshold is set on degraded copies of these fakes.
        families: name of a row -> the datasets that it joins.
        published: what the figures are compared with (``databases.published``).
        frames: taken of each video; None: not known.
        compared_on: datasets not trained on that recipes were compared on
            (``databases.compared_on``).
        overlaps: what test and training videos are known to share, see `overlap.table`.
        further: sections that are made elsewhere; they come before the thresholds.
        confusion: `results.collect` ("confusion").
        differences: of every two approaches, of ``data/uncertainty``.
        new_attacks: database -> its attacks that were never trained on.
        strengths: figures against the strength of attacks, of ``data/uncertainty``.
    """

    figures: pd.DataFrame
    accuracy: pd.DataFrame
    training: Sequence[str]
    remarks: Sequence[Remark]
    rate: float
    degraded: bool = False
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)
    published: Sequence[Publication] = ()
    frames: int | None = None
    compared_on: Sequence[str] = ()
    overlaps: pd.DataFrame = field(default_factory=overlap.none)
    confusion: pd.DataFrame = field(default_factory=pd.DataFrame)
    differences: pd.DataFrame = field(default_factory=better.none)
    further: Sequence["Section"] = ()
    new_attacks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    strengths: pd.DataFrame = field(default_factory=strength_tables.none)


@dataclass(frozen=True)
class Table:
    """A table; with two levels of columns, its index is (group, row) and is shown.

    Attributes:
        title: shown above it, or empty.
        rows: text and counts.
        folded: whether a page may fold it.
        paged: whether only the page has it; Markdown leaves it to the CSV files.
    """

    title: str
    rows: pd.DataFrame
    folded: bool = False
    paged: bool = False


@dataclass(frozen=True)
class Part:
    """Sentences and tables, below a heading of their own if there is one."""

    heading: str
    tables: Sequence[Table]
    text: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    """A heading, its anchor on a page, sentences, parts, and its answer to the question."""

    heading: str
    anchor: str
    text: Sequence[str]
    parts: Sequence[Part]
    answer: str = ""


@lru_cache(maxsize=1)  # each form of the report asks for them
def sections(run: Run) -> list[Section]:
    """Return all sections below the summary that are not empty; `questions.asked` orders them."""
    seen, others = results.parted(run.figures, run.training, run.families)
    compared = _differences(run, [*seen, *others])
    return [
        *([_published(run)] if run.published else []),
        *([_databases(run, wording.TRAINED, "trained", seen)] if seen else []),
        *([_databases(run, wording.OTHERS, "others", others)] if others else []),
        *([compared] if compared.parts else []),
        *([_overlaps(run)] if len(run.overlaps) else []),
        _attacks(run),
        *([_strengths(run)] if len(run.strengths) else []),
        _classes(run),
        *run.further,
        Section(
            "Thresholds",
            "thresholds",
            [wording.THRESHOLDS],
            [Part("", [Table("", results.thresholds(run.figures))])],
        ),
    ]


@lru_cache(maxsize=1)
def summed_up(run: Run) -> Section:
    """Return the summary: which approach is best where, and what was not seen."""
    seen, others = results.parted(run.figures, run.training, run.families)
    names = [*seen, *others]
    trained = summary.trained_on(names, run.training, run.families)
    text, tables = [], []
    for measure, title in summary.TITLES.items():
        found = summary.verdicts(run.figures, run.differences, names, measure)
        text += summary.sentences(found, measure)
        text += summary.at_chance(run.figures, names, measure)
        first = trained if measure == "auc" else None
        tables.append(Table(title, summary.table(run.figures, found, measure, first)))
    baseline = [summary.BASELINE_TEXT] if summary.has_baseline(run.figures) else []
    parts = [
        Part("", tables, [*text, summary.definitions(run.differences), *baseline]),
        Part("Not seen", [], _not_seen(run, trained)),
    ]
    return Section("Which approach is best where", "summary", [], parts)


def _not_seen(run: Run, trained: Mapping[str, str]) -> list[str]:
    text = summary.not_seen(run.figures, trained, run.new_attacks)
    return [*text, wording.compared_on(run.compared_on)] if run.compared_on else text


def reading(run: Run) -> list[str]:
    """Return how to read the figures of every section."""
    text = [wording.reading(run.rate, run.degraded), wording.CONTEXT]
    if len(run.differences):
        text += confidence.explanation(run.differences)
    return text


def _databases(run: Run, heading: str, anchor: str, names: Sequence[str]) -> Section:
    parts = [
        Part(
            name,
            [
                Table(wording.VIDEO, results.of_database(run.figures, name, "video")),
                Table(wording.FRAME, results.of_database(run.figures, name, "frame"), folded=True),
            ],
            results.notes(run.figures, name),
        )
        for name in names
    ]
    return Section(heading, anchor, [wording.MEASURES], parts)


def _differences(run: Run, names: Sequence[str]) -> Section:
    parts = []
    for measure, named in better.KINDS.items():
        pairs = {name: better.table(run.figures, run.differences, name, measure) for name in names}
        shown = [Table(name, rows, folded=True) for name, rows in pairs.items() if len(rows)]
        if shown:
            parts.append(Part(f"Every approach against the best by {named}", shown))
    return Section("Differences to the best approach", "differences", [], parts)


def _classes(run: Run) -> Section:
    confused = run.confusion if len(run.confusion) else class_tables.no_confusion()
    classes = class_tables.counted_classes(run.accuracy, confused)
    rows = class_tables.accuracies(run.accuracy, run.figures, classes)
    parts = [Part("", [Table("", rows)])]
    f1 = class_tables.macro_f1s(run.accuracy, classes)
    if len(f1):
        parts.append(Part("Macro F1", [Table("", f1)], [wording.MACRO_F1]))
    pairs = confused[["database", "approach"]].drop_duplicates().itertuples(index=False)
    tables = [
        Table(
            f"{approach} on {database}",
            class_tables.confusions(confused, approach, database),
            folded=True,
            paged=True,
        )
        for database, approach in pairs
    ]
    if tables:
        parts.append(Part("Confusion of classes", tables, [wording.CONFUSION]))
    answer = confusion_answer.answer(confused, run.accuracy, run.families)
    return Section("Classification accuracy", "classes", [wording.OWN_CLASS], parts, answer)


def _overlaps(run: Run) -> Section:
    text = [wording.OVERLAP, *overlap.sentences(run.overlaps)]
    parts = [Part("", [Table("", overlap.table(run.overlaps))])]
    return Section("What test and training share", "overlaps", text, parts)


def ours(run: Run) -> Ours:
    """Return what of a run decides which published figures it can be compared with."""
    return Ours(run.figures, run.training, run.families, run.rate, run.frames)


def _published(run: Run) -> Section:
    parts = [
        _published_table(run, publication, number)
        for publication in run.published
        for number in range(1, len(publication.protocol.tables) + 1)
    ]
    text = wording.about_published(run.remarks)
    return Section("Comparison with published figures", "published", text, parts)


def _published_table(run: Run, publication: Publication, table: int) -> Part:
    own = ours(run)
    text = wording.about_protocol(publication.protocol, run.training) if table == 1 else []
    lacking = comparison.not_run(own, publication, table)
    refused = comparison.refused(own, publication, table)
    text += [f"Not run here: {', '.join(lacking)}."] if lacking else []
    text += [f"Not compared: {'; '.join(refused)}."] if refused else []
    tables = []
    if columns := list(comparison.run(own, publication, table)):
        text += comparable.remarks(own, publication, columns)
        compared = comparison.long(own, [publication])
        tables = [
            Table("", comparison.wide(compared, publication, table)),
            Table("Test videos of each column", comparison.video_counts(own, publication, table)),
        ]
    return Part(publication.protocol.tables[table - 1].title, tables, text)


def _attacks(run: Run) -> Section:
    titles = {"fpr": "Fakes called real (FPR)", "auc": "AUC", "hter": "HTER"}
    # an attack is known or new whatever the database; a family has the attacks of its members
    new = {name for names in run.new_attacks.values() for name in names}
    parts = [
        Part(
            title,
            [Table("", attack_tables.by_attack(run.figures, measure, new))],
            [wording.FNR_WITH_FPR] if measure == "fpr" else [],
        )
        for measure, title in titles.items()
    ]
    return Section("Each attack alone", "attacks", [wording.BY_ATTACK], parts)


def _strengths(run: Run) -> Section:
    parts = [
        Part(
            title,
            [Table("", strength_tables.table(run.strengths, measure))],
            [strength_tables.FPR_TEXT] if measure == "fpr" else [],
        )
        for measure, title in strength_tables.TITLES.items()
    ]
    found = strength_tables.answer(run.strengths)
    text = [strength_tables.TEXT, *strength_tables.left_out(run.strengths)]
    text = [*([found] if found else []), *text]
    return Section("Attack strength", "strengths", text, parts, found)
