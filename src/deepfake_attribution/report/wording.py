"""Sentences that every form of the report says."""

from collections.abc import Sequence
from typing import NamedTuple

from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.faces.settings import Crop
from deepfake_attribution.report import published

TRAINED = "Databases trained on"
OTHERS = "Other databases"


class Remark(NamedTuple):
    """What a reader must know before any figure: in two words, and in full.

    Attributes:
        title: in two words.
        text: in full.
        settings: whether it is about settings that figures were made with, not about data.
    """

    title: str
    text: str
    settings: bool = True


DEMO = Remark(
    "Drawn people, simulated attacks.",
    "These figures show that the machinery works. They say nothing about how good a method is on "
    "real deepfakes.",
    settings=False,
)
PAPER_TUNING = Remark(
    "Searched on the test part.",
    "Classifier settings were chosen on test videos, as the paper did (classifiers.tune_on: test): "
    "the figures of fitted classifiers are optimistic.",
)
PAPER_VALUES = Remark(
    "k and C chosen on test data.",
    f"The classifiers' settings are the paper's (k = {published.K}; C = {published.C_LR} of LR and "
    f"{published.C_SVM} of the SVM), which its authors chose on test data: the figures of fitted "
    "classifiers are optimistic.",
)
IN_SAMPLE = Remark(
    "In-sample thresholds.",
    "Thresholds rest on scores of the validation videos that the classifiers were fitted on, as in "
    "the paper (evaluate.threshold_scores: in_sample).",
)
DEGRADED = Remark(
    "Thresholds from degraded copies.",
    "Thresholds rest on scores of degraded copies of the validation videos (compressed again, "
    "scaled, blurred and the like; evaluate.threshold_crops: degraded), as videos on their way "
    "through the world are. The paper's rest on the videos as they are. Everything else here does, "
    "too: classifiers were fitted on, and figures are of, the videos as they are.",
)
EVERYBODY = Remark(
    "Everybody in a video.",
    "Every person of a video has crops (crop.subject: all). Where there are several, the video's "
    "score is that of the least real, the mean over this person's frames. People whom a fake left "
    "as they were are trained on, and counted at the frame level, as fakes.",
)


