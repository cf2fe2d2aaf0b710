"""Which published figures ours can be compared with, and the reason where they cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from deepfake_attribution.report.published import (
    MEASURES,
    Database,
    Protocol,
    Publication,
    Videos,
)
from deepfake_attribution.report.results import ALL

LEAST = 0.95  # share of the published test videos that we must have at least
AT_THRESHOLD = ("fnr", "fpr", "hter")


@dataclass(frozen=True, eq=False)
class Ours:
    """What of our results decides whether figures can be compared.

    Attributes:
        figures: `results.over_seeds`.
        training: datasets of the superset.
        families: name of a row -> the datasets that it joins.
        rate: share of validation fakes that the threshold lets pass.
        frames: taken of each video; None: not known.
    """

    figures: pd.DataFrame
    training: Sequence[str]
    families: Mapping[str, Sequence[str]]
    rate: float
    frames: int | None = None


def rows(ours: Ours, publication: Publication, database: str, level: str = "") -> pd.DataFrame:
    """Return our rows, one per approach, that are compared with a published database.

    At the published compression; where it is not published, the rows that join all of ours. Of a
    published database with a single attack, the rows of this attack.

    Args:
        ours: our results.
        publication: what they are compared with.
        database: one of its databases.
        level: ``video`` or ``frame``; empty: the published one.
    """
    theirs = publication.protocol.databases[database]
    own = ours.figures[ours.figures["database"] == publication.row_of(database)]
    own = own[own["level"] == (level or publication.protocol.level)]
    own = own[own["attack"] == _attack(theirs)]
    if theirs.compression is not None:
        own = own[own["compression"] == theirs.compression]
    return own.drop_duplicates("approach")  # the first row joins all compressions


def there(ours: Ours, publication: Publication, database: str) -> bool:
    """Return whether we have any result on a published database."""
    return publication.row_of(database) in set(ours.figures["database"])


def reason(ours: Ours, publication: Publication, database: str) -> str:
    """Return why our figures on a published database cannot be compared; empty if they can be.

    They are on the same videos: compression, attacks and numbers of test videos agree as far as
    they are known (at least `LEAST` of the videos are here). And ours were not trained on a
    database that the published methods had not seen.
    """
    protocol, row = publication.protocol, publication.row_of(database)
    theirs = protocol.databases[database]
    own = ours.figures[(ours.figures["database"] == row) & (ours.figures["level"] == "video")]
    attacks = set(own["attack"]) - {ALL}
    wanted = set(theirs.attacks or ())
    if wanted and (wanted != attacks if len(wanted) > 1 else not wanted <= attacks):
        return f"attacks here {_listed(attacks)}; there {_listed(wanted)}"
    levels = list(dict.fromkeys(own.loc[own["attack"] == _attack(theirs), "compression"]))
    if theirs.compression is not None and theirs.compression not in levels:
        return f"{' and '.join(levels)} here, {theirs.compression} there"
    if _trained(ours, row) and database not in protocol.trained_on:
        return "trained on here, not there"
    if theirs.videos is not None:
        found = numbers(ours, publication, database)
        if not _same(found, theirs.videos):
            derived = " (decoded)" if protocol.decoded else ""
            return f"test videos: {_counts(found)} here, {_counts(theirs.videos)} there{derived}"
    return ""


def remarks(ours: Ours, publication: Publication, databases: Sequence[str]) -> list[str]:
    """Return a sentence for each difference that a reader of compared figures must know.

    Args:
        ours: our results.
        publication: what they are compared with.
        databases: those that are compared.
    """
    protocol = publication.protocol
    sentences = []
    if ours.frames and protocol.frames and ours.frames != protocol.frames:
        sentences.append(f"Frames per video: {ours.frames} here, {protocol.frames} there.")
    lacking = [
        name
        for name in databases
        if name in protocol.trained_on and not _trained(ours, publication.row_of(name))
    ]
    if lacking:
        sentences.append(f"Trained on there, not here: {', '.join(lacking)}.")
    if set(AT_THRESHOLD) & set(protocol.measures) and not same_threshold(ours, protocol):
        sentences.append(
            "FNR, FPR and HTER are not compared: the threshold lets "
            f"{100 * ours.rate:g} % of the validation fakes pass here, "
            f"{100 * (protocol.validation_fpr or 0):g} % there."
        )
    for name in databases:
        videos, found = protocol.databases[name].videos, numbers(ours, publication, name)
        if videos is not None and found != videos:
            derived = " (decoded)" if protocol.decoded else ""
            sentences.append(
                f"{name}: not the whole published test set: {_counts(found)} videos here, "
                f"{_counts(videos)} there{derived}."
            )
    return sentences


def measures(ours: Ours, protocol: Protocol) -> list[str]:
    """Return the measures that are shown: those at a threshold need the same rule for it."""
    kept = MEASURES if same_threshold(ours, protocol) else ("auc",)
    return [name for name in protocol.measures if name in kept]


def same_threshold(ours: Ours, protocol: Protocol) -> bool:
    """Return whether thresholds are set by the same rule; true if theirs is not stated."""
    return protocol.validation_fpr in (None, ours.rate)


def numbers(ours: Ours, publication: Publication, database: str) -> Videos:
    """Return how many of the test videos that are compared have a score."""
    first = rows(ours, publication, database, "video").iloc[0]
    return Videos.model_construct(real=int(first["n_real"]), fake=int(first["n_fake"]))


def _attack(theirs: Database) -> str:
    """Return the attack whose rows are compared."""
    return theirs.attacks[0] if theirs.attacks and len(theirs.attacks) == 1 else ALL


def _trained(ours: Ours, row: str | None) -> bool:
    return bool({row, *ours.families.get(row or "", ())} & set(ours.training))


def _same(ours: Videos, theirs: Videos) -> bool:
    pairs = ((ours.real, theirs.real), (ours.fake, theirs.fake))
    return all(LEAST * published <= own <= published for own, published in pairs)


def _counts(videos: Videos) -> str:
    return f"{videos.real} real and {videos.fake} fake"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
