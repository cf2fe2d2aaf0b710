"""The section on the answer "not known": the share answered against the error."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.open_set import limits
from deepfake_attribution.evaluate.open_set.new_attacks import DISTANCE
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.likelihood import abstention
from deepfake_attribution.likelihood.results import RATIO, part_of
from deepfake_attribution.report import answers
from deepfake_attribution.report.cells import NOTHING, bracketed, percent, signed
from deepfake_attribution.report.content import Part, Section, Table
from deepfake_attribution.report.rule_changes import changes
from deepfake_attribution.report.source_draws import Draws

ANCHOR = "not-known"
FAR, CALLED = "far", "called_real"
RATES = {"error": "error", "false_alarms": "false alarms", "passed": "passes"}
TEXT = (
    "A video is not known if its likelihood ratio is between 1/2 and 2 or speaks against the "
    "threshold's verdict, or if it is further from the known validation videos than {share:g} % of "
    "the validation videos are from those of other sources (open_set.known_share). All limits are "
    "set without test videos. Else the threshold's verdict stands. Reals and fakes have the same "
    "weight in the share answered and in the error. Video level, test part, first training seed.",
    "Without: every video has the threshold's verdict. With: those not known are left out. A false "
    "alarm is a real that is called fake, a pass a fake that is called real; both are shares of "
    "all reals, or fakes, answered or not. Change: with minus without, in percentage points, with "
    "the {level:g} % interval from resampled source videos; the intervals are not corrected for "
    "their number.",
)


@dataclass(frozen=True)
class Rows:
    """The rated test videos of the first seed, and the limits of the distance.

    Attributes:
        videos: `files.read_ratios` of test videos, with ``far``: whether it is too far, and
            ``called_real``: whether its score is above the threshold.
        notes: why a head has no limit.
        share: ``open_set.known_share``.
    """

    videos: pd.DataFrame
    notes: Sequence[str]
    share: float


def read(ratios: pd.DataFrame, figures: pd.DataFrame, seed: int, share: float) -> Rows:
    """Return the rated test videos with their distance.

    Args:
        ratios: `files.read_ratios` of the seed.
        figures: `results.collect` ("figures"): they hold the thresholds.
        seed: of the training.
        share: ``open_set.known_share``.

    Raises:
        UserError: a table of the stage ``open_set`` is missing.
    """
    set_ones = tables.read(paths.open_set() / limits.NAME, filters=[("seed", "==", seed)])
    measured = tables.read(
        paths.open_set() / "videos.parquet",
        ["approach", "video", "score"],
        [("seed", "==", seed), ("measure", "==", DISTANCE)],
    )
    own = figures[(figures["seed"] == seed) & (figures["level"] == "video")]
    thresholds = own.groupby("approach")["threshold"].first()
    return joined(ratios, thresholds, measured, set_ones, share)


def joined(
    ratios: pd.DataFrame,
    thresholds: pd.Series,
    measured: pd.DataFrame,
    set_ones: pd.DataFrame,
    share: float,
) -> Rows:
    """Return the rated test videos; one without a distance is not too far.

    Args:
        ratios: as for `read`.
        thresholds: of each approach.
        measured: ``approach`` (the head), ``video``, ``score``: the distance.
        set_ones: `limits.LIMITS`.
        share: as for `read`.
    """
    videos = ratios[(ratios["split"] == "test") & ratios[RATIO].notna()].copy()
    videos["head"] = videos["approach"].str.partition("-")[0]
    distances = measured.rename(columns={"approach": "head", "score": DISTANCE})
    videos = videos.merge(distances, on=["head", "video"], how="left", validate="many_to_one")
    limit = videos["head"].map(set_ones.set_index("approach")["limit"])
    noted = set_ones[set_ones["note"] != ""]
    notes = [f"{row['approach']}: {row['note']}." for _, row in noted.iterrows()]
    called = videos["score"] > videos["approach"].map(thresholds)
    return Rows(videos.assign(**{FAR: videos[DISTANCE] > limit, CALLED: called}), notes, share)


def section(
    rows: Rows,
    protocol: Protocol,
    new: Mapping[str, Sequence[str]],
    draws: Draws,
    compared_on: Collection[str] = (),
    further: Sequence[Part] = (),
) -> Section:
    """Return the section.

    Args:
        rows: from `read`.
        protocol: which videos are counted where.
        new: database -> attacks that were never trained on.
        draws: of source videos, for the intervals.
        compared_on: databases that recipes were compared on.
        further: parts that follow.
    """
    level = draws.level
    text = [TEXT[0].format(share=100 * rows.share), TEXT[1].format(level=level), *rows.notes]
    parts = []
    found = rates(rows.videos, protocol, draws)
    shown = table(found)
    if len(shown):
        parts.append(Part("", [Table("", shown)]))
    attacks = by_attack(rows.videos, protocol, new)
    if len(attacks):
        parts.append(Part("Attacks never trained on", [Table("", attacks)]))
    sentence = answer(found, protocol.families, compared_on, level)
    return Section('The answer "not known"', ANCHOR, text, [*parts, *further], sentence)


def rates(videos: pd.DataFrame, protocol: Protocol, draws: Draws) -> pd.DataFrame:
    """Return a row per database and approach, in percent: what the rule does.

    Returns:
        ``database``, ``part`` (seen, unseen), ``approach``, ``answered``, ``far``, ``n_real``,
        ``n_fake``, and ``NAME_without``, ``NAME_with``, ``NAME_change`` with ``NAME_low`` and
        ``NAME_high`` of each of `RATES`.
    """
    lines = []
    for database, members in protocol.rows().items():
        there, part = protocol.select(videos, members), part_of(database, protocol)
        if there.empty:
            continue
        columns, weights = draws.of(there["video"], database)
        place = pd.Series(columns, index=there.index)
        for approach, own in there.groupby("approach", sort=False):
            _, real, called = arrays(own)
            if real.all() or not real.any():
                continue
            given = answered(own)
            without = abstention.answers(called, real, np.ones(len(real), dtype=bool))
            with_rule = abstention.answers(called, real, given)
            changed = changes(
                called, real, given, place[own.index].to_numpy(), weights, draws.level
            )
            before, after = asdict(without), asdict(with_rule)
            line = {"database": database, "part": part, "approach": approach}
            line |= {"answered": after["answered"], "far": int(own[FAR].sum())}
            line |= {"n_real": int(real.sum()), "n_fake": int((~real).sum())}
            line |= {f"{name}_without": before[name] for name in RATES}
            line |= {f"{name}_with": after[name] for name in RATES}
            for name, one in changed.items():
                line |= {f"{name}_change": one.value}
                line |= {f"{name}_low": one.low, f"{name}_high": one.high}
            lines.append(line)
    return pd.DataFrame(lines)


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Return `rates` as text."""
    lines = []
    for row in found.to_dict("records"):
        line = {"database": row["database"], "approach": row["approach"]}
        line["answered, %"] = percent(row["answered"])
        for name, title in RATES.items():
            line[f"{title} without, %"] = percent(row[f"{name}_without"])
            line[f"{title} with, %"] = percent(row[f"{name}_with"])
            ends = bracketed(row[f"{name}_low"], row[f"{name}_high"])
            line[f"change of {title}"] = signed(row[f"{name}_change"]) + ends
        line |= {"too far, videos": row["far"], "real videos": row["n_real"]}
        lines.append(line | {"fake videos": row["n_fake"]})
    return pd.DataFrame(lines)


