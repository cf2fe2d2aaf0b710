"""The figures that the papers printed, as data, for comparison with ours.

Source: Korshunov, Jain and Marcel, *Custom attribution loss for improving generalization and
interpretability of deepfake detection*, ICASSP 2022, Tables 1 and 2. Percentages are as printed.
Counts are **derived**: no source states them. N is a number of videos that the dataset has, such
that the percentages of all four approaches are k/N at two decimals. It is the smallest such N,
except for the fakes of Google and DeepfakeTIMIT. docs/protocol.md has the arithmetic and lists the
videos. Positive is real, as everywhere (`metrics`).
"""

from dataclasses import dataclass

TABLES = {1: "databases that the paper trains on", 2: "databases that it does not train on"}
# The paper's databases, in the order of its tables, and the number of the table of each.
COLUMNS = {
    "Celeb-DF": 1,
    "FaceForensics++": 1,
    "DeeperForensics": 1,
    "HifiFace": 1,
    "DF-Mobio": 2,
    "Google": 2,
    "DeepfakeTIMIT": 2,
}
APPROACHES = ("Binary", "Attribution", "TripletLoss-NN", "ArcFaceMod-LR")

# The values of k and C that the paper's authors chose on test data.
K = 14
C_LR = 0.001
C_SVM = 0.01

# HTER of TripletLoss in an earlier paper of the same group (Jain, Korshunov and Marcel, *Improving
# Generalization of Deepfake Detection by Training for Attribution*, MMSP 2021), which trained on
# FaceForensics++ and Celeb-DF only: the training set differs, so this is no row of Table 2.
EARLIER_HTER = {"DF-Mobio": 23.16, "Google": 26.55, "DeepfakeTIMIT": 13.26}


@dataclass(frozen=True)
class Published:
    """A cell of the paper's tables.

    Attributes:
        auc: area under the ROC curve, percent, as printed; so are the next three.
        fnr: reals called fake.
        fpr: fakes called real.
        hter: mean of the two.
        k_fnr: reals called fake, derived; None where the column cannot be decoded.
        n_real: reals, derived.
        k_fpr: fakes called real, derived.
        n_fake: fakes, derived.
    """

    auc: float
    fnr: float
    fpr: float
    hter: float
    k_fnr: int | None
    n_real: int | None
    k_fpr: int | None
    n_fake: int | None


# By column, in the order of APPROACHES: AUC, FNR, FPR, HTER.
_PERCENT = {
    "Celeb-DF": (
        (98.56, 1.12, 26.76, 13.94),
        (100.00, 1.69, 0.00, 0.84),
        (99.76, 0.56, 10.88, 5.72),
        (99.87, 0.00, 5.59, 2.79),
    ),
    "FaceForensics++": (
        (48.03, 95.00, 4.20, 49.60),
        (99.14, 0.71, 10.36, 5.54),
        (98.84, 1.43, 9.20, 5.31),
        (99.06, 1.43, 11.34, 6.38),
    ),
    "DeeperForensics": (
        (54.62, 95.00, 3.57, 49.29),
        (99.93, 0.71, 2.50, 1.61),
        (99.78, 1.43, 2.86, 2.14),
        (99.95, 1.43, 2.50, 1.96),
    ),
    "HifiFace": (
        (25.29, 95.00, 8.57, 51.79),
        (96.57, 0.71, 35.00, 17.86),
        (98.63, 1.43, 15.00, 8.21),
        (98.81, 1.43, 16.43, 8.93),
    ),
    "DF-Mobio": (
        (36.90, 95.43, 3.70, 49.56),
        (75.52, 12.36, 59.66, 36.01),
        (83.15, 22.60, 26.03, 24.32),
        (79.98, 9.73, 58.65, 34.19),
    ),
    "Google": (
        (54.01, 54.27, 34.58, 44.43),
        (87.89, 2.20, 56.39, 29.30),
        (84.15, 6.06, 54.11, 30.08),
        (88.79, 0.55, 69.46, 35.00),
    ),
    "DeepfakeTIMIT": (
        (70.54, 38.60, 34.38, 36.49),
        (84.97, 4.88, 46.56, 25.72),
        (70.08, 52.33, 21.25, 36.79),
        (63.55, 27.21, 62.19, 44.70),
    ),
}
# By column: k of FNR in the order of APPROACHES, of how many reals; the same of FPR and fakes.
_DECODED = {
    "Celeb-DF": ((2, 3, 1, 0), 178, (91, 0, 37, 19), 340),
    "FaceForensics++": ((133, 1, 2, 2), 140, (47, 116, 103, 127), 1120),
    "DeeperForensics": ((133, 1, 2, 2), 140, (10, 7, 8, 7), 280),
    "HifiFace": ((133, 1, 2, 2), 140, (12, 49, 21, 23), 140),
    "Google": ((197, 8, 22, 2), 363, (1061, 1730, 1660, 2131), 3068),
    "DeepfakeTIMIT": ((166, 21, 225, 117), 430, (220, 298, 136, 398), 640),
}


def figures(column: str, approach: str) -> Published | None:
    """Return the published cell of a database and an approach, or None.

    Args:
        column: a database as the paper names it, see `COLUMNS`.
        approach: our name of an approach; the paper has `APPROACHES`.
    """
    if column not in COLUMNS or approach not in APPROACHES:
        return None
    place = APPROACHES.index(approach)
    auc, fnr, fpr, hter = _PERCENT[column][place]
    if column not in _DECODED:
        return Published(auc, fnr, fpr, hter, None, None, None, None)
    k_fnr, n_real, k_fpr, n_fake = _DECODED[column]
    return Published(auc, fnr, fpr, hter, k_fnr[place], n_real, k_fpr[place], n_fake)
