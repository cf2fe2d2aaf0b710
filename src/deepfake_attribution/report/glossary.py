"""The measures in one short sentence each: the page shows them where a heading names one."""

from typing import NamedTuple


class Term(NamedTuple):
    """A measure: its short name, its full name, and what it is."""

    name: str
    full: str
    text: str


TERMS = (
    Term(
        "AUC",
        "area under the ROC curve",
        "The chance that a real video scores higher than a fake; 100 is perfect, 50 is chance. "
        "Positive is real.",
    ),
    Term(
        "HTER",
        "half total error rate",
        "The mean of FNR and FPR at the approach's threshold; 0 is perfect, 50 is chance. "
        "Positive is real.",
    ),
    Term(
        "EER",
        "equal error rate",
        "The error rate at the threshold where FNR and FPR are equal; 0 is perfect. "
        "Positive is real.",
    ),
    Term(
        "FNR",
        "false negative rate",
        "The share of real videos called fake. Positive is real.",
    ),
    Term(
        "FPR",
        "false positive rate",
        "The share of fakes called real. Positive is real.",
    ),
)
