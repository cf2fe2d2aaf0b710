import math

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.evaluate.scoring import video_scores, without_crop


def catalog(*names: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"video": names, "dataset": "d", "attack": "real", "split": "test", "compression": "c23"}
    )


def test_score_of_a_video_is_the_mean_of_its_frames() -> None:
    frames = pd.DataFrame({"video": ["b", "a", "b", "b"], "score": [0.1, 0.7, 0.2, 0.6]})
    table = video_scores(frames).set_index("video")
    assert list(table.index) == ["b", "a"]
    assert table.loc["b", "score"] == pytest.approx(0.3)
    assert table.loc["b", "score_std"] == pytest.approx(np.std([0.1, 0.2, 0.6]))
    assert table.loc["a", "score_std"] == 0
    assert table["n_frames"].to_dict() == {"b": 3, "a": 1}


def test_videos_without_a_crop_are_kept_with_their_reason() -> None:
    frames = pd.DataFrame({"video": ["v2"], "score": [0.4]})
    index = pd.DataFrame(
        {
            "video": ["v1", "v1", "v1", "v2", "v2"],
            "status": ["unreadable", "no_face", "no_face", "no_face", "ok"],
            "reason": ["broken packet", "", None, "", ""],
        }
    )
    table = video_scores(frames, catalog("v1", "v2", "v3"), without_crop(index))
    assert list(table["video"]) == ["v1", "v2", "v3"]
    assert table["score"].isna().tolist() == [True, False, True]
    assert table["n_frames"].tolist() == [0, 1, 0]
    assert table["status"].tolist() == ["no_face", "ok", "no_face"]
    assert table["reason"].tolist() == [
        "no_face in 2 of 3 frames, unreadable in 1 of 3 frames (broken packet)",
        "",
        "no frame of this video gave a face crop",
    ]


def test_every_approach_has_a_row_for_every_video() -> None:
    frames = pd.DataFrame(
        {"approach": ["B", "A", "A"], "video": ["v1", "v1", "v2"], "score": [1.0, 2.0, 3.0]}
    )
    table = video_scores(frames, catalog("v1", "v2"))
    assert table[["approach", "video"]].values.tolist() == [
        ["B", "v1"],
        ["B", "v2"],
        ["A", "v1"],
        ["A", "v2"],
    ]
    assert table["status"].tolist() == ["ok", "no_face", "ok", "ok"]
    assert (table["dataset"] == "d").all()


def test_predicted_class_has_the_largest_mean_probability() -> None:
    frames = pd.DataFrame(
        {
            "video": ["v"] * 3,
            "score": [0.4, 0.4, 0.0],
            "predicted": ["real", "real", "swap"],
            "p_real": [0.6, 0.6, 0.0],
            "p_swap": [0.4, 0.4, 1.0],
        }
    )
    row = video_scores(frames).iloc[0]
    assert row["predicted"] == "swap"
    assert row["p_real"] == pytest.approx(0.4)


def test_predicted_class_is_the_most_frequent_one_where_there_are_no_probabilities() -> None:
    frames = pd.DataFrame(
        {
            "approach": ["SVM"] * 5 + ["Binary", "NN"],
            "video": ["v", "v", "v", "w", "w", "v", "v"],
            "score": 0.5,
            "predicted": ["real", "swap", "swap", "swap", "real", None, "real"],
            "p_real": [math.nan] * 6 + [0.2],
            "p_swap": [math.nan] * 6 + [0.8],
        }
    )
    table = video_scores(frames).set_index(["approach", "video"])["predicted"]
    assert table["SVM", "v"] == "swap"
    assert table["SVM", "w"] == "real"  # a tie: by name
    assert pd.isna(table["Binary", "v"])
    assert table["NN", "v"] == "swap"


def test_out_of_fold_scores_are_averaged_apart() -> None:
    frames = pd.DataFrame(
        {
            "video": ["v", "v", "t"],
            "score": [1.0, 0.8, 0.3],
            "score_out_of_fold": [0.4, 0.2, math.nan],
        }
    )
    table = video_scores(frames)
    assert table["score"].tolist() == pytest.approx([0.9, 0.3])
    assert table["score_out_of_fold"].tolist() == pytest.approx([0.3, math.nan], nan_ok=True)


