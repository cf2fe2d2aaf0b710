"""The record of a bundle: ``bundle.json``, strictly validated."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from deepfake_attribution.analyse.bundle.joined import MOST, Count, Enrolled, Gallery, Percent
from deepfake_attribution.analyse.bundle.map_truth import MapTruth
from deepfake_attribution.core.outputs import ONE_LOGIT
from deepfake_attribution.core.params import Strict
from deepfake_attribution.core.video import REAL
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.heads.registry import about
from deepfake_attribution.likelihood.calibration import Calibration
from deepfake_attribution.train.self_blending import SELF_BLENDED

FORMAT = 2  # of the folder; another one is refused
RECORD = "bundle.json"
CARD = "README.md"
KNOWN = "known.parquet"  # known crops, `loaded.KNOWN_SCHEMA`
DISTANCES = "distances.parquet"  # of known test videos: column distance
DETECTOR = "detector"  # folder of the face finder's files
ATTACK = "attack"  # folder of the approach that names attacks, if it is another one
GALLERY = "gallery.parquet"  # of the known validation crops, `gallery.GALLERY_SCHEMA`
ENROLLED = "enrolled.parquet"  # enrolled crops, `gallery.ENROLLED_SCHEMA`
HISTORY = "history"  # folder of the files that enrolling replaced, by version

OLDER = "the bundle is of an older version, without a calibration: export it again"

COUNTED = {"crops", "videos", "of_crops", "of_videos", "distances"}


class Limit(Strict):
    """The threshold: a score above it is called real.

    Attributes:
        value: of the score.
        scores: what it was set on (`threshold.Threshold`).
        n_fake: validation fakes that it was set on.
        k_pass: how many of them pass as real.
    """

    value: float = Field(ge=-MOST, le=MOST)
    scores: str
    n_fake: Count
    k_pass: Count

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.k_pass > self.n_fake:
            raise ValueError(f"{self.k_pass} of {self.n_fake} fakes pass")
        return self


class Tested(Strict):
    """Error rates on one test database, video level, in percent; null: nothing to count.

    Attributes:
        database: its name.
        trained_on: whether the model was trained on other videos of it.
        attacks: those of its fakes; ``new`` are those that were never trained on.
        n_real, n_fake: videos with a score.
        auc, fnr, fpr, hter: figures.
        intervals: measure -> 95 % confidence interval (low, high), if there is one.
        unlike_auc: how often a video of its new attacks is further from the known crops than a
            known video; 50 is chance. Null: no new attack, or not measured.
        cllr: Cllr of the likelihood ratios, in bits: 0 is perfect, and 1 or more is no better than
            none. Null: nothing to count, or not measured.
    """

    database: str
    trained_on: bool
    attacks: list[str]
    new: list[str]
    n_real: Count
    n_fake: Count
    auc: Percent | None
    fnr: Percent | None
    fpr: Percent | None
    hter: Percent | None
    intervals: dict[str, Annotated[list[Percent], Field(min_length=2, max_length=2)]]
    unlike_auc: Percent | None = None
    cllr: Annotated[float, Field(ge=0, le=MOST)] | None = None


class Trained(Strict):
    """The training data of a model.

    Attributes:
        datasets: their names.
        videos: split (train, val) -> class -> videos with a face crop.
        crops: split -> how many.
    """

    datasets: list[str]
    videos: dict[str, dict[str, Count]]
    crops: dict[str, Count]


class Attributing(Strict):
    """The approach that names the attack of a video that is called fake.

    Attributes:
        approach, head, classifier: as in `Record`; it may be the approach of the record itself.
        right: share of validation fakes with the right name, in percent (`attributing`).
        n_fake: validation fakes.
        far: distance to the known crops from which on no attack is named; null: no limit.
    """

    approach: str
    head: str
    classifier: Literal["nn", "lr", "svm"] | None
    right: Percent
    n_fake: Count
    far: Annotated[float, Field(ge=0, le=MOST)] | None


class Record(Strict):
    """A trained approach and everything needed to use it.

    Attributes:
        format: `FORMAT`.
        approach: name, as in the tables: ``ArcFaceMod-LR``.
        head: name of the trained head.
        seed: it was trained with.
        classifier: nn, lr or svm; null if the head itself decides.
        classes: everything it was trained on, real first. Binary predicts no class.
        score_kind: whether the score is a probability.
        threshold: of the video's score.
        validation_hter: in percent, at the threshold, on validation videos; null: not computable.
        neighbours: k of the open-set distance (``open_set.neighbours``).
        extract, crop, detector: how a video becomes crops.
        trained: what it was trained on.
        tested: error rates, in the order of the tables.
        known: ``crops`` and ``videos`` of the validation split that distances are measured to; if
            they are a sample, ``of_crops`` and ``of_videos`` are the totals. ``distances``: test
            videos whose distances are in the bundle.
        likelihood: turns a video's score into a likelihood ratio; null: there is none (a bundle of
            an older version, or see ``no_likelihood``).
        no_likelihood: why there is none.
        far: distance to the known crops from which on a video is not known (`open_set.limits`);
            null: none.
        attributing: which approach names attacks, chosen on validation videos; null: the one that
            gives the verdict, if it names any.
        maps: how true its evidence maps are on simulated attacks; null: not measured (another
            training seed than the first, a project without simulated attacks, or a bundle of an
            older version).
        gallery: null for a bundle of an older version: no attack can be enrolled.
        enrolled: attacks that joined without training, the oldest first.
        versions: of the packages that it was made with.
        files: name -> SHA-256 of every other file of the folder except `files.SUMS`; empty in a
            project.
    """

    format: int = Field(ge=0, le=MOST)
    approach: str
    head: str
    seed: int = Field(ge=0, lt=2**63)
    classifier: Literal["nn", "lr", "svm"] | None
    classes: list[str]
    score_kind: Literal["probability", "decision"]
    threshold: Limit
    validation_hter: Percent | None
    neighbours: int = Field(ge=1, le=MOST)
    extract: Extract
    crop: Crop
    detector: Detector
    trained: Trained
    tested: list[Tested]
    known: dict[str, Count]
    versions: dict[str, str]
    files: dict[str, str]
    likelihood: Calibration | None = None
    no_likelihood: str = ""
    far: Annotated[float, Field(ge=0, le=MOST)] | None = None
    attributing: Attributing | None = None
    maps: MapTruth | None = None
    gallery: Gallery | None = None
    enrolled: list[Enrolled] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.score_kind == "probability" and not 0 <= self.threshold.value <= 1:
            raise ValueError(f"the threshold of a probability is {self.threshold.value:g}")
        if not {"crops", "videos"} <= set(self.known) <= COUNTED:
            raise ValueError(f"known counts {', '.join(self.known) or 'nothing'}")
        names = [*self.classes, *(one.name for one in self.enrolled)]
        if len(set(names)) < len(names):
            raise ValueError("a class is there twice")
        if self.enrolled and self.gallery is None:
            raise ValueError("an attack is enrolled without a gallery")
        return self

    @property
    def without_likelihood(self) -> str:
        """Why there is no likelihood ratio; empty if there is one."""
        return "" if self.likelihood is not None else self.no_likelihood or OLDER

    @property
    def names_attacks(self) -> str:
        """The approach that names attacks; empty if none does."""
        if self.attributing is not None:
            return self.attributing.approach
        return "" if about(self.head).output == ONE_LOGIT else self.approach

    @property
    def of_namer(self) -> Self | None:
        """The same record for a further approach that names attacks; None if there is none."""
        one = self.attributing
        if one is None or one.approach == self.approach:
            return None
        changes = {"approach": one.approach, "head": one.head, "classifier": one.classifier}
        kind = "decision" if one.classifier == "svm" else "probability"
        # these are of the verdict's approach
        nothing: dict[str, Any] = {
            "likelihood": None,
            "maps": None,
            "gallery": None,
            "enrolled": [],
        }
        return self.model_copy(update=changes | {"score_kind": kind} | nothing)

    @property
    def attacks(self) -> list[str]:
        """Attacks trained on; self-blended faces are a class but no attack."""
        return [name for name in self.classes if name not in (REAL, SELF_BLENDED)]

    @property
    def every_class(self) -> list[str]:
        """The classes trained on, then the enrolled attacks."""
        return [*self.classes, *(one.name for one in self.enrolled)]

    @property
    def every_attack(self) -> list[str]:
        """The attacks trained on, then the enrolled ones."""
        return [*self.attacks, *(one.name for one in self.enrolled)]

    @property
    def version(self) -> int:
        """1 as exported; each attack that is enrolled makes one more."""
        return 1 + len(self.enrolled)
