"""Sentences that every form of the report contains."""

from collections.abc import Sequence
from typing import NamedTuple

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.report.published import Protocol

# The paper's k of NN, and C of LR and of the SVM (ICASSP 2022).
PAPER_K, PAPER_C_LR, PAPER_C_SVM = 14, 0.001, 0.01
TRAINED = "Databases trained on"
OTHERS = "Other databases"


class Remark(NamedTuple):
    """What a reader must know before reading any figure.

    Attributes:
        title: a few words.
        text: the full explanation.
        settings: whether it is about the settings of a run rather than about its data.
    """

    title: str
    text: str
    settings: bool = True


DEMO = Remark(
    "Drawn people, simulated attacks.",
    "These figures show that the pipeline works. They say nothing about how good a method is on "
    "real deepfakes.",
    settings=False,
)
PAPER_TUNING = Remark(
    "Classifiers tuned on test videos.",
    "Classifier settings were chosen on test videos, as in the paper (classifiers.tune_on: test), "
    "so the figures of fitted classifiers are optimistic.",
)
PAPER_VALUES = Remark(
    "k and C chosen on test data.",
    f"The classifiers' settings are the paper's (k = {PAPER_K}; C = {PAPER_C_LR} of LR and "
    f"{PAPER_C_SVM} of the SVM), which its authors chose on test data, so the figures of "
    "fitted classifiers are optimistic.",
)
IN_SAMPLE = Remark(
    "In-sample thresholds.",
    "Thresholds are set on scores of the validation videos that the classifiers were fitted on "
    "(evaluate.threshold_scores: in_sample). Such scores are optimistic, so more test fakes pass "
    "than the set share.",
)
DEGRADED = Remark(
    "Thresholds from degraded copies.",
    "Thresholds are set on scores of degraded copies of the validation videos (compressed again, "
    "scaled, blurred and the like; evaluate.threshold_crops: degraded), because shared videos are "
    "often degraded. The paper uses the original videos. Everything else here uses the original "
    "videos, too: classifiers were fitted on them, and figures are computed on them.",
)
EVERYBODY = Remark(
    "All people in a video.",
    "Every person in a video has crops (crop.subject: all). If there are several people, the "
    "video's score is the lowest of their scores; a person's score is the mean over their frames. "
    "In a fake video, people who were not manipulated are also trained on as fakes, and counted as "
    "fakes at the frame level.",
)

MARKED = Remark(
    "Marked faces.",
    "Where a dataset says which face is labelled, by a mask or a box, that face was cropped "
    "(crop.subject: marked). In use nobody says it: of several people in a frame another one may "
    "be taken.",
)


def drawn(rendered: Sequence[str], datasets: Sequence[str], training: Sequence[str]) -> Remark:
    """Return the remark about datasets that this project drew itself.

    Args:
        rendered: the drawn datasets; at least one.
        datasets: all datasets.
        training: datasets of the superset.
    """
    others = [name for name in datasets if name not in rendered]
    if not others:
        return DEMO
    known = [name for name in training if name in rendered]
    tested = "Figures on them say nothing about real deepfakes."
    if not known:
        trained = (
            f"Nothing was trained on them, and figures on {', '.join(others)} do not include them."
        )
    else:
        what = "only" if len(known) == len(training) else "among others"
        trained = (
            f"Every approach was trained on {', '.join(known)} ({what}). Figures on "
            f"{', '.join(others)} show how well such training transfers, not how good a method is."
        )
    return Remark(
        "Partly drawn people, simulated attacks.",
        f"{', '.join(name for name in datasets if name in rendered)}: drawn by this project. "
        f"{tested} {trained}",
        settings=False,
    )


def remarks(
    data: Remark | None, tuning: Classifiers, settings: Evaluate, cropping: Crop
) -> list[Remark]:
    """Return the remarks that apply to a run.

    Args:
        data: from `drawn`, if the project drew a dataset.
        tuning: a list of values is searched, on test videos if ``tune_on`` is ``test``; a single
            value is used as it is.
        settings: where the threshold comes from.
        cropping: whose face is cut out.
    """
    values = (tuning.nn.k, tuning.lr.C, tuning.svm.C)
    applies = {
        PAPER_VALUES: values == (PAPER_K, PAPER_C_LR, PAPER_C_SVM),
        PAPER_TUNING: tuning.tune_on == "test" and any(isinstance(value, list) for value in values),
        IN_SAMPLE: settings.threshold_scores == "in_sample",
        DEGRADED: settings.threshold_crops == "degraded",
        EVERYBODY: cropping.subject == "all",
        MARKED: cropping.subject == "marked",
    }
    return [*([data] if data else []), *(remark for remark, yes in applies.items() if yes)]


