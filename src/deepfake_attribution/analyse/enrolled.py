"""Sentences on enrolled attacks, for readers of a result."""

from deepfake_attribution.analyse.bundle.joined import Enrolled
from deepfake_attribution.analyse.bundle.record import Record


def sentences(record: Record) -> list[str]:
    """Return what is known of each enrolled attack, and which figures no longer hold."""
    notes = record.enrolled[-1].notes if record.enrolled else []
    return [*map(_sentence, record.enrolled), *notes]


def _sentence(one: Enrolled) -> str:
    found = one.after.get("new_called_fake_and_named")
    measured = f"; {found.k:g} of {found.n} held-out ones were recognised" if found else ""
    return f"Enrolled without training: {one.name}, from {len(one.clips)} clips{measured}."
