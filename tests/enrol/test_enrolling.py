"""An enrolled attack is known, and nothing is judged by what was learnt from its own source."""

from dataclasses import replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
import pytest

import gallery_bundle
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.judging import judge
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.classify.classifiers import fit
from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.enrol import figures
from deepfake_attribution.enrol.assessment import CLIPS, Assessor
from deepfake_attribution.enrol.enrolling import check_gallery, enrol, enrolled_rows
from deepfake_attribution.enrol.judges import ClassifierJudge, NetworkJudge
from deepfake_attribution.enrol.samples import Samples, of_bundle
from deepfake_attribution.evaluate.open_set import limits

pytestmark = pytest.mark.slow

Kind = Literal["nn", "lr", "svm"]
KINDS: tuple[Kind, ...] = ("nn", "lr", "svm")


@cache
def enrolled(kind: Kind | None) -> Bundle:
    """Return a bundle that knows the attack `bend` from ten clips, too."""
    clips = gallery_bundle.clips("bend", 10, network=kind is None)
    return enrol(gallery_bundle.bundle(kind), "bend", clips)


@pytest.mark.parametrize("kind", KINDS)
def test_enrolled_attack_is_recognised(kind: Kind) -> None:
    newer = enrolled(kind)
    assert newer.classifier is not None and newer.classifier.kind == kind
    asked = gallery_bundle.rows("bend", 20, seed=77)
    said = newer.classifier.predict(np.stack(asked["embedding"].to_list()))
    assert (said == "bend").mean() > 0.9
    (entry,) = newer.record.enrolled
    assert (entry.name, len(entry.clips), entry.crops, entry.sources) == ("bend", 10, 20, 10)
    assert entry.after[figures.NEW_NAMED].k >= 8
    assert entry.after[figures.NEW_NAMED].n == 10
    assert entry.after[figures.REALS_FAKE].k <= 1
    assert list(entry.recognised) == [1, 5]  # 10 leave no clip to ask
    assert entry.recognised[5].k >= entry.recognised[5].n - 1 >= 5


@pytest.mark.parametrize("kind", [*KINDS, None])
def test_older_bundle_is_not_changed(kind: Kind | None) -> None:
    older = gallery_bundle.bundle(kind)
    record, rows = older.record.model_dump_json(), older.known.copy()
    newer = enrol(older, "bend", gallery_bundle.clips("bend", 4, network=kind is None))
    assert older.record.model_dump_json() == record
    pd.testing.assert_frame_equal(older.known, rows)
    assert newer.record.version == 2 and newer.record.every_attack == ["melt", "swap", "bend"]
    assert newer.record.classes == older.record.classes
    assert enrolled_rows(newer)["video"].nunique() == 4


