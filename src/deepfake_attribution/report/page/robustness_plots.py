"""AUC, FNR and FPR over the strength of damage, as plotly figures: a panel for each kind."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST
from deepfake_attribution.report import robustness
from deepfake_attribution.report.page import plots
from deepfake_attribution.robustness.damage import DAMAGES, NONE, Damage

CAPTION = (
    "{what} of {database} after damage: {n_real} real and {n_fake} fake videos, {intervals}. "
    "The threshold is the one of validation. First training seed."
)
READING = (
    "Each panel is a kind of damage, from none to the strongest. A flat line is not affected.",
    "Approaches are moved apart a little, so that their lines can be told apart.",
)
APART = 0.07  # of the way between two strengths, between two approaches
LEFT = "none"


def section(results: pd.DataFrame) -> dict[str, Any]:
    """Return the section: a choice of the database and of the measure.

    Args:
        results: `robustness.files.read_results`; at least one row.
    """
    names = robustness.shown(results)
    views = []
    for database in names:
        own = results[results["database"] == database]
        first = own.iloc[0]
        for measure, title in robustness.TITLES.items():
            caption = CAPTION.format(
                what=title,
                database=database,
                n_real=first["n_real"],
                n_fake=first["n_fake"],
                intervals=intervals(own, measure),
            )
            ends = scale(own, measure)
            panels = [_panel(one, own, measure, database, ends) for one in DAMAGES]
            views.append({"caption": caption, "panels": panels})
    choices = [
        plots.choice("Database", names),
        plots.choice("Measure", list(robustness.TITLES.values())),
    ]
    return plots.section(choices, views, width=19)


def intervals(results: pd.DataFrame, measure: str) -> str:
    """Return which intervals the bars are, or why there are none."""
    if results[[f"{measure}_low", f"{measure}_high"]].notna().any(axis=None):
        return f"{results['confidence'].iloc[0]:g} % intervals"
    return f"no intervals: fewer than {FEWEST} source videos"


def scale(results: pd.DataFrame, measure: str) -> tuple[float, float]:
    """Return the ends of an axis, the same for all kinds: of AUC from below chance on."""
    if measure != "auc":
        return -3, 103
    return min(40.0, float(results[["auc", "auc_low"]].min(axis=None)) - 4), 102


def of_kind(results: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of a kind with the untouched videos before them."""
    return results[results["kind"].isin([NONE, kind])].sort_values("step", kind="stable")


def ticks(damage: Damage) -> tuple[list[int], list[str]]:
    """Return the places and names of the strengths, with none before the weakest."""
    names = [LEFT, *damage.shown]
    return list(range(len(names))), names


def _panel(
    damage: Damage, own: pd.DataFrame, measure: str, database: str, ends: tuple[float, float]
) -> dict[str, Any]:
    approaches = list(of_kind(own, damage.kind).groupby("approach", sort=False))
    middle = (len(approaches) - 1) / 2
    traces = [
        _line(name, rows, measure, damage, APART * (place - middle))
        for place, (name, rows) in enumerate(approaches)
    ]
    places, names = ticks(damage)
    return plots.panel(
        f"{robustness.TITLES[measure]} against {damage.title}, {database}",
        traces,
        title_text=damage.title,
        height=300,
        xaxis={"title_text": damage.axis, "tickvals": places, "ticktext": names},
        yaxis={"title_text": f"{measure.upper()}, %", "range": ends},
    )


def _line(
    approach: str, rows: pd.DataFrame, measure: str, damage: Damage, shift: float
) -> go.Scatter:
    line, marker = plots.look(approach)
    value, low, high = (rows[f"{measure}{end}"] for end in ("", "_low", "_high"))
    names = [robustness.named(row["kind"], row["step"]) for _, row in rows.iterrows()]
    return go.Scatter(
        name=approach,
        x=(rows["step"] + shift).tolist(),
        y=value.tolist(),
        customdata=list(zip(names, low, high, strict=True)),
        mode="lines+markers",
        line=line,
        marker={**marker, "size": 6},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (high - value).tolist(),
            "arrayminus": (value - low).tolist(),
            "thickness": 1,
            "width": 0,
        },
        hovertemplate=f"<b>{approach}</b><br>%{{customdata[0]}}: %{{y:.1f}} %"
        "<br>interval %{customdata[1]:.1f} to %{customdata[2]:.1f}<extra></extra>",
    )
