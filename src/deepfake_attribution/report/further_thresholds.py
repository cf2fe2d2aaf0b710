"""The section that takes ranking and threshold apart, and its table as a file."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.evaluate.further_thresholds import ADAPTED, ORACLE, PAPER, RATES
from deepfake_attribution.evaluate.protocol import ALL, LEVELS
from deepfake_attribution.evaluate.uncertainty.further_thresholds import measure_name
from deepfake_attribution.report import results, wording
from deepfake_attribution.report.cells import NOTHING, percent, ranged
from deepfake_attribution.report.content import Part, Section, Table

KEY = ["approach", "database", "level"]
RULES = {  # in the order of the tables
    PAPER: "the threshold from validation",
    ADAPTED: "the adapted threshold",
    ORACLE: "the best threshold (oracle)",
}
HEADING = "Ranking and threshold"
APART = (
    "AUC and EER measure how well the scores rank, whatever the threshold. HTER depends on the "
    "threshold, too. The best threshold is the one with the lowest HTER on these test videos. It "
    "is an oracle: it needs their labels, so nobody can have it in practice, and on few videos it "
    "looks better than it is. It shows what the ranking allows; its HTER is never above the EER. "
    "HTER at the threshold from validation minus that of the oracle is lost because the scores of "
    "these videos have shifted against the threshold. Intervals of the oracle keep its threshold."
)
MOVED = (
    "The adapted threshold (evaluate.adapted_threshold: ends) is moved by the scores of the "
    "videos of each database, without their labels. Their scores are taken to be those of "
    "validation, shifted and stretched: 5 % of the scores lie beyond either end, and the threshold "
    "keeps its place between the two ends. Intervals find it again in each draw. It needs reals "
    "and fakes among the videos, at least about a tenth of each. In a source without fakes it "
    "calls many reals fake, in a source without reals many fakes real. A row that joins several "
    "databases has one adapted threshold for all of them."
)
NOT_ADAPTED = (
    "There is no threshold here that is adapted to unlabelled videos (evaluate.adapted_threshold)."
)


def joined(points: pd.DataFrame, figures: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Return one row per approach, database and level, over all attacks and seeds.

    Args:
        points: `results.collect` ("further_thresholds").
        figures: `results.over_seeds`, with `results.with_intervals`.
        intervals: of ``data/uncertainty``.

    Returns:
        The columns of ``figures``; for each rule but the paper's and each of `RATES`, such as
        ``hter_oracle``: the mean over seeds, and ``_low``, ``_high``, ``_ci_low``, ``_ci_high``.
        NaN where a seed has no such threshold.
    """
    rows = pd.concat([results.pooled(figures, level) for level in LEVELS])
    rows = rows.set_index(KEY)
    for rule in (ADAPTED, ORACLE):
        groups = points[points["rule"] == rule].groupby(KEY)
        whole = groups.size().reindex(rows.index) == rows["seeds"]
        for rate in RATES:
            name, values = measure_name(rate, rule), groups[rate]
            ends = {"": values.mean(), "_low": values.min(), "_high": values.max()}
            for end, column in ends.items():
                rows[f"{name}{end}"] = column.reindex(rows.index).where(whole)
            own = intervals[(intervals["measure"] == name) & (intervals["attack"] == ALL)]
            own = own.drop_duplicates(KEY).set_index(KEY)
            for end in ("low", "high"):
                rows[f"{name}_ci_{end}"] = own[end].reindex(rows.index)
    return rows.reset_index()


def adapts(points: pd.DataFrame) -> bool:
    """Return whether a row of `joined` has an adapted threshold."""
    name = measure_name("fpr", ADAPTED)
    other = measure_name("fnr", ADAPTED)
    return bool(points[[name, other]].notna().any(axis=None))


def section(points: pd.DataFrame) -> Section:
    """Return the section, from `joined`."""
    titles = {"video": wording.VIDEO, "frame": wording.FRAME}
    parts = [
        Part(
            str(database),
            [
                Table(title, of_database(points, str(database), level), folded=level != "video")
                for level, title in titles.items()
            ],
        )
        for database in points["database"].unique()
    ]
    text = [APART, MOVED if adapts(points) else NOT_ADAPTED]
    return Section(HEADING, "further-thresholds", text, parts)


def of_database(points: pd.DataFrame, database: str, level: str) -> pd.DataFrame:
    """Return the table of one database, a row per approach, with all context.

    Args:
        points: from `joined`.
        database: a dataset or a family.
        level: ``video`` or ``frame``; n counts videos or crops.
    """
    rows = points[(points["database"] == database) & (points["level"] == level)]
    shown = [rule for rule in RULES if rule != ADAPTED or adapts(points)]
    unit = "videos" if level == "video" else "crops"
    return pd.DataFrame(
        {"approach": row["approach"], "AUC": ranged(row, "auc"), "EER": ranged(row, "eer")}
        | {f"HTER at {RULES[rule]}": ranged(row, measure_name("hter", rule)) for rule in shown}
        | {"HTER lost by the threshold": _lost(row)}
        | _adapted_rates(row, shown)
        | results.context(row, unit)
        for _, row in rows.iterrows()
    )


def _adapted_rates(row: pd.Series, shown: Sequence[str]) -> dict[str, str]:
    if ADAPTED not in shown:
        return {}
    return {
        f"{rate.upper()} at {RULES[ADAPTED]}": ranged(row, measure_name(rate, ADAPTED))
        for rate in ("fnr", "fpr")
    }


def _lost(row: pd.Series) -> str:
    lowest = row[measure_name("hter", ORACLE)]
    return NOTHING if pd.isna(lowest) else percent(float(row["hter"] - lowest))


def of_seeds(points: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Return `results.collect` ("further_thresholds") with the interval of each HTER, as a file.

    Args:
        points: a row per approach, seed, database, level and rule.
        intervals: of ``data/uncertainty``: of means over the seeds.
    """
    own = intervals[intervals["attack"] == ALL].drop_duplicates([*KEY, "measure"])
    ends = own[[*KEY, "measure", "low", "high"]].rename(
        columns={"low": "hter_ci_low", "high": "hter_ci_high"}
    )
    named = points.drop(columns=["low", "high"]).assign(
        measure=[measure_name("hter", rule) for rule in points["rule"]]
    )
    return named.merge(ends, on=[*KEY, "measure"], how="left").drop(columns="measure")
