"""How far metadata alone gets: AUC of the baseline on each database, beside the best approach."""

from math import isnan

import pandas as pd

from deepfake_attribution.report import results
from deepfake_attribution.report.cells import bracketed, percent
from deepfake_attribution.report.metadata_baseline import NO_PIXELS
from deepfake_attribution.report.page.drawings import Bar, Drawing

CAPTION = (
    "AUC in percent, video level, with its interval. Dashed: chance. A baseline far above chance: "
    "reals and fakes of this database were filmed or stored differently."
)


def draw(figures: pd.DataFrame) -> Drawing | None:
    """Return the drawing; None without a figure of the baseline.

    Args:
        figures: `results.over_seeds`, with `results.with_intervals`.
    """
    rows = results.pooled(figures)
    rows = rows[rows["auc"].notna()]
    groups = []
    for database, own in rows.groupby("database", sort=False):
        baseline = own[own["approach"].isin(NO_PIXELS)]
        others = own[~own["approach"].isin(NO_PIXELS)].sort_values("auc", ascending=False)
        if len(baseline):
            bars = [_bar(row, "other", row["approach"]) for _, row in baseline.iterrows()]
            best = [_bar(row, "real", row["approach"]) for _, row in others.head(1).iterrows()]
            about = baseline.iloc[0]
            heading = f"{database}: {about['n_real']} real, {about['n_fake']} fake"
            groups.append((heading, [*bars, *best]))
    if not groups:
        return None
    bars = [bar for _, own in groups for bar in own]
    lows = [bar.interval[0] if bar.interval else bar.mark or 0.0 for bar in bars]
    return Drawing(
        label="AUC, %",
        caption=CAPTION,
        low=max(0.0, min(45.0, min(lows) - 2)),
        high=100.0,
        groups=groups,
        legend=(("other", "metadata baseline"), ("real", "best approach of the database")),
        line=(results.CHANCE, "chance"),
    )


def _bar(row: pd.Series, kind: str, name: str) -> Bar:
    low, high = (float(row.get(f"auc_ci_{end}", float("nan"))) for end in ("low", "high"))
    interval = None if isnan(low) or isnan(high) else (low, high)
    text = f"{percent(row['auc'])}{bracketed(low, high)}"
    return Bar(str(name), text, mark=float(row["auc"]), kind=kind, interval=interval)
