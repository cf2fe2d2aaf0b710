"""The summary: which approach is best where, with what confidence, and what was not seen."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST
from deepfake_attribution.report import better, confidence, results
from deepfake_attribution.report.answers import joined_names
from deepfake_attribution.report.better import KINDS, Verdict
from deepfake_attribution.report.cells import NOTHING, percent, ranged
from deepfake_attribution.report.results import CHANCE

TITLES = {
    "auc": "Real ranked above fake: the higher the AUC, the better",
    "hter": "Wrong at the threshold: the lower the HTER, the better",
}
NOT_WORSE = "not significantly different from the best"
WORSE = "significantly worse"
UNTESTED = "not tested"
BASELINE = "metadata baseline AUC (no pixels)"
BASELINE_TEXT = (
    "Metadata baseline (no pixels): the AUC of a classifier that sees only metadata such as size "
    "and length. Only what an approach gains over it is evidence for the approach."
)


def definitions(differences: pd.DataFrame) -> str:
    """Return what the measures, "best" and "significantly worse" mean."""
    known = len(differences) > 0
    untested = f" Not tested: fewer than {FEWEST} source videos, so no p-value." if known else ""
    p = f" (p below {confidence.limit(differences['confidence'].iloc[0]):g})" if known else ""
    return (
        "AUC: how well an approach ranks real above fake; 100 is perfect, 50 is chance. HTER: the "
        "error rate at the approach's one threshold for videos, which was set without these "
        "videos; 0 is perfect, 50 is chance. The best approach has the best figure. Another "
        f"approach is significantly worse if the choice of source videos hardly explains the "
        f"difference{p}; otherwise it is not significantly different from the best. If several "
        "approaches share the best figure, an approach that is significantly worse than one of "
        f"them counts as significantly worse.{untested}"
    )


def has_baseline(figures: pd.DataFrame) -> bool:
    """Return whether the figures include the metadata baseline."""
    return bool(figures["approach"].isin(VARIANTS).any())


def verdicts(
    figures: pd.DataFrame, differences: pd.DataFrame, databases: Sequence[str], measure: str
) -> dict[str, Verdict]:
    """Return the verdict of a measure on each database.

    Args:
        figures, differences, measure: as for `better.verdict`.
        databases: in the order of the tables.
    """
    return {name: better.verdict(figures, differences, name, measure) for name in databases}


def sentences(found: Mapping[str, Verdict], measure: str) -> list[str]:
    """Return what the verdicts on all databases have in common; empty if nothing was compared.

    Args:
        found: from `verdicts`.
        measure: of the verdicts.
    """
    compared = {name: one for name, one in found.items() if one.not_worse or one.worse}
    if not compared:
        return []
    winners: dict[str, list[str]] = {}
    for name, one in compared.items():
        if len(one.best) == 1 and not one.not_worse and not one.untested:
            winners.setdefault(one.best[0], []).append(name)
    names = sorted({name for one in compared.values() for part in one for name in part})
    worse = {name for one in compared.values() for name in one.worse}
    lost = [name for name in names if all(name in one.worse for one in compared.values())]
    good = [name for name in names if name not in worse]
    first = [
        f"{name} is significantly better than every other on {joined_names(at)}"
        for name, at in winners.items()
    ]
    clauses = [
        ", ".join(first) or "no approach is significantly better than every other on any database"
    ]
    if good:
        clauses.append(
            f"not significantly worse than the best on any database: {joined_names(good)}"
        )
    else:
        clauses.append("every approach is significantly worse than the best on some database")
    if lost:
        clauses.append(f"significantly worse than the best on every database: {joined_names(lost)}")
    return [f"By {KINDS[measure]}, {'; '.join(clauses)}."]


def at_chance(figures: pd.DataFrame, databases: Sequence[str], measure: str) -> list[str]:
    """Return on which databases no approach is significantly better than chance, by one measure.

    Databases without any confidence interval are left out.

    Args:
        figures: `results.over_seeds`, with `results.with_intervals`.
        databases: in the order of the tables.
        measure: of `better.KINDS`; chance is 50 for each of them.
    """
    none = []
    for name in databases:
        rows = better.rivals(figures, name)
        rows = rows[rows[measure].notna()]
        end = f"{measure}_ci_{'high' if measure == 'hter' else 'low'}"
        if end not in rows or rows[end].isna().all():  # nothing was tested
            continue
        # one approach without an interval is not better than chance
        beyond = rows[end] < CHANCE if measure == "hter" else rows[end] > CHANCE
        if not beyond.any():
            none.append(name)
    if not none:
        return []
    return [
        f"By {KINDS[measure]}, no approach is significantly better than chance ({CHANCE:g}) on "
        f"{joined_names(none)}: no approach has a confidence interval that excludes it."
    ]


def table(
    figures: pd.DataFrame,
    found: Mapping[str, Verdict],
    measure: str,
    trained: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return a row per database: the best approach, its figure, how the others compare, and n.

    Args:
        figures: `results.over_seeds`.
        found: from `verdicts`.
        measure: of the verdicts.
        trained: database -> whether it was trained on, as text, if the table shows it.

    Returns:
        Text and counts; the column `UNTESTED` only if an approach was not tested.
    """
    some_untested = any(one.untested for one in found.values())
    lines = []
    for name, one in found.items():
        rows = better.rivals(figures, name).set_index("approach")
        line: dict[str, object] = {"database": name}
        if trained is not None:
            line["trained on"] = trained[name]
        line["best"] = _listed(one.best) or NOTHING
        line[KINDS[measure]] = ranged(rows.loc[one.best[0]], measure) if one.best else NOTHING
        line[NOT_WORSE] = _listed(one.not_worse) or NOTHING
        line[WORSE] = _worse(one)
        if some_untested:
            line[UNTESTED] = _untested(one)
        if measure == "auc" and has_baseline(figures):
            line[BASELINE] = _baseline(figures, name)
        row = rows.iloc[0]
        line |= {"real videos": row["n_real"], "fake videos": row["n_fake"]}
        lines.append(line | {"coverage %": percent(row["coverage"]), "seeds": row["seeds"]})
    return pd.DataFrame(lines)


