"""What enrolling changed, as lines for a terminal."""

from deepfake_attribution.analyse import amounts
from deepfake_attribution.analyse.bundle.joined import Counted, Enrolled
from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.enrol import figures
from deepfake_attribution.evaluate.uncertainty.intervals import FEWEST

ROWS = (
    (figures.NEW_FAKE, "{name}: called fake"),
    (figures.NEW_NAMED, "{name}: called fake and named so"),
    (figures.NEW_NOT_KNOWN, "{name}: not known"),
    (figures.OLD_FAKE, "older attacks: called fake"),
    (figures.OLD_NAMED, "older attacks: called fake and named rightly"),
    (figures.OLD_TAKEN, "older attacks: called fake and named {name}"),
    (figures.JOINED_FAKE, "reals given with it: called fake"),
    (figures.JOINED_NAMED, "reals given with it: called fake and named {name}"),
    (figures.JOINED_NOT_KNOWN, "reals given with it: not known"),
    (figures.REALS_FAKE, "reals: called fake"),
    (figures.REALS_NEWLY_FAKE, "reals: newly called fake"),
    (figures.REALS_NOT_KNOWN, "reals: not known"),
)
HELD_OUT = (
    "Each video is judged by what was learnt from videos of other sources. In brackets: 95 % "
    f"interval over sources; none with fewer than {FEWEST}. Called fake is meant at the threshold "
    "alone; not known is the third verdict of `analyse`."
)
OPTIMISTIC = (
    "Clips of one maker and one camera resemble each other, so clips from elsewhere may be "
    "recognised less often. Each clip counts as a source of its own unless a list has a column "
    "source."
)


def summary(older: Record, newer: Record) -> list[str]:
    """Return what the last enrolment of ``newer`` changed.

    Args:
        older: of the version before.
        newer: of the version after.
    """
    one = newer.enrolled[-1]
    head = (
        f"{one.name}: {len(one.clips)} clips of {amounts.counted(one.sources, 'source')}, "
        f"{amounts.counted(one.crops, 'crop')}, joined "
        f"{newer.approach}; version {newer.version}"
    )
    if one.reals:
        reals = amounts.counted(len(one.reals), "real clip")
        head += f"; with {reals}, {amounts.counted(one.real_crops, 'crop')}"
    return [head, "", *table(one), "", *recognised(one), "", *limits(older, newer), *remarks(one)]


def remarks(one: Enrolled) -> list[str]:
    """Return what figures mean, and which no longer hold."""
    return [HELD_OUT, OPTIMISTIC, *one.notes]


def table(one: Enrolled) -> list[str]:
    """Return the figures before and after, aligned."""
    rows = [("held-out videos", "before", "after")]
    for key, label in ROWS:
        if key in one.after:
            older = one.before.get(key)
            cells = counted(older) if older else "-", counted(one.after[key])
            rows.append((label.format(name=one.name), *cells))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def recognised(one: Enrolled) -> list[str]:
    """Return how many held-out clips are recognised, by number of clips enrolled."""
    if not one.recognised and one.sources == 1:
        return [
            "No curve: all clips are of one source, and clips are held out by source; enrol clips "
            "of two sources or more."
        ]
    if not one.recognised:
        return ["No curve: it needs more clips than are enrolled."]
    found = [f"Held-out clips called fake and named {one.name}, by number of clips enrolled:"]
    for size, count in one.recognised.items():
        share = "none asked" if not count.n else f"{100 * count.k / count.n:.0f} %"
        clips = amounts.counted(size, "clip")
        found.append(f"  {clips:<9} {share} of {count.n}{_ends(count)}")
    return found


def limits(older: Record, newer: Record) -> list[str]:
    """Return what changed in threshold, ratios and limit of the distance."""
    lines = []
    if newer.threshold != older.threshold:
        lines.append(
            f"Set again on held-out scores: threshold {older.threshold.value:.4f} -> "
            f"{newer.threshold.value:.4f} ({newer.threshold.k_pass} of {newer.threshold.n_fake} "
            "fakes pass)"
        )
    if newer.likelihood != older.likelihood:
        ends = [
            f"{one.likelihood.lower:+.2f} to {one.likelihood.upper:+.2f}" if one.likelihood else "-"
            for one in (older, newer)
        ]
        lines.append(f"Set again on held-out scores: log10 LR, bounds {ends[0]} -> {ends[1]}")
    if older.far is not None:
        far = "none" if newer.far is None else f"{newer.far:.2f}"
        lines.append(f"Set again: not known from distance {older.far:.2f} -> {far}")
    return lines


def counted(count: Counted) -> str:
    """Return a count as text."""
    return f"{count.k:g} of {count.n}{_ends(count)}"


def _ends(count: Counted) -> str:
    if count.low is None or count.high is None:
        return ""
    return f" ({count.low:.0f} to {count.high:.0f} %)"


def versions(found: list[tuple[int, str, Record]]) -> list[str]:
    """Return a line for each version of a bundle.

    Args:
        found: from `versions.history`.
    """
    lines = []
    for number, digest, record in found:
        what = "as exported"
        if record.enrolled:
            one = record.enrolled[-1]
            what = f"{one.name} enrolled from {len(one.clips)} clips"
        lines.append(f"version {number}: {what} (SHA256SUMS {digest[:12]})")
    return lines
