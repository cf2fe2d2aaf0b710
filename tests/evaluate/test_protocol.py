import json
import math

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.protocol import Protocol, evaluate
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.evaluate.threshold import threshold

HONEST = Evaluate(
    fpr=0.10,
    threshold_scores="out_of_fold",
    threshold_crops="clean",
    adapted_threshold="none",
    calibration="auto",
    evidence_maps=0,
    grad_cam=False,
    robustness=0,
)
PAPER = Evaluate(
    fpr=0.10,
    threshold_scores="in_sample",
    threshold_crops="clean",
    adapted_threshold="none",
    calibration="auto",
    evidence_maps=0,
    grad_cam=False,
    robustness=0,
)


def videos_of(
    dataset: str, attack: str, split: str, scores: list[float], compression: str = "c23"
) -> pd.DataFrame:
    """Return one row per video, with the score that its frames are to have; NaN: no face."""
    names = [
        f"{dataset}/{attack}/{compression}/{split}{position}" for position in range(len(scores))
    ]
    return pd.DataFrame(
        {
            "video": names,
            "dataset": dataset,
            "attack": attack,
            "split": split,
            "compression": compression,
            "score": scores,
        }
    )


def frames_of(videos: pd.DataFrame, approach: str = "TripletLoss-NN") -> pd.DataFrame:
    """Return two frames per video with a face, 0.01 above and below the video's score."""
    seen = videos.dropna(subset="score")[["video", "score"]]
    two = [seen.assign(score=seen["score"] + shift) for shift in (-0.01, 0.01)]
    return pd.concat(two, ignore_index=True).assign(approach=approach)


def protocol(**changes: object) -> Protocol:
    settings: dict[str, object] = {
        "training": ["ff"],
        "databases": ["ff", "hifi", "google"],
        "reals_from": {"hifi": "ff"},
        "families": {"FF family": ["ff", "hifi"]},
    }
    return Protocol(**(settings | changes))  # type: ignore[arg-type]


VALIDATION = pd.concat(
    [
        videos_of("ff", "real", "val", [0.9, 0.8]),
        # At most 10 % of these ten may pass: the threshold is the second largest, 0.5.
        videos_of("ff", "swap", "val", [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1]),
        # Not trained on: its validation part must not move the threshold.
        videos_of("google", "other", "val", [0.95] * 10),
    ]
)
TEST = pd.concat(
    [
        videos_of("ff", "real", "test", [0.9, 0.8, 0.45, 0.7]),
        videos_of("ff", "swap", "test", [0.1, 0.55, math.nan]),
        videos_of("ff", "mouth", "test", [0.2]),
        videos_of("hifi", "hififace", "test", [0.3, 0.65]),
        videos_of("google", "other", "test", [0.2, 0.9]),
        videos_of("ff", "swap", "train", [0.99]),
    ]
)
VIDEOS = pd.concat([VALIDATION, TEST], ignore_index=True)


def row(table: pd.DataFrame, database: str, attack: str = "all", level: str = "video") -> pd.Series:
    found = table[
        (table["database"] == database) & (table["attack"] == attack) & (table["level"] == level)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_example_from_frames_to_metrics_and_table() -> None:
    result = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST)
    assert result.thresholds["TripletLoss-NN"]["video"].value == pytest.approx(0.5)
    # ff: reals 0.45 fails (1 of 4); fakes 0.55 passes (1 of 3 with a face); one has no face.
    ff = row(result.table, "ff")
    assert (ff["n_real"], ff["n_fake"], ff["k_fnr"], ff["k_fpr"]) == (4, 3, 1, 1)
    assert (ff["videos_without_face"], ff["coverage"]) == (1, 87.5)
    assert ff["compression"] == "c23"
    assert ff["auc"] == pytest.approx(100 * 11 / 12)
    assert list(result.metrics) == ["TripletLoss-NN"]
    assert list(result.metrics["TripletLoss-NN"]) == ["ff", "hifi", "google", "FF family"]
    assert result.metrics["TripletLoss-NN"]["ff"] == {
        "auc": 91.67,
        "fnr": 25.0,
        "fpr": 33.33,
        "hter": 29.17,
    }