def trained_on(
    databases: Sequence[str], training: Sequence[str], families: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return whether each database was trained on: yes, no, or (for a family) partly."""
    answers = {}
    for name in databases:
        known = [member in training for member in families.get(name, [name])]
        answers[name] = "yes" if all(known) else "partly" if any(known) else "no"
    return answers


def not_seen(
    figures: pd.DataFrame, trained: Mapping[str, str], attacks: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return sentences about what was not trained on and what the figures do not cover.

    Args:
        figures: `results.over_seeds`.
        trained: from `trained_on`.
        attacks: database -> its attacks that were never trained on.
    """
    lines = []
    others = [name for name, known in trained.items() if known == "no"]
    if others:
        lines.append(f"Databases not trained on: {', '.join(others)}.")
    if attacks:
        named = [f"{', '.join(names)} ({database})" for database, names in attacks.items()]
        lines.append(f"Attacks never trained on: {'; '.join(named)}.")
    videos = results.pooled(figures).drop_duplicates("database")
    lacking = []
    for row in videos.to_dict("records"):
        without, missing = int(row["videos_without_face"]), int(row["videos_missing"])
        if without or missing:
            lacking.append(
                f"{row['database']}: {without} videos without a face and {missing} not found have "
                f"no score: coverage {percent(row['coverage'])} %."
            )
        for kind, count in (("real", row["n_real"]), ("fake", row["n_fake"])):
            if not count:
                lacking.append(
                    f"{row['database']}: no {kind} video has a score, so there is no AUC and no "
                    "HTER."
                )
    lines += lacking or ["Every test video that the datasets list was found and has a score."]
    if len(videos) and (figures["seeds"] == 1).all():
        lines.append(
            "Each approach was trained once: no interval here includes the variation between "
            "training seeds."
        )
    return lines


def _listed(names: Sequence[str]) -> str:
    """Return names separated by commas; those of one head as ``ArcFaceMod-NN/LR``."""
    heads: dict[str, list[str]] = {}
    for name in names:
        head, _, classifier = name.partition("-")
        heads.setdefault(head, []).append(classifier)
    labels = [f"{head}-{'/'.join(kinds)}" if all(kinds) else head for head, kinds in heads.items()]
    return ", ".join(labels)


def _worse(one: Verdict) -> str:
    return _every(one.worse, [*one.not_worse, *one.untested])


def _untested(one: Verdict) -> str:
    return _every(one.untested, [*one.not_worse, *one.worse])


def _every(names: Sequence[str], others: Sequence[str]) -> str:
    """Return names as text; all approaches but the best as "every other"."""
    return "every other" if names and not others else _listed(names) or NOTHING


def _baseline(figures: pd.DataFrame, database: str) -> str:
    """Return the higher AUC of the two metadata baselines."""
    rows = results.pooled(figures)
    own = rows[(rows["database"] == database) & rows["approach"].isin(VARIANTS)]
    known = own[own["auc"].notna()]
    return NOTHING if known.empty else percent(known["auc"].max())
