import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score

from deepfake_attribution.core import metrics
from deepfake_attribution.evaluate.protocol import MEASURES, Protocol
from deepfake_attribution.evaluate.uncertainty.assessment import (
    Database,
    Scored,
    class_intervals,
    databases,
    differences,
    intervals,
)
from deepfake_attribution.evaluate.uncertainty.classes import resample_classes
from deepfake_attribution.evaluate.uncertainty.draws import draw

PLAN = Protocol(["a"], ["a"], {}, {})
KINDS = ("real", "swap", "mouth")


def videos_of(sources: int, kinds: tuple[str, ...] = KINDS) -> pd.DataFrame:
    rows = [(f"a/{kind}/{n}", kind, f"source {n}") for n in range(sources) for kind in kinds]
    table = pd.DataFrame(rows, columns=["video", "attack", "group"])
    return table.assign(dataset="a", split="test", compression="c23")


def scored(videos: pd.DataFrame, approach: str, seed: int = 1, shift: float = 0.3) -> Scored:
    random = np.random.default_rng([seed, len(approach)])
    real = (videos["attack"] == "real").to_numpy()
    scores = random.normal(0.4 + shift * real, 0.2)
    return Scored(approach, seed, "video", 0.5, np.arange(len(videos)), scores)


def database(videos: pd.DataFrame, draws: int = 300) -> Database:
    (one,) = databases(videos, PLAN, draws, 1)
    return one


def found(videos: pd.DataFrame, *seeds: Scored) -> pd.DataFrame:
    return pd.DataFrame(intervals(database(videos), videos, seeds, 95))


def test_every_attack_and_measure_has_the_figure_of_metrics_inside_its_interval() -> None:
    videos = videos_of(30)
    one = scored(videos, "A")
    table = found(videos, one)
    assert set(table["attack"]) == {"all", "swap", "mouth"} and set(table["measure"]) == {*MEASURES}
    for attack, rows in table.groupby("attack"):
        kept = videos["attack"].isin(["real", attack]) | (attack == "all")
        real = (videos["attack"] == "real")[kept]
        expected = metrics.figures(one.scores[kept], real, 0.5)
        for _, row in rows.iterrows():
            assert row["value"] == pytest.approx(getattr(expected, row["measure"]))
            assert row["low"] <= row["value"] <= row["high"]
    assert (table["sources"] == 30).all() and (table["draws_left_out"] == 0).all()


def test_interval_of_several_seeds_is_of_their_mean_in_the_same_draws() -> None:
    videos = videos_of(20)
    seeds = [scored(videos, "A", seed) for seed in (1, 2)]
    both = found(videos, *seeds).set_index(["attack", "measure"])
    each = [found(videos, one).set_index(["attack", "measure"]) for one in seeds]
    mean = (each[0]["value"] + each[1]["value"]) / 2
    assert both["value"].to_numpy() == pytest.approx(mean.to_numpy())
    widths = [
        table.loc[("all", "auc"), "high"] - table.loc[("all", "auc"), "low"] for table in each
    ]
    own = both.loc[("all", "auc")]
    assert own["high"] - own["low"] < max(widths)


def test_same_seed_gives_the_same_intervals() -> None:
    videos = videos_of(12)
    one = scored(videos, "A")
    pd.testing.assert_frame_equal(found(videos, one), found(videos, one))


@pytest.mark.parametrize(("kinds", "there"), [(("real",), "fnr"), (("swap", "mouth"), "fpr")])
def test_database_of_one_kind_has_intervals_of_its_own_rate_only(
    kinds: tuple[str, ...], there: str
) -> None:
    videos = videos_of(15, kinds)
    rows = found(videos, scored(videos, "A")).query("attack == 'all'").set_index("measure")
    assert rows.loc[there, "low"] <= rows.loc[there, "value"] <= rows.loc[there, "high"]
    others = rows.drop(index=there)
    assert others[["value", "low", "high"]].isna().all(axis=None)
    assert (others["note"] == "nothing to count").all()


def test_three_videos_have_figures_and_no_interval() -> None:
    videos = videos_of(1)
    table = found(videos, scored(videos, "A"))
    assert table["low"].isna().all()
    assert set(table["note"]) <= {"no interval: 1 source video, fewer than 10", "nothing to count"}