@pytest.mark.parametrize("kind", [*KINDS, None])
def test_nothing_is_judged_by_what_was_learnt_from_its_source(
    kind: Kind | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for judge_kind in (ClassifierJudge, NetworkJudge):
        original = judge_kind.frames

        def frames(
            self: object, known: Samples, own: Samples, original: object = original
        ) -> pd.DataFrame:
            assert not set(known.sources.tolist()) & set(own.sources.tolist())
            asked.append(len(own))
            return original(self, known, own)  # type: ignore[operator]

        monkeypatch.setattr(judge_kind, "frames", frames)
    clips = gallery_bundle.clips("bend", 6, network=kind is None)
    clips.rows["source"] = clips.rows["source"].replace({"enrolled-1": "enrolled-0"})
    enrol(gallery_bundle.bundle(kind), "bend", gallery_bundle.with_reals(clips, 4))
    assert len(asked) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_held_out_scores_are_those_of_the_stage_fit(kind: Kind) -> None:
    bundle = gallery_bundle.bundle(kind)
    samples = of_bundle(bundle)
    crops = Crops.of(samples.vectors, samples.labels, samples.sources)
    settings, classes = gallery_bundle.SETTINGS, bundle.record.classes
    wanted = fit(kind, settings, crops, classes, 1).out_of_fold
    by_video = pd.Series(wanted).groupby(samples.videos).mean()
    assessed = Assessor(bundle).out_of_fold(samples)
    videos = assessed.videos.set_index("video")["score"]
    np.testing.assert_allclose(videos.sort_index(), by_video.sort_index(), atol=1e-9)


def test_limits_are_set_again_on_held_out_scores() -> None:
    older, newer = gallery_bundle.bundle("lr"), enrolled("lr")
    clips = gallery_bundle.clips("bend", 10)
    both = of_bundle(older).plus(Samples.of(clips.rows, clips.rows))
    videos = Assessor(older).out_of_fold(both).videos
    fakes = videos.loc[videos["attack"] != "real", "score"].sort_values()
    limit = newer.record.threshold
    assert (limit.scores, limit.n_fake, limit.k_pass) == ("out_of_fold", 34, 3)
    assert limit.value == fakes.iloc[-4]  # 10 % of 34 fakes pass: 3
    calibration = newer.record.likelihood
    assert calibration is not None and calibration.databases == ["d", CLIPS]
    assert calibration.videos == {"real": 12, "bend": 10, "melt": 12, "swap": 12}
    assert calibration.scores == "out_of_fold" and calibration.folds == 4
    real = videos["attack"] == "real"
    lost = (videos.loc[real, "score"] <= limit.value).mean()
    assert newer.record.validation_hter == pytest.approx(50 * (lost + 3 / 34))


@pytest.mark.parametrize("kind", ["lr", None])
def test_distance_is_measured_as_by_the_stage_open_set(kind: Kind | None) -> None:
    bundle = gallery_bundle.bundle(kind)
    samples = of_bundle(bundle)
    angular = bundle.description.by_direction
    wanted = limits._measured(samples.vectors.astype(np.float32), samples.sources, angular, 3)
    by_video = pd.Series(wanted).groupby(samples.videos).mean()
    far = Assessor(bundle).out_of_fold(samples).limits.far
    assert far == pytest.approx(np.quantile(by_video, 0.95, method="higher"), rel=1e-5)


def test_bundle_without_a_limit_or_ratios_gets_none() -> None:
    older = gallery_bundle.bundle("lr", far=None, likelihood=None, no_likelihood="not run")
    record = enrol(older, "bend", gallery_bundle.clips("bend", 4)).record
    assert record.far is None and record.likelihood is None
    assert record.without_likelihood == "not run"


def test_network_keeps_scores_and_limits_and_the_nearest_crops_give_the_name() -> None:
    older, newer = gallery_bundle.bundle(None), enrolled(None)
    assert newer.record.threshold == older.record.threshold
    assert newer.record.likelihood == older.record.likelihood
    assert (
        newer.classifier is None
        and "Attribution scores as before" in newer.record.enrolled[0].notes[0]
    )
    asked = gallery_bundle.rows("bend", 1, seed=77, slots=4)
    vectors = asked["embedding"].to_list()
    for score, verdict, attack in ((0.01, "fake", "bend"), (0.99, "not known", None)):
        rest = (1 - score) / 2
        frames = pd.DataFrame({"person": 0, "score": score, "predicted": "melt"}, index=range(4))
        frames = frames.assign(p_real=score, p_melt=rest, p_swap=rest, embedding=vectors)
        (person,) = judge(frames, newer, Surroundings(newer, 3), 1)
        assert (person.verdict, person.attack) == (verdict, attack)
        if attack is None:
            assert "nearest known crops are of the enrolled attack bend" in person.reason
    swap = gallery_bundle.rows("swap", 1, seed=78, slots=4)
    frames = frames.assign(
        p_real=0.01, score=0.01, p_swap=0.9, embedding=swap["embedding"].to_list()
    )
    (person,) = judge(frames, newer, Surroundings(newer, 3), 1)
    assert (person.verdict, person.attack) == ("fake", "swap")


def test_second_attack_counts_the_first_as_known() -> None:
    first = enrol(
        gallery_bundle.bundle("lr", ["real", "melt"]), "swap", gallery_bundle.clips("swap", 6)
    )
    second = enrol(first, "bend", gallery_bundle.clips("bend", 6, seed=3))
    entry = second.record.enrolled[1]
    assert entry.before[figures.OLD_FAKE].n == entry.after[figures.OLD_FAKE].n == 12 + 6
    assert second.classifier is not None
    assert second.classifier.classes == ["bend", "melt", "real", "swap"]


@pytest.mark.parametrize("kind", ["lr", None])
def test_reals_of_the_same_camera_join_as_reals(kind: Kind | None) -> None:
    clips = gallery_bundle.clips("bend", 6, network=kind is None)
    newer = enrol(gallery_bundle.bundle(kind), "bend", gallery_bundle.with_reals(clips, 5))
    (entry,) = newer.record.enrolled
    assert (len(entry.reals), entry.real_crops, entry.crops, entry.sources) == (5, 10, 12, 6)
    assert entry.before[figures.JOINED_FAKE].n == entry.after[figures.JOINED_FAKE].n == 5
    assert entry.after[figures.JOINED_NAMED].k == 0
    assert entry.after[figures.NEW_FAKE].n == 6 and entry.after[figures.REALS_FAKE].n == 12
    assert not any("--reals" in note for note in entry.notes)
    rows = enrolled_rows(newer)
    assert rows.groupby("attack").size().to_dict() == {"bend": 12, "real": 10}


def test_without_reals_the_notes_say_what_is_not_measured() -> None:
    (entry,) = enrolled("lr").record.enrolled
    assert figures.JOINED_FAKE not in entry.after
    assert "learnt the camera instead of the attack" in entry.notes[-1]


def test_bundle_without_gallery() -> None:
    with pytest.raises(UserError, match="this bundle has no gallery: export it again"):
        check_gallery(replace(gallery_bundle.bundle(), gallery=None))


def test_same_clips_give_the_same_record() -> None:
    again = enrol(gallery_bundle.bundle("nn"), "bend", gallery_bundle.clips("bend", 10))
    assert again.record.model_dump_json() == enrolled("nn").record.model_dump_json()


def test_known_videos_of_one_source_are_one_line() -> None:
    bundle = gallery_bundle.bundle("lr")
    assert bundle.gallery is not None
    single = replace(bundle, gallery=bundle.gallery.assign(source="one"))
    with pytest.raises(UserError, match="real videos are of 1 source: a refit needs two") as caught:
        enrol(single, "bend", gallery_bundle.clips("bend", 4))
    assert "\n" not in str(caught.value)