def answer(
    found: pd.DataFrame, families: Collection[str], compared_on: Collection[str], level: float
) -> str:
    """Return what the rule does, as ranges over the approaches; empty without rows.

    The error is called lower only where the whole interval of its change is below 0.

    Args:
        found: from `rates`.
        families, compared_on: as for `answers.groups`.
        level: of the intervals, in percent.
    """
    sentences: list[str] = []
    for about, own in answers.groups(found, families, compared_on):
        names = answers.joined_names(own["database"].drop_duplicates())
        without, with_rule, given = (
            _range(own[name]) for name in ("error_without", "error_with", "answered")
        )
        errors = f"{without} without, {with_rule} with"
        if not sentences:
            errors = f"the error is {without} without the rule and {with_rule} with it"
        lower = f"{int((own['error_high'] < 0).sum())} of {len(own)}"
        counted = f"lower in {lower}"
        if not sentences:
            counted = f"lower, by its whole {level:g} % interval, in {lower} rows of the table"
        sentences.append(f"On {names} ({about}), {errors}, {counted}; {given} answered.")
    return " ".join([*sentences, "Ranges over the approaches."]) if sentences else ""


def _range(values: pd.Series) -> str:
    """Return the range of percentages; a dash if nothing was counted."""
    there = values.dropna().tolist()
    return f"{answers.ranged(there, '{:.1f}'.format)} %" if there else NOTHING


def by_attack(
    videos: pd.DataFrame, protocol: Protocol, new: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return a row per database, attack never trained on, and approach: the answers it gets."""
    lines = []
    for database, members in protocol.rows().items():
        there = protocol.select(videos, members)
        for attack in new.get(database, ()):
            of_attack = there[there["attack"] == attack]
            for approach, own in of_attack.groupby("approach", sort=False):
                _, _, called = arrays(own)
                given = answered(own)
                shares = {
                    "called fake, %": given & ~called,
                    "called real, %": given & called,
                    "not known, %": ~given,
                }
                line = {"database": database, "attack": attack, "approach": approach}
                line |= {name: percent(100 * part.mean()) for name, part in shares.items()}
                lines.append(line | {"videos": len(own)})
    return pd.DataFrame(lines)


def arrays(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log10 LR, whether real, and whether called real, of the videos of one approach."""
    real = (rows["attack"] == REAL).to_numpy()
    return rows[RATIO].to_numpy(np.float64), real, rows[CALLED].to_numpy(bool)


def answered(rows: pd.DataFrame) -> np.ndarray:
    """Return which videos of one approach are known, see `abstention.known`."""
    ratios, _, called = arrays(rows)
    return abstention.known(ratios, called, rows[FAR].to_numpy(bool))