def test_dataset_of_fakes_only_borrows_its_reals_and_families_count_them_once() -> None:
    table = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST).table
    hifi, family = row(table, "hifi"), row(table, "FF family")
    assert (hifi["n_real"], hifi["n_fake"], hifi["k_fnr"], hifi["k_fpr"]) == (4, 2, 1, 1)
    assert (family["n_real"], family["n_fake"], family["k_fpr"]) == (4, 5, 2)
    assert (family["fnr"], hifi["fnr"]) == (25, 25)


def test_each_attack_has_a_row_against_all_reals_of_its_database() -> None:
    table = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST).table
    assert set(table.loc[table["database"] == "ff", "attack"]) == {"all", "swap", "mouth"}
    swap, mouth = row(table, "ff", "swap"), row(table, "ff", "mouth")
    assert (swap["n_real"], swap["n_fake"], swap["k_fpr"]) == (4, 2, 1)
    assert (mouth["n_real"], mouth["n_fake"], mouth["k_fpr"]) == (4, 1, 0)
    assert (swap["videos_without_face"], mouth["videos_without_face"]) == (1, 0)


def test_database_without_reals_reports_what_there_is_and_says_what_is_missing() -> None:
    result = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST)
    assert result.metrics["TripletLoss-NN"]["google"] == {"fpr": 50.0}
    google = row(result.table, "google")
    assert google[["auc", "eer", "fnr", "hter"]].isna().all()
    assert "no reals" in google["missing"]
    assert "null" not in json.dumps(result.metrics) and "NaN" not in json.dumps(result.metrics)


def test_database_in_which_no_face_was_found_is_left_out_of_the_metrics() -> None:
    blind = pd.concat([VIDEOS, videos_of("blind", "swap", "test", [math.nan])])
    result = evaluate(frames_of(blind), blind, protocol(databases=["ff", "blind"]), HONEST)
    assert list(result.metrics["TripletLoss-NN"]) == ["ff", "FF family"]
    assert row(result.table, "blind")["coverage"] == 0


def test_frames_have_a_threshold_and_rows_of_their_own() -> None:
    result = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST)
    # Frames of the fakes: 0.61, 0.59, 0.51, ...: two of twenty may pass.
    assert result.thresholds["TripletLoss-NN"]["frame"].value == pytest.approx(0.51)
    frame = row(result.table, "ff", level="frame")
    assert (frame["n_real"], frame["n_fake"], frame["k_fnr"], frame["k_fpr"]) == (8, 6, 2, 2)
    assert frame["videos_without_face"] == 1


@pytest.mark.parametrize(
    ("settings", "value", "label"), [(PAPER, 0.5, "in_sample"), (HONEST, 0.7, "out_of_fold")]
)
def test_threshold_comes_from_the_scores_that_the_settings_name(
    settings: Evaluate, value: float, label: str
) -> None:
    frames = frames_of(VIDEOS).merge(VIDEOS[["video", "split"]], on="video")
    outside = frames["score"] + 0.2
    frames["score_out_of_fold"] = outside.where(frames["split"] == "val")
    result = evaluate(frames, VIDEOS, protocol(), settings)
    found = result.thresholds["TripletLoss-NN"]["video"]
    assert found.value == pytest.approx(value)
    assert (found.scores, found.n_fake, found.k_pass) == (label, 10, 1)
    assert set(result.table["threshold_scores"]) == {label}


