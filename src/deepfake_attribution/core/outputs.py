"""What a head gives for a crop."""

from typing import Literal

Output = Literal["real", "classes", "embedding"]
ONE_LOGIT: Output = "real"  # its sigmoid is P(real)
CLASSES: Output = "classes"  # a logit per class, real first
EMBEDDING: Output = "embedding"  # a vector; classifiers are fitted on it
SELF_SCORING = (ONE_LOGIT, CLASSES)  # no classifier is fitted for these