def reading(rate: float, degraded: bool) -> str:
    """Return how to read the figures.

    Args:
        rate: share of validation fakes that may pass.
        degraded: whether the threshold is set on degraded copies of them.
    """
    copies = "degraded copies of the " if degraded else ""
    return (
        "Positive is real: FNR is the share of real videos called fake, FPR the share of fakes "
        "called real. One threshold per approach and level (videos, frames), which lets "
        f"{100 * rate:g} % of the {copies}pooled validation fakes pass, is used on every database. "
        "It may not suit another camera or attack: AUC measures how well scores rank, FNR and FPR "
        "measure the errors at that threshold."
    )


MEASURES = (
    "In percent. AUC: the chance that a real scores above a fake. EER: the error rate where FNR "
    "and FPR are equal. AP: average precision with real as positive. FNR, FPR and HTER, the mean "
    "of both, are at the threshold. A random ranking has an AP near the share of reals, "
    "so APs of databases with different shares of reals cannot be compared."
)
CONTEXT = (
    "Every figure comes with: how many real and fake videos (or crops) it counts; videos without a "
    "face, which have no score and are not counted; videos not found, which the dataset's authors "
    "list and which were not on the disk; coverage, the share of all of these that has a score; "
    "and seeds, the number of trainings. With several seeds, a figure is the mean, with the range "
    "in brackets."
)
VIDEO = "Video level (score: mean over the frames of a video)"
FRAME = "Frame level"
BY_ATTACK = (
    "Video level, percent; the fakes of one attack against all reals of the database. "
    "FPR includes the count k/n if there is one seed. Marked (not trained on): no training crop of "
    "any database shows the attack."
)
FNR_WITH_FPR = (
    "A low FPR means little without a low FNR: an approach that calls nearly everything fake "
    "misses no fake. So the first row of each database, real (FNR), is the FNR of its reals; the "
    "other columns of that row describe the whole database."
)
OWN_CLASS = (
    "How many videos of classes that were trained on were assigned their own class, percent (k/n); "
    "real is a class. In a database that was not trained on, real videos and fakes of known "
    "attacks count; fakes of other attacks have no correct class. Binary names no attack. A "
    "video's class is the most probable one and does not depend on the threshold. So a video can "
    "be called fake although real is its most probable class, and the other way round. FNR, FPR "
    "and HTER depend on the threshold alone. Classes counted: the classes of the counted videos. "
    "Accuracy over a single class does not show whether classes are told apart. An approach that "
    "calls everything real scores 100 if only reals are counted."
)
MACRO_F1 = (
    "The mean F1 of the classes that the database has videos of, percent. A class that is never "
    "predicted has F1 0; classes without videos are left out and listed. It is not computed if the "
    "counted videos are of fewer than two classes, because it would not show whether classes are "
    "told apart."
)
CONFUSION = (
    "Test videos, a row per true class: how many were assigned each class, and the percentage of "
    "the row. Videos of all training seeds are counted. Every count is in confusion.csv. Binary is "
    "missing because it only separates real from fake; FNR and FPR measure how well."
)
THRESHOLDS = (
    "A video is called real if its score is above the approach's threshold for videos, a frame if "
    "its score is above the threshold for frames."
)
OVERLAP = (
    "The official lists have these overlaps; they are counted here. Figures on these videos are "
    "not figures on people or clips that are new to the model."
)


def compared_on(names: Sequence[str]) -> str:
    """Return which databases choices were made by."""
    return (
        f"Recipes were compared on {', '.join(names)}, without training on it. Choices were made "
        "by these results, so only figures of the other databases are of untouched videos."
    )


def about_published(run_with: Sequence[Remark]) -> list[str]:
    """Return how to read every table of published figures.

    Args:
        run_with: the run's remarks; those about settings are repeated.
    """
    return [
        "In percent; FNR and FPR with the count k/n. Differences are ours minus published, of the "
        "figures as printed, in percentage points. Ours are printed beside published figures only "
        "where level, compression and test database agree.",
        *(f"Ours: {remark.text}" for remark in run_with if remark.settings),
    ]


def about_protocol(protocol: Protocol, training: Sequence[str]) -> list[str]:
    """Return who published the figures, and how they were made.

    Args:
        protocol: whose figures.
        training: datasets that ours were trained on.
    """
    compression = protocol.training_compression
    theirs = ", ".join(protocol.trained_on) + (f" ({compression})" if compression else "")
    return [
        f"Published: {protocol.source}. {protocol.level.capitalize()} level. Trained on {theirs} "
        f"there, on {', '.join(training)} here. Faces there: {protocol.preprocessing}.",
        *([DECODED] if protocol.decoded else []),
        *protocol.notes,
    ]


DECODED = (
    "Published counts are decoded: derived from the printed percentages, stated by no source "
    "(docs/protocol.md)."
)
