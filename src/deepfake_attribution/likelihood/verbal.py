"""Words for a likelihood ratio: the verbal equivalents of ENFSI.

ENFSI guideline for evaluative reporting in forensic science, version 3.0 (2015), section on the
assignment of likelihood ratios: 1 to 2 supports neither side, then steps by the power of ten. The
same words serve both sides: a ratio below 1 supports fake by its inverse.
"""

from math import log10

# (log10 LR from, words)
STEPS = (
    (6.0, "extremely strong"),
    (4.0, "very strong"),
    (3.0, "strong"),
    (2.0, "moderately strong"),
    (1.0, "moderate"),
    (log10(2), "weak"),
)
NEITHER = "supports neither real nor fake"
CITED = "ENFSI guideline for evaluative reporting in forensic science, 2015"


def step(log10_lr: float) -> str:
    """Return the step of the scale: ``weak`` to ``extremely strong``; empty below a ratio of 2."""
    for least, words in STEPS:
        if abs(log10_lr) >= least - 1e-9:
            return words
    return ""


def words(log10_lr: float) -> str:
    """Return the support as text, for example ``moderate support for fake rather than real``."""
    support = step(log10_lr)
    if not support:
        return NEITHER
    sides = ("real", "fake") if log10_lr > 0 else ("fake", "real")
    return f"{support} support for {sides[0]} rather than {sides[1]}"
