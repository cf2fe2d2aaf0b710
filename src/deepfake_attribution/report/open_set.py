"""The sections on attacks never trained on and on the metadata baseline."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.metadata_baseline.baseline import HEAD
from deepfake_attribution.evaluate.open_set.new_attacks import CLASS_UNCERTAINTY, DISTANCE
from deepfake_attribution.report import metadata_baseline
from deepfake_attribution.report.cells import counted, percent, ranged
from deepfake_attribution.report.content import Part, Section, Table
from deepfake_attribution.report.results import CHANCE

TRAINING = "a class of training"
PAIR = ["approach", "measure", "database", "attack", "kind", "against"]

NEVER_SEEN = (
    "An attack is known if training crops of any database show it. Video level: the "
    "out-of-distribution score of a video is the mean over its frames. AUC in percent, 50 is "
    "chance: how often a video of the unknown attack scores higher than a video that it is "
    "compared with. Reals of another database can also be out of distribution; then the camera is "
    "the reason, not the attack. So every attack is also compared with the reals of its own "
    "database. Below 50, videos of the unknown attack score lower than the videos that they are "
    "compared with. Then the score would mislead as a detector of unknown attacks."
)
ABOUT_DISTANCE = (
    "The score: distance to the k-th nearest validation crop of the databases trained on; k is "
    "{neighbours} (open_set.neighbours). TripletLoss and ArcFaceMod: the angle. Binary and "
    "Attribution: Euclidean, in the layer before the last, standardised by the validation crops. "
    "TripletLoss with triplet.normalised false: the same, of its embedding. "
    "The definition follows from how each head was trained and was not chosen by these figures."
)
ABOUT_UNCERTAINTY = (
    "Another score: 1 minus the largest class probability, for approaches that have probabilities."
)
PREDICTED = (
    "Which classes are predicted for the videos of each attack, percent (k/n). The correct class "
    "is the attack's own name if it was trained on. An unknown attack has no correct class; any "
    "class but real counts as fake. A class of training: whether training crops of any database "
    "show this class; the row's own database need not have been trained on."
)
FAMILIES = (
    "Each row is one dataset, because its reals were filmed in the same way as its fakes. So "
    "{names} (several datasets in one row) {have} no row here."
)
MEASURES = {  # measure -> heading; in the order of the report
    DISTANCE: "Distance to known videos",
    CLASS_UNCERTAINTY: "Uncertainty of the class",
}


@dataclass(frozen=True)
class OpenSetTables:
    """Tables of the stages ``open_set`` and ``metadata_baseline``.

    Attributes:
        readings: AUC of the out-of-distribution scores, a row per pair and seed.
        shares: how often each class is predicted, a row per attack, class and seed.
        facts: AUC of each fact of the metadata baseline by itself.
    """

    readings: pd.DataFrame
    shares: pd.DataFrame
    facts: pd.DataFrame


def read() -> OpenSetTables:
    """Return the tables that the two stages wrote.

    Raises:
        UserError: a table is missing.
    """
    folder = paths.open_set()
    return OpenSetTables(
        tables.read(folder / "readings.parquet"),
        tables.read(folder / "shares.parquet"),
        tables.read(paths.results(HEAD) / "facts.parquet"),
    )


def new_attacks(found: OpenSetTables) -> dict[str, list[str]]:
    """Return database -> its attacks that were never trained on, if it has any."""
    new = found.shares[~found.shares["known"].astype(bool)]
    return {
        str(database): list(own["attack"].drop_duplicates())
        for database, own in new.groupby("database", sort=False)
    }


def sections(
    found: OpenSetTables, figures: pd.DataFrame, neighbours: int, families: Collection[str] = ()
) -> list[Section]:
    """Return both sections.

    Args:
        found: from `read`.
        figures: `results.over_seeds`.
        neighbours: k of the distance (``open_set.neighbours``).
        families: rows that join several datasets; they are not in these sections.
    """
    return [
        _never_seen(found, neighbours, families),
        metadata_baseline.section(found.facts, figures),
    ]


def _never_seen(found: OpenSetTables, neighbours: int, families: Collection[str]) -> Section:
    rows = over_seeds(found.readings)
    new = rows[rows["kind"] == "unknown attack"]
    text = [NEVER_SEEN, *notes(found.readings)]
    if new.empty:
        text = ["Every attack of the test databases was trained on: none is unknown."]
    if families and len(found.shares):
        have = "has" if len(families) == 1 else "have"
        text.append(FAMILIES.format(names=", ".join(families), have=have))
    parts = []
    for measure, heading in MEASURES.items():
        own, others = (part[part["measure"] == measure] for part in (new, rows))
        camera = others[others["kind"] != "unknown attack"]
        folded = measure != DISTANCE
        shown = []
        if len(own):
            shown.append(Table("Attacks never trained on", attacks(own), folded))
        if len(camera):
            title = "The camera: reals and known attacks of databases that were not trained on"
            shown.append(Table(title, elsewhere(camera), folded))
        if shown:
            score = ABOUT_UNCERTAINTY if folded else ABOUT_DISTANCE.format(neighbours=neighbours)
            parts.append(Part(heading, shown, [score, *misleading(own)]))
    shown = []
    for level, unit in (("video", "videos"), ("frame", "frames")):
        at = found.shares[found.shares["level"] == level]
        for approach in at["approach"].drop_duplicates():
            own = predicted_classes(at[at["approach"] == approach])
            shown.append(Table(f"{approach}, {unit}", own, level == "frame" or bool(shown)))
    if shown:
        parts.append(Part("Predicted classes", shown, [PREDICTED]))
    return Section("Attacks never trained on", "open-set", text, parts)


def over_seeds(readings: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair: mean, ``auc_low`` and ``auc_high`` over ``seeds``.

    A pair without an AUC for one of the seeds has none.
    """
    groups = readings.groupby(PAIR, sort=False)
    rows = groups.first().drop(columns="seed")
    whole = groups["auc"].count() == groups.size()
    for name, how in (("auc", "mean"), ("auc_low", "min"), ("auc_high", "max")):
        rows[name] = groups["auc"].agg(how).where(whole)
    return rows.assign(seeds=groups.size()).reset_index()


