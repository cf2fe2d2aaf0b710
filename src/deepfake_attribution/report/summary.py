"""What stands on top: which approach is best where, how sure that is, and what was not seen."""

from collections.abc import Mapping, Sequence

import pandas as pd

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report import better, confidence, results
from deepfake_attribution.report.better import KINDS, Verdict
from deepfake_attribution.report.cells import NOTHING, percent, ranged

TITLES = {
    "auc": "Real ranked above fake: the higher the AUC, the better",
    "hter": "Wrong at the threshold: the lower the HTER, the better",
}
CHANCE = 50.0  # percent: AUC of scores that tell nothing, and HTER of any threshold on them
BLIND = "AUC without pixels"
BLIND_WORDS = (
    f"{BLIND}: what plain facts of the files tell. Only what an approach gains beyond it speaks "
    "for the approach."
)


def words(differences: pd.DataFrame) -> str:
    """Return what the measures are, and what best and sure mean."""
    known = len(differences) > 0
    p = f" (p below {confidence.limit(differences['confidence'].iloc[0]):g})" if known else ""
    return (
        "AUC: how well an approach ranks real above fake; 100 is perfect, 50 is chance. HTER: what "
        "it gets wrong at its one threshold for videos, which was set without looking at these; 0 "
        "is perfect, 50 is chance. Best is who has the best figure. Others are surely worse where "
        f"the choice of source videos hardly explains the difference{p}; else they may be as good. "
        "Where several share the best figure, who is surely worse than one of them counts as "
        "surely worse: they have the same figure."
    )


def has_baseline(figures: pd.DataFrame) -> bool:
    """Return whether the approaches that see no pixel are among the figures."""
    return bool(figures["approach"].isin(VARIANTS).any())


def verdicts(
    figures: pd.DataFrame, differences: pd.DataFrame, databases: Sequence[str], measure: str
) -> dict[str, Verdict]:
    """Return what a measure says on each database.

    Args:
        figures, differences, measure: as for `better.verdict`.
        databases: in the order of the tables.
    """
    return {name: better.verdict(figures, differences, name, measure) for name in databases}


def sentences(found: Mapping[str, Verdict], measure: str) -> list[str]:
    """Return what holds over all databases, by one measure; nothing where nothing is compared.

    Args:
        found: from `verdicts`.
        measure: that they are of.
    """
    told = {name: one for name, one in found.items() if one.near or one.worse}
    if not told:
        return []
    surely: dict[str, list[str]] = {}
    for name, one in told.items():
        if len(one.best) == 1 and not one.near and not one.untold:
            surely.setdefault(one.best[0], []).append(name)
    names = sorted({name for one in told.values() for part in one for name in part})
    worse = {name for one in told.values() for name in one.worse}
    lost = [name for name in names if all(name in one.worse for one in told.values())]
    good = [name for name in names if name not in worse]
    first = [
        f"{name} is surely better than every other on {_and(at)}" for name, at in surely.items()
    ]
    said = [", ".join(first) or "no approach is surely better than every other on any database"]
    if good:
        said.append(f"nowhere surely worse than the best: {_and(good)}")
    else:
        said.append("every approach is surely worse than the best somewhere")
    if lost:
        said.append(f"surely worse than the best everywhere: {_and(lost)}")
    return [f"By {KINDS[measure]}, {'; '.join(said)}."]


def at_chance(figures: pd.DataFrame, databases: Sequence[str], measure: str) -> list[str]:
    """Return on which databases no approach is surely better than chance, by one measure.

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
        if rows.empty or end not in rows:
            continue
        # an interval that is missing excludes nothing
        beyond = rows[end] < CHANCE if measure == "hter" else rows[end] > CHANCE
        if not beyond.any():
            none.append(name)
    if not none:
        return []
    return [
        f"By {KINDS[measure]}, no approach is surely better than chance ({CHANCE:g}) on "
        f"{_and(none)}: no interval there leaves it out."
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
        measure: that they are of.
        trained: database -> whether it was trained on, in words, if that is to be said.
    """
    lines = []
    for name, one in found.items():
        rows = better.rivals(figures, name).set_index("approach")
        line: dict[str, object] = {"database": name}
        if trained is not None:
            line["trained on"] = trained[name]
        line["best"] = _listed(one.best) or NOTHING
        line[KINDS[measure]] = ranged(rows.loc[one.best[0]], measure) if one.best else NOTHING
        line["may be as good"] = _near(one)
        line["surely worse"] = _worse(one)
        if measure == "auc" and has_baseline(figures):
            line[BLIND] = _blind(figures, name)
        row = rows.iloc[0]
        line |= {"real videos": row["n_real"], "fake videos": row["n_fake"]}
        lines.append(line | {"coverage %": percent(row["coverage"]), "seeds": row["seeds"]})
    return pd.DataFrame(lines)


def trained_on(
    databases: Sequence[str], training: Sequence[str], families: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return whether each database was trained on: yes, no, or of a family, partly."""
    said = {}
    for name in databases:
        known = [member in training for member in families.get(name, [name])]
        said[name] = "yes" if all(known) else "partly" if any(known) else "no"
    return said


def not_seen(
    figures: pd.DataFrame, trained: Mapping[str, str], attacks: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return sentences about what was not trained on, and what the figures say nothing of.

    Args:
        figures: `results.over_seeds`.
        trained: from `trained_on`.
        attacks: database -> its attacks that were never trained on.
    """
    said = []
    others = [name for name, known in trained.items() if known == "no"]
    if others:
        said.append(f"Databases that nothing was trained on: {', '.join(others)}.")
    if attacks:
        named = [f"{', '.join(names)} ({database})" for database, names in attacks.items()]
        said.append(f"Attacks never trained on: {'; '.join(named)}.")
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
    said += lacking or ["Every test video that the datasets list was found and has a score."]
    if len(videos) and (figures["seeds"] == 1).all():
        said.append(
            "Each approach was trained once: how far another training seed would move a figure is "
            "in no interval here."
        )
    return said


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _listed(names: Sequence[str]) -> str:
    """Return names by commas; those of one head as ``ArcFaceMod-NN/LR``."""
    heads: dict[str, list[str]] = {}
    for name in names:
        head, _, classifier = name.partition("-")
        heads.setdefault(head, []).append(classifier)
    told = [f"{head}-{'/'.join(kinds)}" if all(kinds) else head for head, kinds in heads.items()]
    return ", ".join(told)


def _near(one: Verdict) -> str:
    untold = f"{_listed(one.untold)} (cannot be told)" if one.untold else ""
    return "; ".join(filter(None, [_listed(one.near), untold])) or NOTHING


def _worse(one: Verdict) -> str:
    whole = one.worse and not one.near and not one.untold
    return "every other" if whole else _listed(one.worse) or NOTHING


def _blind(figures: pd.DataFrame, database: str) -> str:
    """Return the higher AUC of the two baselines that see no pixel."""
    rows = results.pooled(figures)
    own = rows[(rows["database"] == database) & rows["approach"].isin(VARIANTS)]
    known = own[own["auc"].notna()]
    return NOTHING if known.empty else percent(known["auc"].max())
