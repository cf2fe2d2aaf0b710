import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import metrics
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.metadata_baseline import baseline
from deepfake_attribution.evaluate.metadata_baseline.settings import MetadataBaseline
from deepfake_attribution.evaluate.protocol import Protocol, evaluate
from deepfake_attribution.evaluate.settings import Evaluate

SETTINGS = MetadataBaseline(C=1.0, max_iter=1000)
EVALUATE = Evaluate(
    fpr=0.1,
    threshold_scores="out_of_fold",
    threshold_crops="clean",
    adapted_threshold="none",
    calibration="auto",
    evidence_maps=0,
    grad_cam=False,
    robustness=0,
)
FRAMES = pd.DataFrame(
    [
        ("a", 0, 0, 0.0, "ok", 320, 240, 7680),
        ("a", 1, 12, 0.5, "ok", 320, 240, 15360),
        ("a", 2, 24, 1.0, "damaged", np.nan, np.nan, np.nan),
        ("b", 0, 9, 0.3, "ok", 640, 480, 30720),
        ("c", 0, np.nan, np.nan, "unreadable", np.nan, np.nan, np.nan),
    ],
    columns=["video", "slot", "frame", "time_s", "status", "width", "height", "length"],
)
FACES = pd.DataFrame(
    [
        ("a", 0, 0, "ok", 1000, [100, 60, 200, 180], 2, 0.75),
        ("a", 1, 0, "ok", 3000, [120, 60, 240, 180], 1, 0.85),
        ("a", 2, 0, "damaged", np.nan, None, np.nan, np.nan),
        ("a", 1, 1, "ok", 500, [0, 0, 32, 24], 1, 0.5),
        ("b", 0, 0, "ok", 2000, [0, 0, 64, 48], 1, 0.5),
        ("c", 0, 0, "unreadable", np.nan, None, np.nan, np.nan),
    ],
    columns=["video", "slot", "person", "status", "length", "box", "faces", "score"],
)


def test_facts_by_hand() -> None:
    table = baseline.facts(FRAMES, FACES).set_index(["video", "person"])
    assert list(table.index) == [("a", 0), ("a", 1), ("b", 0)]  # c has no crop
    expected = {
        **{"width": 320, "height": 240, "frame_rate": 24, "last_frame": 12, "seconds": 0.5},
        **{"frame_bytes_per_pixel": 0.15, "crop_bytes": 2000, "box_width": 110},
        **{"box_height": 120, "box_x": (150 + 180) / 2 / 320, "box_y": 0.5, "faces_seen": 1.5},
        **{"detector_score": 0.8, "frames_with_face": 2 / 3},
    }
    assert table.loc[("a", 0)].to_dict() == pytest.approx(expected)
    assert table.loc[("a", 1), "frames_with_face"] == pytest.approx(1 / 3)
    assert np.isnan(table.loc[("b", 0), "frame_rate"])  # one frame tells no rate


def people(random: np.random.Generator, bytes_of_fakes: float) -> pd.DataFrame:
    """Return the facts of 40 videos a split and class; fakes' crops have that many bytes more."""
    rows = []
    for split in ("train", "val", "test"):
        for attack in ("real", "swap"):
            for number in range(40):
                about = {"dataset": "one", "attack": attack, "split": split, "person": 0}
                facts = dict.fromkeys((*baseline.FILE, *baseline.SIZES), 1.0) | {"width": 320.0}
                facts["crop_bytes"] = random.normal(9000, 300) + bytes_of_fakes * (attack != "real")
                facts["box_x"] = random.normal(0.5, 0.1)
                facts["frame_rate"] = np.nan
                rows.append({"video": f"{split}/{attack}/{number}"} | about | facts)
    return pd.DataFrame(rows)


