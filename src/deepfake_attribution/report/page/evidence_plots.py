"""How far evidence maps lie inside what attacks changed, as plotly figures: bars and chance."""

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.evaluate.headline import UNSEEN
from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST
from deepfake_attribution.evidence_maps.files import OCCLUSION
from deepfake_attribution.report import answers
from deepfake_attribution.report.page import plots
from deepfake_attribution.report.page.attack_plots import PATTERNS, WIDEST

CAPTION = (
    "{database}: the share of what speaks for fake that lies inside the pixels that the attack "
    "changed, in percent ({crops} crops of each attack). The upright mark is chance: the share of "
    "the crop that was changed. First training seed."
)
READING = (
    "A bar that ends right of the upright mark: the map points at what was changed more often than "
    "a map of random values. The thin line is the interval of the difference to chance: if it does "
    "not reach the mark, the map is better than chance.",
    "The colour shows the head, the filling the classifier.",
)


def section(results: pd.DataFrame) -> dict[str, Any]:
    """Return the section: a choice of the database.

    Args:
        results: `evidence_maps.files.read_results`; at least one row. Occlusion's are drawn.
    """
    results = results[results["method"] == OCCLUSION]
    views, names, parts = [], [], []
    for database, own in results.groupby("dataset", sort=False):
        kinds = own.groupby("attack", sort=False)["part"].first()
        parts.append(UNSEEN if (kinds == UNSEEN).all() else "")
        names.append(str(database))
        caption = CAPTION.format(database=database, crops=crops(own))
        caption = f"{caption} {without_line(own)}".strip()
        views.append({"caption": caption, "panels": [_panel(str(database), own)]})
    return plots.section([plots.choice("Database", names, answers.first_unseen(parts))], views)


def ends(row: pd.Series) -> tuple[float, float]:
    """Return the ends of the interval around the share inside, in percent; NaN if it has none."""
    low, high = (row["chance"] + row[f"gain_{end}"] for end in ("low", "high"))
    return 100 * float(low), 100 * float(high)


def without_line(results: pd.DataFrame) -> str:
    """Return why some bars have no interval; empty if all have one.

    Args:
        results: of the bars.
    """
    lacking = results[results["gain_low"].isna() & results["inside"].notna()]
    if lacking.empty:
        return ""
    names = answers.joined_names(lacking["approach"].unique())
    flat = " A map in which nothing speaks for fake has none." if lacking["n_flat"].any() else ""
    return (
        f"Bars of {names} without a thin line have no interval, because fewer than {FEWEST} source "
        f"videos have a share.{flat}"
    )


def crops(results: pd.DataFrame) -> str:
    """Return how many crops of each attack have a map, as text."""
    counts = sorted(results["n"].unique())
    return f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"


def _panel(database: str, own: pd.DataFrame) -> dict[str, Any]:
    attacks = list(own["attack"].unique())
    approaches = list(own["approach"].unique())
    chance = own.groupby("attack", sort=False)["chance"].mean()
    traces: list[Any] = [_bars(name, own[own["approach"] == name]) for name in approaches]
    shown = [escape(name, quote=False) for name in attacks]
    traces.append(
        go.Scatter(
            name="chance", x=(100 * chance).tolist(), y=shown, mode="markers",
            marker={"symbol": "line-ns-open", "size": 8 * len(approaches),
                    "color": plots.colour("ink"), "line_width": 2},
            hovertemplate="chance on %{y}: %{x:.0f} %<extra></extra>",
        )
    )  # fmt: skip
    return plots.panel(
        f"Share of the maps inside what was changed, {database}",
        traces,
        height=60 + (13 * len(approaches) + 14) * len(attacks),
        barmode="group",
        bargap=0.16,
        bargroupgap=0.08,
        margin={"l": min(60 + 7 * max(map(len, attacks)), WIDEST), "r": 12, "t": 8, "b": 40},
        xaxis={"title_text": "inside the changed pixels, %", "range": [0, 102]},
        yaxis={"autorange": "reversed", "showgrid": False, "automargin": False},
    )


def _bars(approach: str, own: pd.DataFrame) -> go.Bar:
    colour = plots.look(approach)[1]["color"]
    value = 100 * own["inside"]
    between = [ends(row) for _, row in own.iterrows()]
    filling = {
        "shape": PATTERNS.get(approach.partition("-")[2], ""), "fillmode": "overlay",
        "fgcolor": plots.colour("paper"), "size": 6, "solidity": 0.35,
    }  # fmt: skip
    return go.Bar(
        name=approach, orientation="h",
        x=value.tolist(), y=[escape(name, quote=False) for name in own["attack"]],
        marker={"color": colour, "pattern": filling, "line_width": 0},
        error_x={
            "type": "data", "symmetric": False, "thickness": 1,
            "width": 0,  # a cap would be drawn without an interval, too
            "array": [high - at for (_, high), at in zip(between, value, strict=True)],
            "arrayminus": [at - low for (low, _), at in zip(between, value, strict=True)],
            "color": plots.colour("ink"),
        },
        customdata=[[row["n"], 100 * row["source_inside"]] for _, row in own.iterrows()],
        hovertemplate=f"<b>{approach}</b><br>%{{y}}: %{{x:.0f}} %, %{{customdata[0]}} crops"
        "<br>map of the untouched source: %{customdata[1]:.0f} %<extra></extra>",
    )  # fmt: skip
