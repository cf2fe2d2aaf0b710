"""The sentence on what evidence maps are worth, the same on a page, in JSON and in a terminal."""

from deepfake_attribution.analyse.bundle.map_truth import Hits, MapTruth
from deepfake_attribution.analyse.bundle.record import Record

TRAINED_ON, OTHERS = "attacks trained on", "other attacks or databases"


def truth(record: Record) -> str:
    """Return on how many simulated attacks the maps of the approach are better than chance."""
    maps, found = f"evidence maps of {record.approach}", record.maps
    if found is None:
        return f"Whether {maps} lie inside what was changed was not measured."
    parts = {TRAINED_ON: found.trained_on, OTHERS: found.others}
    judged = {about: hits for about, hits in parts.items() if hits.judged}
    if not judged:
        return (
            f"Whether {maps} lie inside what was changed is not known: too few fakes were measured "
            "for a confidence interval."
        )
    counts = " and ".join(
        f"{hits.above} of {hits.judged} {about}" for about, hits in judged.items()
    )
    before = ", measured before an attack was enrolled," if record.enrolled else ""
    return (
        f"On {_fakes(found)} simulated fakes, {maps}{before} lie inside what was changed more than "
        f"chance for {counts}{_warning(judged)}; on real deepfakes it was not measured."
    )


def _fakes(found: MapTruth) -> int:
    return found.trained_on.fakes + found.others.fakes


def _warning(judged: dict[str, Hits]) -> str:
    """Return where the maps are no better than chance for at least half of the attacks."""
    poor = {about: hits for about, hits in judged.items() if 2 * hits.above <= hits.judged}
    if not poor:
        return ""
    mostly = "" if not any(hits.above for hits in poor.values()) else "mostly "
    where = "" if len(poor) == len(judged) else f" on {' and '.join(poor)}"
    return f", so{where} they are {mostly}no better than chance"