def misleading(rows: pd.DataFrame) -> list[str]:
    """Return a sentence about approaches without a figure above 50; empty if all have one.

    Args:
        rows: of unknown attacks and one measure, from `over_seeds`.
    """
    highest = rows.groupby("approach", sort=False)["auc"].max().dropna()
    below = [str(name) for name, value in highest.items() if value <= CHANCE]
    if not below:
        return []
    whose = "No figure" if len(below) == len(highest) else f"Of {', '.join(below)}, no figure"
    return [
        f"{whose} of attacks never trained on is above {CHANCE:g}: this score does not detect them."
    ]


def notes(readings: pd.DataFrame) -> list[str]:
    """Return a sentence for each reason for a missing figure, with the approaches."""
    missing = readings[readings["note"] != ""]
    return [
        f"No figure, {note}: {', '.join(own['approach'].drop_duplicates())}"
        f" ({', '.join(own['database'].drop_duplicates())})."
        for note, own in missing.groupby("note", sort=False)
    ]


def attacks(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row per approach, database and unknown attack, with the n of both sides.

    Args:
        rows: of unknown attacks and one measure, from `over_seeds`.
    """
    lines = []
    for (approach, database, attack), own in rows.groupby(PAIR[:1] + PAIR[2:4], sort=False):
        line = {"approach": approach, "database": database, "attack": attack}
        line["videos"] = own["n"].iloc[0]
        for _, row in own.iterrows():
            line[f"against {row['against']}"] = ranged(row, "auc")
            line[f"n of {row['against']}"] = row["n_against"]
        lines.append(line | {name: own[name].iloc[0] for name in ("without_face", "seeds")})
    return pd.DataFrame(lines).rename(columns={"without_face": "videos without a face"})


def elsewhere(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row per pair of known videos that are in a database not trained on."""
    return pd.DataFrame(
        {
            "approach": row["approach"],
            "database": row["database"],
            "videos of": row["attack"],
            "videos": row["n"],
            "against": row["against"],
            "n of these": row["n_against"],
            "AUC": ranged(row, "auc"),
            "videos without a face": row["without_face"],
            "seeds": row["seeds"],
        }
        for _, row in rows.iterrows()
    )


def predicted_classes(shares: pd.DataFrame) -> pd.DataFrame:
    """Return a row per database and attack, a column per class, of one approach and level."""
    lines = []
    for (database, attack), own in shares.groupby(["database", "attack"], sort=False):
        first = own.iloc[0]
        line = {"database": database, "attack": attack}
        line |= {TRAINING: "yes" if first["known"] else "never", "n": first["n"]}
        line |= {name: _share(rows) for name, rows in own.groupby("predicted", sort=False)}
        line |= {"videos without a face": first["without_face"], "seeds": own["seed"].nunique()}
        lines.append(line)
    return pd.DataFrame(lines)


def _share(rows: pd.DataFrame) -> str:
    """Return the share of one class as text: k/n of one seed, mean and range of several."""
    values = rows["share"]
    if len(rows) == 1:
        return counted(percent(values.iloc[0]), rows["k"].iloc[0], rows["n"].iloc[0])
    return f"{percent(values.mean())} ({percent(values.min())} to {percent(values.max())})"
