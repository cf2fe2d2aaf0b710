"""What is said of attacks never trained on; beside it, what can be told without a pixel."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate.metadata_baseline.baseline import HEAD
from deepfake_attribution.report import metadata_baseline
from deepfake_attribution.report.cells import counted, percent, ranged
from deepfake_attribution.report.content import Part, Section, Table

CHANCE = 50.0  # percent: AUC of a score that tells nothing
TRAINING = "a class of training"
PAIR = ["approach", "measure", "database", "attack", "kind", "against"]

NEVER_SEEN = (
    "An attack is known if training crops show it, whatever the database. Video level; how unlike "
    "everything seen a video is, is the mean over its frames. AUC in percent, 50 is chance: how "
    "often a video of the unknown attack is more unlike than one of the other kind. Reals of "
    "another database may be unlike what was seen, too: then it is the camera, not the attack. So "
    "every attack stands beside the reals of its own database as well. Below 50, videos of the "
    "unknown attack look more like what was seen than those that they are compared with: the score "
    "would mislead whoever takes the unlike for the unknown."
)
DISTANCE = (
    "The score: distance to the k-th nearest validation crop of the databases trained on; k is "
    "{neighbours} (unknown.neighbours). TripletLoss and ArcFaceMod: the angle; Binary and "
    "Attribution: Euclidean, in the layer before the last, standardised by the validation crops. "
    "The definition was chosen by how each head was trained, not by these figures."
)
UNSURE = (
    "Another score: 1 minus the largest class probability, of approaches that have probabilities."
)
ANSWERS = (
    "Which class the videos of each attack are given, percent (k/n). Right is the attack's own "
    "name where it was trained on; an unknown attack has none, and is called fake by any class but "
    "real. A class of training: whether training crops show this class, in whatever database; "
    "nothing of the row's own database need have been trained on."
)
FAMILIES = (
    "A row is one dataset, for its own reals were filmed as its fakes were. So {names} (several "
    "datasets in one row) {have} none here."
)


@dataclass(frozen=True)
class Unknown:
    """Tables of the stages ``unknown`` and ``cues``.

    Attributes:
        readings: AUC of unlike against like, a row per pair and seed.
        shares: how often each class is given, a row per attack, class and seed.
        facts: what each fact tells by itself.
    """

    readings: pd.DataFrame
    shares: pd.DataFrame
    facts: pd.DataFrame


def read() -> Unknown:
    """Return what the two stages wrote.

    Raises:
        UserError: a table is missing.
    """
    folder = paths.results("unknown")
    return Unknown(
        tables.read(folder / "readings.parquet"),
        tables.read(folder / "shares.parquet"),
        tables.read(paths.results(HEAD) / "facts.parquet"),
    )


def new_attacks(found: Unknown) -> dict[str, list[str]]:
    """Return database -> its attacks that were never trained on, where it has any."""
    new = found.shares[~found.shares["known"].astype(bool)]
    return {
        str(database): list(own["attack"].drop_duplicates())
        for database, own in new.groupby("database", sort=False)
    }


def sections(
    found: Unknown, figures: pd.DataFrame, neighbours: int, families: Collection[str] = ()
) -> list[Section]:
    """Return both sections.

    Args:
        found: from `read`.
        figures: `results.over_seeds`.
        neighbours: k of the distance (``unknown.neighbours``).
        families: rows that join several datasets; attacks never seen have none of these.
    """
    return [
        _never_seen(found, neighbours, families),
        metadata_baseline.section(found.facts, figures),
    ]


def _never_seen(found: Unknown, neighbours: int, families: Collection[str]) -> Section:
    rows = over_seeds(found.readings)
    new = rows[rows["kind"] == "unknown attack"]
    text = [NEVER_SEEN, *notes(found.readings)]
    if new.empty:
        text = ["Every attack of the test databases was trained on: none is unknown."]
    if families and len(found.shares):
        have = "has" if len(families) == 1 else "have"
        text.append(FAMILIES.format(names=", ".join(families), have=have))
    parts = []
    distance = DISTANCE.format(neighbours=neighbours)
    for measure, said in (("distance", distance), ("unsureness", UNSURE)):
        own, others = (part[part["measure"] == measure] for part in (new, rows))
        camera = others[others["kind"] != "unknown attack"]
        shown = []
        if len(own):
            shown.append(Table("Attacks never trained on", attacks(own), measure != "distance"))
        if len(camera):
            title = "The camera: reals and known attacks of databases that were not trained on"
            shown.append(Table(title, elsewhere(camera), measure != "distance"))
        if shown:
            heading = "Unlike everything seen" if measure == "distance" else "Unsure"
            parts.append(Part(heading, shown, [said, *misleading(own)]))
    shown = []
    for level, unit in (("video", "videos"), ("frame", "frames")):
        at = found.shares[found.shares["level"] == level]
        for approach in at["approach"].drop_duplicates():
            own = answers(at[at["approach"] == approach])
            shown.append(Table(f"{approach}, {unit}", own, level == "frame" or bool(shown)))
    if shown:
        parts.append(Part("The class that is given", shown, [ANSWERS]))
    return Section("An attack never seen", "unknown", text, parts)


def over_seeds(readings: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pair: mean, ``auc_low`` and ``auc_high`` over ``seeds``.

    A pair that one seed has no AUC of has none.
    """
    groups = readings.groupby(PAIR, sort=False)
    rows = groups.first().drop(columns="seed")
    whole = groups["auc"].count() == groups.size()
    for name, how in (("auc", "mean"), ("auc_low", "min"), ("auc_high", "max")):
        rows[name] = groups["auc"].agg(how).where(whole)
    return rows.assign(seeds=groups.size()).reset_index()


