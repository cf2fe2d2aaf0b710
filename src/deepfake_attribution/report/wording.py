"""Sentences that every form of the report says."""

from typing import NamedTuple

TRAINED = "Databases trained on"
OTHERS = "Other databases"


class Remark(NamedTuple):
    """What a reader must know before any figure: in two words, and in full."""

    title: str
    text: str


DEMO = Remark(
    "Drawn people, simulated attacks.",
    "These figures show that the machinery works. They say nothing about how good a method is on "
    "real deepfakes.",
)
PAPER_TUNING = Remark(
    "Searched on the test part.",
    "Classifier settings were chosen on test videos, as the paper did (classifiers.tune_on: test): "
    "the figures of fitted classifiers are optimistic.",
)
IN_SAMPLE = Remark(
    "In-sample thresholds.",
    "Thresholds rest on scores of the validation videos that the classifiers were fitted on, as in "
    "the paper (evaluate.threshold_scores: in_sample).",
)


def reading(rate: float) -> str:
    """Return how the figures are read; ``rate``: share of validation fakes that may pass."""
    return (
        "Positive is real: FNR is the share of real videos called fake, FPR the share of fakes "
        f"called real. One threshold per approach, which lets {100 * rate:g} % of the pooled "
        "validation fakes pass, is used on every database. It need not fit another camera or "
        "attack: AUC tells how well scores rank, FNR and FPR what happens at that threshold."
    )


OWN_CLASS = (
    "Videos of classes that were trained on, percent (k/n); real is a class. Of a database that "
    "was not trained on, its real videos and those of known attacks count; fakes of other attacks "
    "have no class to be given. Binary names no attack."
)
