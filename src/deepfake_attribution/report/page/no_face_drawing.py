"""How many frames have no face: a bar for each class of each database."""

from collections.abc import Sequence

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.report.cells import counted, percent
from deepfake_attribution.report.page.drawings import Bar, Drawing

CAPTION = (
    "Percent of the frames asked for in which no face was found, of all videos of a class (without "
    "a face/asked for). If classes differ much, so do the frames that their scores rest on."
)
LEAST = 1.0  # percent at the end of the axis: a few frames of thousands do not fill it


def draw(datasets: Sequence[str]) -> Drawing:
    """Return the drawing.

    Raises:
        UserError: a dataset's catalog or its index of faces is missing.
    """
    counts = {name: _counts(name) for name in datasets}
    shares = [float((100 * own["without"] / own["asked"]).max()) for own in counts.values()]
    return Drawing(
        label="without a face, %",
        caption=CAPTION,
        low=0.0,
        high=max([LEAST, *(1.05 * share for share in shares)]),
        groups=[(name, _bars(own)) for name, own in counts.items() if len(own)],
        legend=(("real", "real"), ("fake", "fake")),
    )


def _bars(counts: pd.DataFrame) -> list[Bar]:
    bars = []
    for attack, row in counts.iterrows():
        share = 100 * row["without"] / row["asked"]
        text = counted(f"{percent(share)}", row["without"], row["asked"])
        parts = [("real" if attack == REAL else "fake", share)]
        bars.append(Bar(str(attack), text, parts))
    return bars


def _counts(dataset: str) -> pd.DataFrame:
    """Return ``asked`` and ``without`` (frames) of each class, real first."""
    rows = tables.read(paths.index(paths.faces(dataset)), ["video", "slot", "status"])
    # frames with several people have a row for each
    frames = (rows["status"] == "ok").groupby([rows["video"], rows["slot"]]).any().reset_index()
    about = tables.read(paths.catalog(dataset), ["video", "attack"])
    frames = frames.merge(about, on="video", how="left", validate="many_to_one")
    groups = frames.groupby("attack")["status"]
    counts = pd.DataFrame({"asked": groups.size(), "without": groups.size() - groups.sum()})
    order = sorted(counts.index, key=lambda name: (name != REAL, name))
    return counts.loc[order].astype(int)