def misleading(rows: pd.DataFrame) -> list[str]:
    """Return a sentence about approaches without a figure above 50; none where all have one.

    Args:
        rows: of unknown attacks and one measure, from `over_seeds`.
    """
    highest = rows.groupby("approach", sort=False)["auc"].max().dropna()
    below = [str(name) for name, value in highest.items() if value <= CHANCE]
    if not below:
        return []
    whose = "No figure" if len(below) == len(highest) else f"Of {', '.join(below)}, no figure"
    return [
        f"{whose} of attacks never trained on is above {CHANCE:g}: by this score they do not stand "
        "out from what was seen."
    ]


def notes(readings: pd.DataFrame) -> list[str]:
    """Return a sentence for each reason that a figure is lacking, with whose."""
    told = readings[readings["note"] != ""]
    return [
        f"No figure, {note}: {', '.join(own['approach'].drop_duplicates())}"
        f" ({', '.join(own['database'].drop_duplicates())})."
        for note, own in told.groupby("note", sort=False)
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
    """Return a row per pair of what is known, but is in a database that was not trained on."""
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


def answers(shares: pd.DataFrame) -> pd.DataFrame:
    """Return a row per database and attack, a column per class; of one approach and level."""
    lines = []
    for (database, attack), own in shares.groupby(["database", "attack"], sort=False):
        first = own.iloc[0]
        line = {"database": database, "attack": attack}
        line |= {TRAINING: "yes" if first["known"] else "never", "n": first["n"]}
        line |= {name: _given(rows) for name, rows in own.groupby("predicted", sort=False)}
        line |= {"videos without a face": first["without_face"], "seeds": own["seed"].nunique()}
        lines.append(line)
    return pd.DataFrame(lines)


def _given(rows: pd.DataFrame) -> str:
    """Return the share of one class: k/n of one seed, mean and range of several."""
    values = rows["share"]
    if len(rows) == 1:
        return counted(percent(values.iloc[0]), rows["k"].iloc[0], rows["n"].iloc[0])
    return f"{percent(values.mean())} ({percent(values.min())} to {percent(values.max())})"
