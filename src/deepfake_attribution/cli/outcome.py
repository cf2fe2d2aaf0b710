"""What to tell at the end of a run of the whole pipeline: the best approach, and what to open."""

from deepfake_attribution.cli import reading
from deepfake_attribution.core import paths
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Datasets, Superset
from deepfake_attribution.evaluate.protocol import ALL
from deepfake_attribution.evaluate.settings import Databases


def best_unseen() -> str:
    """Return a line on the approach with the highest mean AUC on databases not trained on.

    Databases that recipes were compared on count only where there is no other one. An approach
    without a figure on one of the databases is left out, unless all lack one.

    Raises:
        UserError: there are no results.
    """
    training = load(Superset).datasets
    compared_on = load(Databases).compared_on
    others = [name for name in load(Datasets).root if name not in training]
    rows = reading.figures()
    rows = rows[(rows["level"] == "video") & (rows["attack"] == ALL)]
    # the first row of each is over all compressions
    rows = rows.drop_duplicates(["approach", "database", "seed"])
    rows = rows[rows["database"].isin(others) & rows["auc"].notna()]
    if rows.empty:
        return "highest AUC: every database with an AUC was trained on"
    unseen = rows[~rows["database"].isin(compared_on)]
    rows = rows if unseen.empty else unseen
    means = rows.groupby(["approach", "database"], sort=False)["auc"].mean().unstack()
    complete = means.dropna()
    means = means if complete.empty else complete
    best = means.mean(axis=1).idxmax()
    aucs = means.loc[best]
    if len(aucs) == 1:
        return f"highest AUC on {aucs.index[0]}, not trained on: {best}, {aucs.iloc[0]:.1f}"
    each = ", ".join(f"{name} {auc:.1f}" for name, auc in aucs.items())
    return f"highest mean AUC on databases not trained on: {best}, {aucs.mean():.1f} ({each})"


def page() -> str:
    """Return a line that says which page to open."""
    return f"open: {paths.page().absolute()}"