def drawn(rendered: Sequence[str], datasets: Sequence[str], training: Sequence[str]) -> Remark:
    """Return what is to be known where this project drew datasets: all, or some.

    Args:
        rendered: those that it drew; at least one.
        datasets: all of them.
        training: datasets of the superset.
    """
    others = [name for name in datasets if name not in rendered]
    if not others:
        return DEMO
    known = [name for name in training if name in rendered]
    tested = "Figures on them say nothing about real deepfakes."
    if not known:
        trained = f"Nothing was trained on them; figures on {', '.join(others)} are not of them."
    else:
        what = "on nothing else" if len(known) == len(training) else "among others"
        trained = (
            f"Every approach was trained on {', '.join(known)}, {what}: figures on "
            f"{', '.join(others)} tell how such a training does there, not how good a method is."
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
    """Return what holds of a run.

    Args:
        data: from `drawn`, where the project drew a dataset.
        tuning: a list of values is searched, on the test part where ``tune_on`` says so; single
            values are used as they are, wherever they came from.
        settings: where the threshold comes from.
        cropping: whose face is cut out.
    """
    values = (tuning.nn.k, tuning.lr.C, tuning.svm.C)
    said = {
        PAPER_VALUES: values == (published.K, published.C_LR, published.C_SVM),
        PAPER_TUNING: tuning.tune_on == "test" and any(isinstance(value, list) for value in values),
        IN_SAMPLE: settings.threshold_scores == "in_sample",
        DEGRADED: settings.threshold_crops == "degraded",
        EVERYBODY: cropping.subject == "all",
    }
    return [*([data] if data else []), *(remark for remark, holds in said.items() if holds)]


def reading(rate: float, degraded: bool) -> str:
    """Return how the figures are read.

    Args:
        rate: share of validation fakes that may pass.
        degraded: whether it is degraded copies of these that count.
    """
    copies = "degraded copies of the " if degraded else ""
    return (
        "Positive is real: FNR is the share of real videos called fake, FPR the share of fakes "
        "called real. One threshold per approach and level (videos, frames), which lets "
        f"{100 * rate:g} % of the {copies}pooled validation fakes pass, is used on every database. "
        "It need not fit another camera or attack: AUC tells how well scores rank, FNR and FPR "
        "what happens at that threshold."
    )


MEASURES = (
    "In percent: AUC (the chance that a real scores above a fake), EER (the error rate where FNR "
    "and FPR are equal), AP (average precision, reals sought), and at the threshold FNR, FPR and "
    "HTER (the mean of FNR and FPR). A ranking that tells nothing has an AP near the share of "
    "reals, so APs of databases with other shares of reals cannot be compared."
)
BESIDE = (
    "Beside every figure: how many real and fake videos (or crops) it counts; videos without a "
    "face, which have no score and are not counted; videos not found, which the dataset's authors "
    "list and which were not on the disk; coverage, the share of all of these that has a score; "
    "and seeds, the number of trainings: of several, a figure is the mean, with the range in "
    "brackets."
)
VIDEO = "Video level (score: mean over the frames of a video)"
FRAME = "Frame level"
BY_ATTACK = (
    "Video level, percent; the fakes of one attack against all reals of the database. "
    "FPR with k/n where there is one seed. Marked (not trained on): no training crop, of "
    "whatever database, shows the attack."
)
BESIDE_FPR = (
    "A low FPR is worth something only beside a low FNR: an approach that calls nearly everything "
    "fake misses no fake. So each database begins with the FNR of its reals, real (FNR); what "
    "stands behind it is of the whole database."
)
OWN_CLASS = (
    "Videos of classes that were trained on, percent (k/n); real is a class. Of a database that "
    "was not trained on, its real videos and those of known attacks count; fakes of other attacks "
    "have no class to be given. Binary names no attack. A video's class is its most probable one, "
    "whatever the threshold says: it may be called fake although real is most probable, or the "
    "other way round. FNR, FPR and HTER go by the threshold alone. Classes counted: those that "
    "the counted videos have. A share over one class alone says nothing about telling classes "
    "apart: who calls everything real has 100 where only reals are counted."
)
MACRO_F1 = (
    "The mean F1 of the classes that the database has videos of, percent. A class that is never "
    "predicted has F1 0; a class without videos is left out, and named. There is none where "
    "the counted videos are of fewer than two classes: it would say nothing about telling classes "
    "apart."
)
CONFUSION = (
    "Test videos, a row per true class: how many were given each class, and the percentage of the "
    "row. Of several training seeds all are counted. Every count is in confusion.csv. Binary is "
    "not among them, for it names no attack: it tells real from fake alone, and FNR and FPR say "
    "how well."
)
THRESHOLDS = (
    "A video whose score is above its approach's threshold for videos is called real; a frame, "
    "where it is above the one for frames."
)
OVERLAP = (
    "Known of the official lists, counted here; figures on these videos are not figures on "
    "people or clips that were never seen."
)


def beside_published(run_with: Sequence[Remark]) -> list[str]:
    """Return what must be known of a table of published figures.

    Args:
        run_with: remarks; those about settings that ours were made with are told again.
    """
    ours = [f"Ours: {remark.text}" for remark in run_with if remark.settings]
    return [
        "Published: Korshunov, Jain and Marcel, ICASSP 2022. Video level, percent; FNR and FPR "
        "with the count k/n. Differences are ours minus published, of the figures as printed, in "
        "percentage points.",
        "Published counts are decoded: derived from the printed percentages, stated by no source "
        "(docs/protocol.md).",
        f"The paper's Binary is known to look broken (AUC {_broken('FaceForensics++')} on "
        f"FaceForensics++ and {_broken('HifiFace')} on HifiFace, both below chance): to be better "
        "than that row proves nothing.",
        *ours,
    ]


def _broken(column: str) -> str:
    cell = published.figures(column, "Binary")
    return f"{cell.auc:.2f}" if cell else "?"


EARLIER = (
    "HTER of TripletLoss in an earlier paper of the same group (Jain, Korshunov and Marcel, MMSP "
    "2021), trained on FaceForensics++ and Celeb-DF only: to be compared with ours only where "
    "these two are what was trained on."
)


def trained_on(training: Sequence[str]) -> str:
    """Return which datasets ours were trained on."""
    return f"Ours were trained on {', '.join(training)}."