def places(known: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([known[["video", "person"]].assign(slot=slot) for slot in (0, 1)])


def auc(known: pd.DataFrame, approach: str) -> float:
    table = baseline.scores(known, places(known), ["one"], SETTINGS)
    own = table[(table["approach"] == approach) & table["video"].str.startswith("test")]
    return 100 * metrics.auc(own["score"], own["video"].str.contains("real"))


def test_planted_size_is_found_and_only_by_who_knows_sizes() -> None:
    known = people(np.random.default_rng(1), 2000)
    assert auc(known, "NoPixels-All") > 99
    assert auc(known, "NoPixels-File") == pytest.approx(50)


def test_shuffled_facts_give_about_chance() -> None:
    random = np.random.default_rng(2)
    known = people(random, 2000)
    trained = known["split"] == "train"
    known.loc[trained, "crop_bytes"] = random.permutation(known.loc[trained, "crop_bytes"])
    known["crop_bytes"] = known["crop_bytes"].where(trained, random.normal(9000, 300, len(known)))
    assert auc(known, "NoPixels-All") == pytest.approx(50, abs=13)  # 80 videos: 2 deviations


def test_units_and_order_of_the_videos_change_no_score() -> None:
    known = people(np.random.default_rng(3), 200)
    before = baseline.scores(known, places(known), ["one"], SETTINGS)
    other = known.assign(crop_bytes=known["crop_bytes"] / 1024).sample(frac=1, random_state=1)
    after = baseline.scores(other, places(known), ["one"], SETTINGS)
    key = ["approach", "video", "slot", "person"]
    joined = before.merge(after, on=key, validate="one_to_one")
    assert len(joined) == len(before)
    assert joined["score_y"].to_numpy() == pytest.approx(joined["score_x"].to_numpy(), abs=1e-2)


def test_score_is_the_log_odds_of_real_beside_the_shares() -> None:
    known = people(np.random.default_rng(4), 200)
    known.loc[known["video"].str.endswith("/7"), "attack"] = "morph"
    table = baseline.scores(known, places(known), ["one"], SETTINGS)
    shares = table[["p_real", "p_swap", "p_morph"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    odds = np.log(table["p_real"] / (1 - table["p_real"]))
    assert table["score"].to_numpy() == pytest.approx(odds.to_numpy())
    assert (table["predicted"] == shares.idxmax(axis=1).str.removeprefix("p_")).all()


def test_far_from_all_training_videos_scores_are_finite_and_still_differ() -> None:
    known = people(np.random.default_rng(5), 2000)
    far = known["split"] == "test"
    known.loc[far, "crop_bytes"] += 1e6
    table = baseline.scores(known, places(known), ["one"], SETTINGS)
    own = table[table["video"].str.startswith("test") & (table["approach"] == "NoPixels-All")]
    assert np.isfinite(own["score"]).all() and own["score"].nunique() == 80


def test_it_has_a_row_in_the_tables_like_any_approach() -> None:
    known = people(np.random.default_rng(6), 2000)
    frames = baseline.scores(known, places(known), ["one"], SETTINGS)
    videos = known[["video", "dataset", "attack", "split"]].assign(compression="c23")
    lost = videos.tail(1).assign(video="test/swap/lost")
    protocol = Protocol(["one"], ["one"], {}, {})
    result = evaluate(frames, pd.concat([videos, lost]), protocol, EVALUATE)
    assert list(result.metrics) == ["NoPixels-File", "NoPixels-All"]
    rows = result.table[(result.table["attack"] == "all") & (result.table["level"] == "video")]
    assert (
        rows[["n_real", "n_fake", "videos_without_face"]].to_numpy().tolist() == [[40, 40, 1]] * 2
    )
    assert set(rows["threshold_scores"]) == {"held_out"}


@pytest.mark.parametrize(("kept", "lacking"), [("real", "fake"), ("swap", "real")])
def test_training_videos_of_one_kind_are_one_line(kept: str, lacking: str) -> None:
    known = people(np.random.default_rng(7), 0)
    known = known[(known["attack"] == kept) | (known["split"] != "train")]
    with pytest.raises(UserError, match=f"one: no {lacking} training video has a face"):
        baseline.scores(known, places(known), ["one"], SETTINGS)


def test_each_fact_alone() -> None:
    known = people(np.random.default_rng(8), 5000)
    table = baseline.alone(known, ["one"]).set_index("fact")
    assert table.loc["crop_bytes", "auc"] == 100 and table.loc["width", "auc"] == 50
    assert table.loc["crop_bytes", "fake"] - table.loc["crop_bytes", "real"] > 4000
    assert np.isnan(table.loc["frame_rate", "auc"]) and table.loc["frame_rate", "n_real"] == 0
    assert table.loc["width", ["n_real", "n_fake"]].tolist() == [40, 40]
    assert baseline.alone(known, ["none"])["auc"].isna().all()