def test_equal_scores_have_no_spread_in_what_ranks() -> None:
    videos = videos_of(12)
    one = scored(videos, "A")
    equal = Scored("A", 1, "video", 0.5, one.place, np.full(len(videos), 0.5))
    rows = found(videos, equal).set_index(["attack", "measure"])
    auc = rows.loc[("all", "auc")]
    assert (auc["value"], auc["low"], auc["high"]) == (50, 50, 50) and "no spread" in auc["note"]


def test_a_better_approach_is_told_from_a_worse_one_and_not_from_its_like() -> None:
    videos = videos_of(60)
    good, like, bad = (
        scored(videos, name, 1, shift) for name, shift in (("A", 0.5), ("AA", 0.5), ("AAA", 0.0))
    )
    approaches = {"good": [good], "like": [like], "bad": [bad]}
    table = pd.DataFrame(differences(database(videos, 2000), videos, approaches, 95))
    auc = table[table["measure"] == "auc"].set_index(["one", "other"])
    assert auc.loc[("good", "bad"), "p_corrected"] < 0.05 < auc.loc[("good", "like"), "p_corrected"]
    assert auc.loc[("good", "bad"), "low"] > 0
    assert (auc["p_corrected"] >= auc["p"]).all()
    assert (table[["n_real", "n_fake", "left_out"]] == [60, 120, 0]).all(axis=None)
    expected = auc["value_one"] - auc["value_other"]
    assert auc["difference"].to_numpy() == pytest.approx(expected.to_numpy())


def test_an_approach_does_not_differ_from_itself() -> None:
    videos = videos_of(20)
    one = scored(videos, "A")
    table = pd.DataFrame(differences(database(videos), videos, {"x": [one], "y": [one]}, 95))
    assert (table["difference"] == 0).all() and (table["p"] == 1).all()


def test_videos_that_one_approach_lacks_are_left_out_of_both_and_counted() -> None:
    videos = videos_of(20)
    whole, part = scored(videos, "A"), scored(videos, "AA")
    lacking = Scored("AA", 1, "video", 0.5, part.place[7:], part.scores[7:])
    table = pd.DataFrame(
        differences(database(videos), videos, {"whole": [whole], "part": [lacking]}, 95)
    )
    assert (table["left_out"] == 7).all() and (table["n_real"] + table["n_fake"] == 53).all()
    auc = table[table["measure"] == "auc"].iloc[0]
    real = (videos["attack"] == "real").to_numpy()[7:]
    assert auc["value_one"] == pytest.approx(100 * metrics.auc(whole.scores[7:], real))


def test_too_few_source_videos_give_a_difference_without_p() -> None:
    videos = videos_of(3)
    approaches = {name: [scored(videos, name)] for name in ("A", "AA")}
    table = pd.DataFrame(differences(database(videos), videos, approaches, 95))
    assert table["difference"].notna().all()
    assert table[["low", "high", "p", "p_corrected"]].isna().all(axis=None)
    assert (table["note"] == "no interval: 3 source videos, fewer than 10").all()


def test_accuracy_and_macro_f1_of_draws_are_scikit_learns() -> None:
    random = np.random.default_rng(0)
    true = random.choice(np.array(["a", "b", "c"], dtype=object), 50)
    predicted = random.choice(np.array(["a", "b", "d"], dtype=object), 50)
    groups = random.integers(0, 12, 50)
    weights = draw(12, 30, 0, "one")
    drawn = resample_classes(true, predicted, groups, weights)
    for number, own in enumerate(weights):
        rows = np.repeat(np.arange(50), own[groups])
        labels = sorted(set(true[rows]))
        f1 = f1_score(true[rows], predicted[rows], labels=labels, average="macro", zero_division=0)
        assert drawn["macro_f1"][number] == pytest.approx(100 * f1)
        accuracy = accuracy_score(true[rows], predicted[rows])
        assert drawn["accuracy"][number] == pytest.approx(100 * accuracy)


def test_classes_of_videos_have_intervals_over_the_known_ones() -> None:
    videos = videos_of(15)
    given = videos["attack"].replace("mouth", "swap").to_numpy(dtype=object)
    given[0] = None
    rows = class_intervals(database(videos), videos, [given], "A", ["real", "swap"], 95)
    (accuracy, f1) = (row for row in rows)
    assert (accuracy["measure"], accuracy["value"]) == ("accuracy", 100)
    assert f1["value"] == 100 and accuracy["sources"] == 15
    none = class_intervals(database(videos), videos, [given], "A", ["other"], 95)
    assert all(row["note"] == "nothing to count" for row in none)
