"""Sets threshold, calibration and limit of the distance again, on crops that were not fitted on.

With the functions that the stages ``fit``, ``evaluate``, ``likelihood`` and ``open_set`` use. Crops
of one source are in one fold. A head that decides by itself keeps threshold and calibration,
because its scores do not change; only its limit of the distance is set again.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.record import Limit
from deepfake_attribution.core import metrics
from deepfake_attribution.core.outputs import CLASSES
from deepfake_attribution.core.video import REAL
from deepfake_attribution.enrol.folds import folds
from deepfake_attribution.enrol.judges import ClassifierJudge, Judge, NetworkJudge
from deepfake_attribution.enrol.samples import Samples
from deepfake_attribution.evaluate.open_set.distances import Known
from deepfake_attribution.evaluate.open_set.limits import FOLDS
from deepfake_attribution.evaluate.scoring import KEY, PERSON, SCORE
from deepfake_attribution.likelihood import abstention, fitting
from deepfake_attribution.likelihood.calibration import Calibration

CLIPS = "enrolled clips"  # stands among the datasets that a calibration holds for
OUT_OF_FOLD = "out_of_fold"
PARTS = 5  # of the cross-validation of a head without a classifier


@dataclass(frozen=True)
class Limits:
    """What turns a score into an answer.

    Attributes:
        threshold: a score above it is called real.
        likelihood: the calibration; None if there is none.
        no_likelihood: why there is none; else empty.
        far: distance from which on a video is not known; None if there is no limit.
        hter: at the threshold, percent; None: not computable.
    """

    threshold: Limit
    likelihood: Calibration | None
    no_likelihood: str
    far: float | None
    hter: float | None


@dataclass(frozen=True)
class Assessed:
    """The videos of a set of samples, each judged by what was learnt from other sources.

    Attributes:
        videos: ``video``, ``attack``, ``source``, ``score``, ``named`` (the attack that a fake
            would be given), ``fake`` (called so at the threshold), ``known`` (it gets an answer).
        limits: set on these videos.
    """

    videos: pd.DataFrame
    limits: Limits


class Assessor:
    """Judges samples as the versions of a bundle do.

    Args:
        bundle: the older version; it has a gallery.
    """

    def __init__(self, bundle: Bundle) -> None:
        assert bundle.record.gallery is not None
        self.record, self._gallery = bundle.record, bundle.record.gallery
        self.angular = bundle.description.by_direction
        self.fitted = bundle.classifier
        self._parts = PARTS
        if self.fitted is not None:
            self.judge: Judge = ClassifierJudge(self.fitted)
            self._parts = int(self.fitted.record.get("folds_wanted", PARTS))
        else:
            classes, k = self.record.classes, self.record.neighbours
            own = classes if bundle.description.output == CLASSES else []
            self.judge = NetworkJudge(own, classes, k, self.angular)

    def out_of_fold(self, samples: Samples) -> Assessed:
        """Return all videos, judged by what was learnt from other sources, and the limits."""
        frames = self._cross_judged(samples)
        videos = self._videos(frames, samples)
        distances = self._distances(samples)
        threshold, hter = self.threshold(videos)
        likelihood, reason, ratios = self._calibration(videos)
        far = None
        if self.record.far is not None and distances is not None:
            share = self._gallery.known_share
            far = float(np.quantile(distances[videos[KEY]], share, method="higher"))
        limits = Limits(threshold, likelihood, reason, far, hter)
        return Assessed(self._answered(videos, limits, distances, ratios), limits)

    def asked(self, known: Samples, asked: Samples, limits: Limits) -> pd.DataFrame:
        """Return the videos of ``asked``, judged by what was learnt from ``known`` alone."""
        videos = self._videos(self.judge.frames(known, asked), asked)
        distances = None
        if limits.far is not None:
            vectors = Known.of(known.vectors, self.angular)
            values = vectors.distances(asked.vectors, self.record.neighbours)
            distances = _per_video(asked, values)
        ratios = None
        if limits.likelihood is not None:
            ratios = limits.likelihood.log10_lr(videos[SCORE])
        return self._answered(videos, limits, distances, ratios)

    def quick(self, known: Samples, asked: Samples) -> pd.DataFrame:
        """Return the videos of ``asked`` at a threshold set on ``known``, without the other limits.

        Nothing of ``asked`` is learnt from, the threshold included.
        """
        if self.fitted is None:
            threshold = self.record.threshold
        else:
            held_out = self._videos(self._cross_judged(known), known)
            threshold, _ = self.threshold(held_out)
        videos = self._videos(self.judge.frames(known, asked), asked)
        return videos.assign(fake=videos[SCORE] <= threshold.value)

    def threshold(self, videos: pd.DataFrame) -> tuple[Limit, float | None]:
        """Return the threshold that lets the bundle's share of fakes pass, and the HTER at it."""
        real = (videos["attack"] == REAL).to_numpy()
        scores = videos[SCORE].to_numpy(np.float64)
        limit = self.record.threshold
        if self.fitted is not None:
            value = metrics.threshold_at_fpr(scores[~real], self._gallery.fpr)
            passing = int((scores[~real] > value).sum())
            limit = Limit(
                value=value, scores=OUT_OF_FOLD, n_fake=int((~real).sum()), k_pass=passing
            )
        lost, passed = scores[real] <= limit.value, scores[~real] > limit.value
        whole = len(lost) and len(passed)
        return limit, 50 * float(lost.mean() + passed.mean()) if whole else None

    def _videos(self, frames: pd.DataFrame, samples: Samples) -> pd.DataFrame:
        """Return a row per video: of the person with the lowest score, as `scoring` has it."""
        people = frames.groupby([KEY, PERSON])[[SCORE]].mean()
        people = people.join(self.judge.names(frames, self._attacks(samples)))
        lowest = people.loc[people.groupby(KEY)[SCORE].idxmin()].reset_index()
        about = pd.DataFrame(
            {KEY: samples.videos, "attack": samples.labels, "source": samples.sources}
        ).drop_duplicates(KEY)
        return about.merge(lowest, on=KEY, validate="one_to_one").reset_index(drop=True)

    def _attacks(self, samples: Samples) -> list[str]:
        """Return the attacks that can be named, the ones trained on first."""
        new = set(samples.labels.tolist()) - {REAL, *self.record.every_attack}
        return [*self.record.every_attack, *sorted(new)]

    def _cross_judged(self, samples: Samples) -> pd.DataFrame:
        """Return the frames of all samples, each judged by what was learnt from other folds."""
        parts = [
            self.judge.frames(samples.take(rest), samples.take(own)).assign(row=own)
            for rest, own in folds(samples, self._parts)
        ]
        return pd.concat(parts, ignore_index=True).sort_values("row", ignore_index=True)

    def _calibration(
        self, videos: pd.DataFrame
    ) -> tuple[Calibration | None, str, NDArray[np.float64] | None]:
        """Return the calibration, why there is none, and the ratio of each video."""
        older = self.record.likelihood
        if older is None:
            return None, self.record.without_likelihood, None
        if self.fitted is None:
            return older, "", older.log10_lr(videos[SCORE])
        choice = "auto" if len(older.cllr) > 1 else older.kind
        given = fitting.Validation(
            videos[SCORE].to_numpy(np.float64),
            videos["attack"].to_numpy(str),
            videos["source"].to_numpy(str),
            list(dict.fromkeys([*older.databases, CLIPS])),
            OUT_OF_FOLD,
            older.scale,
        )
        found = fitting.fit(given, choice, older.folds)
        return found.calibration, found.reason, found.out_of_fold

    def _distances(self, samples: Samples) -> pd.Series | None:
        """Return each video's distance to the crops of other sources, as `limits` measures it.

        None if the bundle has no limit, or the crops are too few for one.
        """
        from sklearn.model_selection import GroupKFold

        count = len(np.unique(samples.sources))
        if self.record.far is None or count < 2:
            return None
        values = np.full(len(samples), np.nan)
        folds = GroupKFold(min(FOLDS, count))
        for rest, own in folds.split(samples.vectors, groups=samples.sources):
            known = Known.of(samples.vectors[rest], self.angular)
            if known.why_none(self.record.neighbours):
                return None
            values[own] = known.distances(samples.vectors[own], self.record.neighbours)
        return _per_video(samples, values)

    def _answered(
        self,
        videos: pd.DataFrame,
        limits: Limits,
        distances: pd.Series | None,
        ratios: NDArray[np.float64] | None,
    ) -> pd.DataFrame:
        """Return videos with ``fake`` and ``known``: what `analyse` would answer."""
        called_real = (videos[SCORE] > limits.threshold.value).to_numpy()
        far = np.zeros(len(videos), dtype=bool)
        if limits.far is not None and distances is not None:
            far = (videos[KEY].map(distances) > limits.far).to_numpy()
        known = ~far
        if ratios is not None and limits.likelihood is not None:
            known = abstention.known(ratios, called_real, far)
        claimed = videos["claimed"].notna().to_numpy()
        return videos.assign(fake=~called_real, known=known & ~(called_real & claimed))


def _per_video(samples: Samples, values: NDArray[np.float64]) -> pd.Series:
    """Return the mean of a person's crops; of several people of a video the highest."""
    table = pd.DataFrame({KEY: samples.videos, PERSON: samples.people, "value": values})
    return table.groupby([KEY, PERSON])["value"].mean().groupby(KEY).max()