def test_two_videos_of_one_name_in_two_attacks_stay_apart() -> None:
    frames = pd.DataFrame({"video": ["d/x/c23/000_003", "d/y/c23/000_003"], "score": [0.0, 1.0]})
    assert video_scores(frames)["score"].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("frames", "videos", "message"),
    [
        ({"video": ["x"], "score": [0.5]}, catalog("v"), "not listed, the first: 'x'"),
        ({"video": ["v"], "score": [0.5]}, catalog("v", "v"), "described twice"),
        (
            {"video": ["v", "v"], "score": [0.5, 0.5], "attack": ["real", "swap"]},
            None,
            "in two ways",
        ),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    frames: dict[str, list[object]], videos: pd.DataFrame | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        video_scores(pd.DataFrame(frames), videos)


def test_no_frame_at_all_still_lists_the_videos() -> None:
    frames = pd.DataFrame({"video": pd.Series([], dtype=str), "score": pd.Series([], dtype=float)})
    table = video_scores(frames, catalog("v1", "v2"))
    assert table["status"].tolist() == ["no_face", "no_face"]


def test_video_is_as_real_as_its_least_real_person() -> None:
    frames = pd.DataFrame(
        {
            "video": ["b", "b", "b", "b", "a"],
            "person": [0, 1, 0, 1, 0],
            "score": [0.9, 0.3, 0.7, 0.1, 0.4],
            "score_out_of_fold": [0.1, 0.6, 0.3, 0.8, math.nan],
            "score_degraded": [0.4, 0.5, 0.2, 0.7, math.nan],
            "predicted": ["real", "swap", "real", "mouth", "real"],
            "p_real": [0.9, 0.3, 0.7, 0.1, 0.4],
            "p_swap": [0.1, 0.2, 0.3, 0.7, 0.3],
            "p_mouth": [0.0, 0.5, 0.0, 0.2, 0.3],
        }
    )
    table = video_scores(frames, catalog("a", "b", "faceless")).set_index("video")
    assert table["score"].tolist() == pytest.approx([0.4, 0.2, math.nan], nan_ok=True)
    # Of the other classifier's scores person 0 has the lower mean.
    assert table.loc["b", "score_out_of_fold"] == pytest.approx(0.2)
    assert table.loc["b", "score_degraded"] == pytest.approx(0.3)  # and of degraded copies
    assert table["person"].tolist() == [0, 1, pd.NA]
    assert table["n_frames"].tolist() == [1, 2, 0]
    assert table.loc["b", "score_std"] == pytest.approx(0.1)
    assert table["predicted"].tolist()[:2] == ["real", "swap"]
    shares = table.loc["b", ["p_real", "p_swap", "p_mouth"]].tolist()
    assert shares == pytest.approx([0.2, 0.45, 0.35])


def test_each_approach_has_its_own_least_real_person_and_of_equal_ones_the_first() -> None:
    frames = pd.DataFrame(
        {
            "approach": ["A", "A", "B", "B", "C", "C"],
            "video": "v",
            "person": [0, 1, 0, 1, 0, 1],
            "score": [0.2, 0.8, 0.8, 0.2, 0.5, 0.5],
        }
    )
    assert video_scores(frames)["person"].tolist() == [0, 1, 0]


def test_one_person_changes_nothing() -> None:
    random = np.random.default_rng(0)
    frames = pd.DataFrame(
        {"approach": "A", "video": random.choice(list("uvw"), 30), "score": random.random(30)}
    )
    alone = video_scores(frames.assign(person=0))
    pd.testing.assert_frame_equal(alone.drop(columns="person"), video_scores(frames))


def test_no_crop_of_anybody_still_lists_the_videos() -> None:
    frames = pd.DataFrame({"video": [], "person": [], "score": []})
    frames = frames.astype({"video": str, "person": "int32"})
    table = video_scores(frames, catalog("v1", "v2"))
    assert table["status"].tolist() == ["no_face", "no_face"]
    assert table["person"].isna().all()


def test_frames_whose_score_is_no_number_do_not_count_and_are_not_lost() -> None:
    scores = {"v": [0.2, math.nan, 0.4], "w": [math.nan, math.inf], "x": []}
    rows = [(name, score) for name, values in scores.items() for score in values]
    frames = pd.DataFrame(rows, columns=["video", "score"]).assign(approach="A")
    table = video_scores(frames, catalog("v", "w", "x")).set_index("video")
    assert table.loc["v", "score"] == pytest.approx(0.3) and table.loc["v", "n_frames"] == 2
    assert math.isnan(table.loc["w", "score"]) and table.loc["w", "n_frames"] == 0
    assert table["status"].tolist() == ["ok", "no_score", "no_face"]
    assert table.loc["w", "reason"] == "the score of none of 2 crops is a number"
    assert table.loc["x", "reason"] == "no frame of this video gave a face crop"


def test_approach_without_any_score_keeps_its_rows() -> None:
    frames = pd.DataFrame({"video": ["v", "v"], "approach": ["A", "B"], "score": [0.5, math.nan]})
    table = video_scores(frames, catalog("v"))
    assert table["approach"].tolist() == ["A", "B"]
    assert table["status"].tolist() == ["ok", "no_score"]
