"""Two sections: what is said of attacks never trained on, and what can be told without a pixel."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution import paths, tables
from deepfake_attribution.cues import HEAD, VARIANTS
from deepfake_attribution.report import results
from deepfake_attribution.report.cells import NOTHING, counted, percent, ranged
from deepfake_attribution.report.content import Part, Section, Table

NO_PIXELS = tuple(VARIANTS)
PAIR = ["approach", "measure", "database", "attack", "kind", "against"]

NEVER_SEEN = (
    "An attack is known if training crops show it, whatever the database. Video level; how unlike "
    "everything seen a video is, is the mean over its frames. AUC in percent, 50 is chance: how "
    "often a video of the unknown attack is more unlike than one of the other kind. Reals of "
    "another database may be unlike what was seen, too: then it is the camera, not the attack. So "
    "every attack stands beside the reals of its own database as well."
)
DISTANCE = (
    "The score: distance to the k-th nearest validation crop of the databases trained on (k is "
    "unknown.neighbours). TripletLoss and ArcFaceMod: the angle; Binary and Attribution: "
    "Euclidean, in the layer before the last, standardised by the validation crops. The definition "
    "was chosen by how each head was trained, not by these figures."
)
UNSURE = (
    "Another score: 1 minus the largest class probability, of approaches that have probabilities."
)
ANSWERS = (
    "Which class the videos of each attack are given, percent (k/n). Right is the attack's own "
    "name where it was trained on; an unknown attack has none, and is called fake by any class but "
    "real."
)
FACTS = (
    "A logistic regression that never sees a picture. NoPixels-File knows width, height, frame "
    "rate and length. NoPixels-All knows these, bytes per pixel of the stored frame, bytes of the "
    "crop, size and place of the face's box, how many faces were seen, how sure the detector was "
    "and in how many frames. Fitted on the training videos, with a threshold like any approach's. "
    "The bytes of a picture say how busy it is, so that NoPixels-All is not blind to an attack "
    "that smooths."
)
MEANING = (
    "Where such a row is high (far above 50), reals and fakes of that database differ in how they "
    "were filmed, cut or stored: other approaches may have learned the same, and only what they "
    "gain beyond this row speaks for them. Near 50, plain facts of the files do not explain their "
    "figures; a cue in the pixels still may."
)
FAMILIES = (
    "A row is one dataset, for its own reals were filmed as its fakes were. So {names} (several "
    "datasets in one row) {have} none here."
)
UNSEEN_CODEC = "The codec and the bit rate of the videos' own files are not among the facts."


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
    found: Unknown, figures: pd.DataFrame, families: Collection[str] = ()
) -> list[Section]:
    """Return both sections.

    Args:
        found: from `read`.
        figures: `results.over_seeds`.
        families: rows that join several datasets; attacks never seen have none of these.
    """
    return [_never_seen(found, families), _no_pixel(found.facts, figures)]


def _never_seen(found: Unknown, families: Collection[str]) -> Section:
    rows = over_seeds(found.readings)
    new = rows[rows["kind"] == "unknown attack"]
    text = [NEVER_SEEN, *notes(found.readings)]
    if new.empty:
        text = ["Every attack of the test databases was trained on: none is unknown."]
    if families and len(found.shares):
        have = "has" if len(families) == 1 else "have"
        text.append(FAMILIES.format(names=", ".join(families), have=have))
    parts = []
    for measure, said in (("distance", DISTANCE), ("unsureness", UNSURE)):
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
            parts.append(Part(heading, shown, [said]))
    shown = []
    for level, unit in (("video", "videos"), ("frame", "frames")):
        at = found.shares[found.shares["level"] == level]
        for approach in at["approach"].drop_duplicates():
            own = answers(at[at["approach"] == approach])
            shown.append(Table(f"{approach}, {unit}", own, level == "frame" or bool(shown)))
    if shown:
        parts.append(Part("The class that is given", shown, [ANSWERS]))
    return Section("An attack never seen", "unknown", text, parts)


def _no_pixel(facts: pd.DataFrame, figures: pd.DataFrame) -> Section:
    shown = [Table("Video level, AUC in percent", baseline(figures))]
    title = "Each fact alone, on the test videos of the databases trained on"
    shown.append(Table(title, alone(facts), folded=True))
    text = [FACTS, MEANING, UNSEEN_CODEC]
    return Section("What no pixel tells", "cues", text, [Part("", shown)])


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
        line |= {"trained on": "yes" if first["known"] else "never", "n": first["n"]}
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


def baseline(figures: pd.DataFrame, names: Sequence[str] = NO_PIXELS) -> pd.DataFrame:
    """Return the AUC of the rows without pixels on every database, and the highest of all others.

    Args:
        figures: `results.over_seeds`.
        names: of the approaches without pixels.
    """
    rows = results.pooled(figures)
    lines = []
    for database, own in rows.groupby("database", sort=False):
        blind, others = own[own["approach"].isin(names)], own[~own["approach"].isin(names)]
        if blind.empty:
            continue
        line = {"database": database} | dict.fromkeys(names, NOTHING)
        line |= {row["approach"]: ranged(row, "auc") for _, row in blind.iterrows()}
        line["highest of the others"] = NOTHING
        if others["auc"].notna().any():
            best = others.loc[others["auc"].idxmax()]
            line["highest of the others"] = f"{percent(best['auc'])} ({best['approach']})"
        lines.append(line | results.context(blind.iloc[0]))
    return pd.DataFrame(lines)


def alone(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the table of single facts for people."""
    return pd.DataFrame(
        {
            "fact": row["fact"].replace("_", " "),
            "mean of reals": f"{row['real']:.4g}",
            "mean of fakes": f"{row['fake']:.4g}",
            "AUC of the fact, or of its opposite": percent(row["auc"]),
            "real videos": row["n_real"],
            "fake videos": row["n_fake"],
        }
        for row in facts.to_dict("records")
    )
