"""Sentences about likelihood ratios, and about the rule for "not known" that rests on them."""

from deepfake_attribution.analyse.bundle.record import Record
from deepfake_attribution.analyse.results import Evidence, PersonResult
from deepfake_attribution.core.listed import some
from deepfake_attribution.core.video import REAL
from deepfake_attribution.likelihood import verbal
from deepfake_attribution.likelihood.calibration import Calibration

NAMED = 12  # attacks in a sentence; the rest is counted
LIKELIHOOD_RATIO = (
    "Likelihood ratio: LR = p(score | real) / p(score | fake), how much more often real videos get "
    "such a score than fake ones. log10 LR above 0 speaks for real, below 0 for fake, 0 for "
    "neither. It is not the probability that the video is real."
)
TWO_LIMITS = (
    "The threshold is set by how many fakes may pass, while a ratio of 1 is where reals and fakes "
    "get such a score equally often. So the two can speak for different sides."
)


def log10_lr(person: PersonResult) -> str:
    """Return log10 LR with its sign; at a bound ``or more``, ``or less``; - if there is none."""
    found = person.evidence
    return "-" if found is None else written(found.log10_lr, found.at_bound)


def written(log10: float, at_bound: bool) -> str:
    """Return a log10 LR as text.

    Args:
        log10: its value.
        at_bound: whether the evidence may be stronger.
    """
    text = f"{log10:+.2f}"
    text = "0.00" if text in ("+0.00", "-0.00") else text
    if not at_bound:
        return text
    return f"{text} or {'more' if log10 > 0 else 'less'}"


def support(person: PersonResult) -> str:
    """Return the verbal equivalent in few words, for a table; empty without a ratio."""
    found = person.evidence
    if found is None:
        return ""
    step = verbal.step(found.log10_lr)
    return f"{step} support for {'real' if found.log10_lr > 0 else 'fake'}" if step else "neither"


def evidence(person: PersonResult) -> str:
    """Return the likelihood ratio with its words and its bound; without one, why."""
    found = person.evidence
    if found is None:
        return f"No likelihood ratio: {person.no_evidence}"
    text = f"log10 LR {log10_lr(person)}: {found.words}"
    if found.words != verbal.NEITHER:
        text += f"; {_times(found)}"
    if found.at_bound:
        text += " (the bound: the validation videos are too few to support more)"
    return text


def _times(found: Evidence) -> str:
    """Return the ratio as how many times as often one side gets the score."""
    ratio = 10 ** abs(found.log10_lr)
    count = f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"
    more, fewer = ("reals", "fakes") if found.log10_lr > 0 else ("fakes", "reals")
    least = "at least " if found.at_bound else ""
    return f"{more} get such a score {least}{count} times as often as {fewer}"


def population(record: Record) -> list[str]:
    """Return for which videos the likelihood ratio holds, and how good it is on each database."""
    found = record.likelihood
    if found is None:
        return [f"No likelihood ratio: {record.without_likelihood}."]
    measured = [one for one in record.tested if one.cllr is not None]
    sentences = [LIKELIHOOD_RATIO, _population(found)]
    if measured:
        each = ", ".join(
            f"{one.cllr:.2f} on {one.database}{'' if one.trained_on else ' (never trained on)'}"
            for one in measured
        )
        sentences.append(
            f"Cost of the likelihood ratios (Cllr; 0 is perfect, 1 is as good as none, more is "
            f"misleading): {each}."
        )
    return sentences


def not_known(record: Record) -> list[str]:
    """Return when a video is not known; empty if that never is the verdict."""
    cases = []
    if record.likelihood is not None:
        cases += ["its likelihood ratio is between 1/2 and 2, or speaks against the threshold"]
    if record.far is not None:
        cases += [f"its distance to the known crops is above {record.far:.1f}"]
    if not cases:
        return []
    sentence = f"A video is not known if {', or if '.join(cases)}; set on validation videos."
    return [sentence, *([TWO_LIMITS] if record.likelihood is not None else [])]


def _population(found: Calibration) -> str:
    attacks = [name for name in found.videos if name != REAL]
    return (
        f"The likelihood ratio holds for videos like the {found.n_real} real and {found.n_fake} "
        f"fake validation videos of {', '.join(found.databases)} that it was calibrated on "
        f"({some(attacks, NAMED)}). With other cameras, people or attacks it may mislead. So few "
        f"videos support no log10 LR beyond {found.lower:.2f} and {found.upper:+.2f}. Its words "
        f"are those of the {verbal.CITED}."
    )