@pytest.mark.parametrize(
    ("fitted", "scores", "value", "label"),
    [
        # The second largest of the clean fakes is 0.5; their copies score 0.2 less, 0.1 more.
        (True, "in_sample", 0.3, "degraded_in_sample"),
        (True, "out_of_fold", 0.6, "degraded_out_of_fold"),
        (False, "out_of_fold", 0.3, "degraded_held_out"),
    ],
)
def test_threshold_of_degraded_copies_is_theirs_and_the_figures_are_not(
    fitted: bool, scores: str, value: float, label: str
) -> None:
    settings = Evaluate.model_validate(
        HONEST.model_dump() | {"threshold_scores": scores, "threshold_crops": "degraded"}
    )
    frames = frames_of(VIDEOS).merge(VIDEOS[["video", "split"]], on="video")
    val = frames["split"] == "val"
    frames["score_degraded"] = (frames["score"] - 0.2).where(val)
    if fitted:
        frames["score_out_of_fold"] = (frames["score"] + 0.2).where(val)
        frames["score_degraded_out_of_fold"] = (frames["score"] + 0.1).where(val)
    result = evaluate(frames, VIDEOS, protocol(), settings)
    found = result.thresholds["TripletLoss-NN"]["video"]
    assert found.value == pytest.approx(value)
    assert (found.scores, found.n_fake, found.k_pass) == (label, 10, 1)
    assert set(result.table["threshold_scores"]) == {label}
    # Frames of the degraded fakes, 0.01 above and below: two of twenty may pass.
    assert result.thresholds["TripletLoss-NN"]["frame"].value == pytest.approx(value + 0.01)
    # Test reals score 0.9, 0.8, 0.7, 0.45, fakes 0.55, 0.2, 0.1, whatever became of the copies.
    ff = row(result.table, "ff")
    assert (ff["k_fnr"], ff["k_fpr"]) == (0 if value == 0.3 else 1, 1 if value == 0.3 else 0)
    clean = row(evaluate(frames, VIDEOS, protocol(), HONEST).table, "ff")
    assert (ff["auc"], ff["eer"]) == (clean["auc"], clean["eer"])


def test_validation_fake_without_a_degraded_copy_is_not_passed_by() -> None:
    settings = Evaluate(
        fpr=0.1,
        threshold_scores="in_sample",
        threshold_crops="degraded",
        adapted_threshold="none",
        calibration="auto",
        evidence_maps=0,
        grad_cam=False,
        robustness=0,
    )
    frames = frames_of(VIDEOS).assign(score_degraded=math.nan)
    with pytest.raises(ValueError, match="none NaN"):
        evaluate(frames, VIDEOS, protocol(), settings)


def test_head_that_was_not_fitted_on_validation_is_labelled_held_out() -> None:
    nn = frames_of(VIDEOS).assign(score_out_of_fold=lambda table: table["score"])
    both = pd.concat([nn, frames_of(VIDEOS, "Binary").assign(score_out_of_fold=math.nan)])
    result = evaluate(both, VIDEOS, protocol(), PAPER)
    labels = {name: levels["video"].scores for name, levels in result.thresholds.items()}
    assert labels == {"TripletLoss-NN": "in_sample", "Binary": "held_out"}
    assert list(result.metrics) == ["TripletLoss-NN", "Binary"]


def test_compressions_are_labelled_and_given_apart() -> None:
    more = pd.concat(
        [
            VIDEOS,
            videos_of("ff", "real", "test", [0.2, 0.9], "c40"),
            videos_of("ff", "swap", "test", [0.9], "c40"),
        ],
        ignore_index=True,
    )
    result = evaluate(frames_of(more), more, protocol(families={}), HONEST)
    table = result.table[(result.table["database"] == "ff") & (result.table["level"] == "video")]
    rows = table[table["attack"] == "all"].set_index("compression")
    assert rows["n_real"].to_dict() == {"c23+c40": 6, "c23": 4, "c40": 2}
    assert rows["n_fake"].to_dict() == {"c23+c40": 4, "c23": 3, "c40": 1}
    assert result.metrics["TripletLoss-NN"]["ff"]["fnr"] == 33.33
    assert (table.loc[table["attack"] == "mouth", "compression"] == "c23").all()


def test_scores_that_are_no_numbers_are_counted_apart_and_named() -> None:
    frames = frames_of(VIDEOS)
    of = frames["video"] == "ff/real/c23/test0"
    frames.loc[of, "score"] = [math.nan, math.inf]
    one = frames.index[frames["video"] == "ff/swap/c23/test0"][0]
    frames.loc[one, "score"] = math.nan
    table = evaluate(frames, VIDEOS, protocol(), HONEST).table
    ff, crops = row(table, "ff"), row(table, "ff", level="frame")
    assert (ff["n_real"], ff["n_fake"], ff["videos_without_face"]) == (3, 3, 1)
    assert ff["coverage"] == 100 * 6 / 8
    assert ff["missing"] == "1 videos have a score that is not a number, and are not counted"
    assert (crops["n_real"], crops["n_fake"]) == (6, 5)
    assert "3 crops have a score that is not a number" in crops["missing"]


