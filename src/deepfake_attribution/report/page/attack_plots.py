"""Which attacks pass: FPR of each attack as bars, a bar per approach, a view per database."""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from math import isnan
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from deepfake_attribution.evaluate.metadata_baseline.baseline import VARIANTS
from deepfake_attribution.report.cells import bracketed, counted, percent
from deepfake_attribution.report.page import plots
from deepfake_attribution.report.results import ALL, pooled

REALS, TRAINED, NEW = "reals", "trained", "new"
HEADINGS = {
    TRAINED: "Attacks trained on",
    NEW: "Attacks never trained on",
    REALS: "For comparison: reals called fake (FNR)",
}
WIDEST = 220  # pixels of the names of attacks: all panels begin at the same place
FEW = 12  # attacks; the bars of more are thinner
# Of each classifier: what its bars are filled with; the colour is the head's.
PATTERNS = {"": "", "NN": "", "LR": "/", "SVM": "x"}
READING = (
    "A bar is the share of an attack's fakes that an approach calls real at its threshold (FPR). "
    "A thin line is the interval. 0 marks a share of zero, which has no bar.",
    "A low FPR means little without a low FNR: an approach that calls nearly everything fake "
    "misses no fake. So the reals of the database are shown, too.",
    "The colour shows the head, the filling the classifier. An attack is trained on if a training "
    "crop of any database shows it.",
)


def section(
    figures: pd.DataFrame, seen: Sequence[str], new: Collection[str]
) -> dict[str, Any] | None:
    """Return the section, the database is chosen; None if no attack has a figure.

    Args:
        figures: `results.over_seeds`, with or without `results.with_intervals`.
        seen: the databases trained on.
        new: attacks that were never trained on.
    """
    found = rows(figures, new)
    if found.empty:
        return None
    databases = list(found["database"].unique())
    titles = [f"{name} ({'' if name in seen else 'not '}trained on)" for name in databases]
    first = [place for place, name in enumerate(databases) if name not in seen]
    views = [
        _view(found[found["database"] == name], title)
        for name, title in zip(databases, titles, strict=True)
    ]
    return plots.section([plots.choice("Database", titles, first[0] if first else 0)], views)


def rows(figures: pd.DataFrame, new: Collection[str]) -> pd.DataFrame:
    """Return a row per database, approach and attack, and one for the reals; video level.

    Returns:
        ``database``, ``group`` (of `HEADINGS`), ``attack``, ``approach``; ``value``, ``low`` and
        ``high`` in percent, ``k`` and ``n``. Without the metadata baseline, and without attacks
        that have no figure.
    """
    videos = figures[(figures["level"] == "video") & ~figures["approach"].isin(VARIANTS)]
    attacks = videos[videos["attack"] != ALL].drop_duplicates(["database", "approach", "attack"])
    groups = [NEW if name in new else TRAINED for name in attacks["attack"]]
    whole = pooled(figures)
    whole = whole[whole["approach"].isin(attacks["approach"])]
    whole = whole[whole["database"].isin(attacks["database"])].assign(attack="real")
    parts = [_of(attacks, "fpr", "fake").assign(group=groups)]
    parts.append(_of(whole, "fnr", "real").assign(group=REALS))
    found = pd.concat(parts, ignore_index=True)
    return found[found["value"].notna()]


def _of(table: pd.DataFrame, measure: str, kind: str) -> pd.DataFrame:
    ends = [f"{measure}_ci_{end}" for end in ("low", "high")]
    filled = table.reindex(columns=[*table.columns.union(ends, sort=False)])
    named = {measure: "value", ends[0]: "low", ends[1]: "high"}
    named |= {f"k_{measure}": "k", f"n_{kind}": "n"}
    return filled[["database", "attack", "approach", *named]].rename(columns=named)


def _view(own: pd.DataFrame, title: str) -> dict[str, Any]:
    most = min(100.0, 1.05 * float(own[["value", "high"]].max(axis=None)) + 2)
    left = min(60 + 7 * own["attack"].str.len().max(), WIDEST)
    panels: list[dict[str, Any]] = []
    for group, heading in HEADINGS.items():
        there = own[own["group"] == group]
        if len(there):
            panels.append(_panel(there, heading, title, most, left))
    counts = own[own["group"] == REALS]["n"].unique()
    reals = " or ".join(str(n) for n in counts) or "no"
    fakes = " or ".join(str(n) for n in sorted(own[own["group"] != REALS]["n"].unique())) or "no"
    caption = (
        f"{title}: fakes called real, percent of each attack ({fakes} fakes each, {reals} reals). "
        "Video level, mean over the training seeds."
    )
    return {"caption": caption, "panels": panels}


def _panel(own: pd.DataFrame, heading: str, title: str, most: float, left: float) -> dict[str, Any]:
    attacks = list(own["attack"].unique())
    approaches = list(own["approach"].unique())
    thick = 13 if len(attacks) <= FEW else 7
    rows_high = (thick * len(approaches) + 14) * len(attacks)
    measure = "FNR" if own["group"].iloc[0] == REALS else "FPR"
    return plots.panel(
        f"{heading}, {title}",
        [_bars(name, own[own["approach"] == name]) for name in approaches],
        group=heading,
        height=60 + rows_high,
        barmode="group",
        bargap=0.16,
        bargroupgap=0.08,
        margin={"l": left, "r": 12, "t": 8, "b": 40},
        xaxis={"title_text": f"{measure}, %", "range": [0, most]},
        yaxis={"autorange": "reversed", "showgrid": False, "automargin": False},
    )


def _bars(approach: str, own: pd.DataFrame) -> go.Bar:
    colour = plots.look(approach)[1]["color"]
    pattern = PATTERNS.get(approach.partition("-")[2], "")
    filling: Mapping[str, Any] = {
        "shape": pattern, "fillmode": "overlay", "fgcolor": plots.colour("paper"), "size": 6,
        "solidity": 0.35,
    }  # fmt: skip
    bars: dict[str, Any] = {}
    if own["high"].notna().any():
        bars = {"type": "data", "symmetric": False, "thickness": 1, "width": 2}
        bars |= {"array": (own["high"] - own["value"]).tolist()}
        bars |= {"arrayminus": (own["value"] - own["low"]).tolist()}
        bars |= {"color": plots.colour("ink")}
    return go.Bar(
        name=approach, orientation="h",
        x=own["value"].tolist(), y=[escape(name, quote=False) for name in own["attack"]],
        marker={"color": colour, "pattern": filling, "line_width": 0}, error_x=bars,
        text=["0" if value == 0 else "" for value in own["value"]], textposition="outside",
        customdata=[_label(row) for _, row in own.iterrows()],
        hovertemplate=f"<b>{approach}</b><br>%{{customdata}}<extra></extra>",
    )  # fmt: skip


def _label(row: pd.Series) -> str:
    interval = "" if isnan(row["high"]) else bracketed(row["low"], row["high"])
    share = f"{percent(row['value'])} %{interval}"
    text = f"{share}, n {row['n']}" if pd.isna(row["k"]) else counted(share, row["k"], row["n"])
    return f"{escape(row['attack'], quote=False)}: {text}"
