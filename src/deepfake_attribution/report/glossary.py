"""Measures and approaches in a sentence each: the page shows them where a heading names one."""

from typing import NamedTuple


class Term(NamedTuple):
    """A measure or a part of an approach's name: as it is printed, in full, and what it is."""

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
APPROACHES = (
    Term("Binary", "real or fake", "Two classes; its score is P(real)."),
    Term(
        "Attribution",
        "real or which attack",
        "A class for real and one for each attack trained on; its score is P(real).",
    ),
    Term(
        "TripletLoss",
        "embeddings trained with triplets",
        "Crops of one class are pulled together, others pushed apart; a classifier scores them.",
    ),
    Term(
        "ArcFaceMod",
        "embeddings trained with ArcFace",
        "Its margin between classes is another for real than for fakes; a classifier scores them.",
    ),
    Term("NN", "nearest neighbours", "The classifier on the embeddings."),
    Term("LR", "logistic regression", "The classifier on the embeddings."),
    Term("SVM", "support vector machine", "The classifier on the embeddings, real against rest."),
    Term(
        "NoPixels", "metadata baseline", "A classifier of facts such as file size, without pixels."
    ),
)