def test_approach_without_any_number_stops_with_what_to_look_at() -> None:
    frames = frames_of(VIDEOS, "Binary").assign(score=math.nan)
    with pytest.raises(UserError, match="Binary: no score of a validation fake of ff is a number"):
        evaluate(frames, VIDEOS, protocol(), HONEST)


def test_equal_scores_are_said_to_rank_nothing() -> None:
    frames = frames_of(VIDEOS).assign(score=0.5)
    ff = row(evaluate(frames, VIDEOS, protocol(), HONEST).table, "ff")
    assert (ff["auc"], ff["eer"], ff["fnr"], ff["fpr"]) == (50, 50, 100, 0)
    assert ff["ap"] == pytest.approx(100 * 4 / 7)
    assert "all scores are equal" in ff["missing"]


def test_one_threshold_is_used_on_every_database() -> None:
    table = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST).table
    assert table.groupby("level")["threshold"].nunique().tolist() == [1, 1]


def test_order_of_the_frames_does_not_change_the_figures() -> None:
    frames = frames_of(VIDEOS)
    shuffled = frames.sample(frac=1, random_state=1)
    one, other = (evaluate(table, VIDEOS, protocol(), HONEST).table for table in (frames, shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_dataset_without_videos_is_named() -> None:
    with pytest.raises(UserError, match="'celeb' is to be evaluated but has no videos"):
        evaluate(frames_of(VIDEOS), VIDEOS, protocol(databases=["celeb"]), HONEST)
    with pytest.raises(UserError, match="'gone'"):
        evaluate(frames_of(VIDEOS), VIDEOS, protocol(reals_from={"hifi": "gone"}), HONEST)


def test_family_with_the_name_of_a_database_is_refused() -> None:
    with pytest.raises(UserError, match="'ff' is a database too"):
        evaluate(frames_of(VIDEOS), VIDEOS, protocol(families={"ff": ["hifi"]}), HONEST)


def test_validation_without_fakes_gives_no_threshold() -> None:
    with pytest.raises(UserError, match="NN: no validation fake of hifi has a face"):
        threshold(VIDEOS, ["hifi"], HONEST, "NN")


def test_published_counts_give_the_published_metrics_through_the_whole_protocol() -> None:
    # Binary on Celeb-DF: 2 of 178 reals and 91 of 340 fakes wrong.
    videos = pd.concat(
        [
            videos_of("celeb", "fake", "val", [0.6, *np.linspace(0, 0.5, 9)]),
            videos_of("celeb", "real", "test", [0.1] * 2 + [0.9] * 176),
            videos_of("celeb", "fake", "test", [0.9] * 91 + [0.1] * 249),
        ],
        ignore_index=True,
    )
    plan = Protocol(["celeb"], ["celeb"], {}, {})
    found = evaluate(frames_of(videos, "Binary"), videos, plan, HONEST).metrics["Binary"]["celeb"]
    assert (found["fnr"], found["fpr"], found["hter"]) == (1.12, 26.76, 13.94)


def test_videos_that_are_not_on_the_disk_lower_the_coverage() -> None:
    complete = {("ff", "real"): 5, ("ff", "swap"): 3, ("ff", "mouth"): 4, ("hifi", "hififace"): 2}
    rows = [(name, kind, "test", count) for (name, kind), count in complete.items()]
    rows.append(("ff", "swap", "train", 99))  # not tested on
    expected = pd.DataFrame(rows, columns=["dataset", "attack", "split", "expected"])
    table = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST, expected=expected).table
    # ff lacks a real and three of mouth; a video of swap has no face: 7 of 12 are scored
    ff = row(table, "ff")
    assert (ff["videos_missing"], ff["videos_without_face"]) == (4, 1)
    assert ff["coverage"] == pytest.approx(100 * 7 / 12)
    assert row(table, "ff", "mouth")["videos_missing"] == 4  # its own and the real
    assert row(table, "ff", "swap")["videos_missing"] == 1
    assert row(table, "hifi")["videos_missing"] == 1  # the real that it borrows
    assert row(table, "FF family")["videos_missing"] == 4
    google = row(table, "google")  # nobody knows its size
    assert (google["videos_missing"], google["coverage"]) == (0, 100)
    same = evaluate(frames_of(VIDEOS), VIDEOS, protocol(), HONEST).table
    assert same["auc"].equals(table["auc"]) and not same["videos_missing"].any()
