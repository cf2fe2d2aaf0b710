from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import metrics, tables
from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.uncertainty import strengths
from deepfake_attribution.evaluate.uncertainty.assessment import Scored, databases, intervals

SOURCES = 30
PLAN = Protocol(["a"], ["a", "b"], {}, {"both": ["a", "b"]})


def videos_of(given: list[object] | None = None) -> pd.DataFrame:
    """Return videos of dataset a, whose fakes have strengths as text, and of b, which has none.

    Args:
        given: strengths of the fakes; by default 0.00, 0.01 and so on to 0.59, in random order.
    """
    rows = [
        (f"{name}/{attack}/{n}", name, attack, f"{name} {n}")
        for name in ("a", "b")
        for n in range(SOURCES)
        for attack in ("real", "swap", "mouth")
    ]
    table = pd.DataFrame(rows, columns=["video", "dataset", "attack", "group"])
    table = table.assign(split="test", compression="c23", strength="")
    table.loc[table["dataset"] == "b", "strength"] = np.nan  # its catalog has no such column
    fakes = (table["dataset"] == "a") & (table["attack"] != "real")
    order = np.random.default_rng(0).permutation(2 * SOURCES)
    table.loc[fakes, "strength"] = given or [f"{place / 100:g}" for place in order]
    return table


def scored(videos: pd.DataFrame, seed: int = 1) -> Scored:
    """Return scores of fakes that fall with the strength."""
    real = (videos["attack"] == "real").to_numpy()
    strong = pd.to_numeric(videos["strength"]).fillna(0).to_numpy()
    scores = np.random.default_rng(seed).normal(0.6 - (0.1 + strong) * ~real, 0.15)
    return Scored("A", seed, "video", 0.5, np.arange(len(videos)), scores)


def found(videos: pd.DataFrame, *seeds: Scored, plan: Protocol = PLAN) -> pd.DataFrame:
    return strengths.by_strength(strengths.parted(videos), plan, [seeds], 300, 1, 95)


def test_thirds_of_the_fakes_against_all_reals_have_the_figures_of_metrics() -> None:
    videos = videos_of()
    one = scored(videos)
    table = found(videos, one)
    assert list(table.columns) == strengths.COLUMNS
    assert set(table["database"]) == {"a"}  # b has no strengths, and families have no rows
    assert table["measure"].tolist() == ["auc", "fpr"] * 3
    assert (table[["n_real", "n_fake", "unknown"]] == [SOURCES, 20, 0]).all(axis=None)
    own = videos["dataset"] == "a"
    strong = pd.to_numeric(videos["strength"])
    for part, rows in table.groupby("part"):
        low, high = part * 0.2, part * 0.2 + 0.19
        assert rows["strength_low"].tolist() == pytest.approx([low, low])
        assert rows["strength_high"].tolist() == pytest.approx([high, high])
        assert rows["strength_mean"].tolist() == pytest.approx([(low + high) / 2] * 2)
        kept = own & ((videos["attack"] == "real") | strong.between(low - 1e-9, high + 1e-9))
        expected = metrics.figures(one.scores[kept], videos["attack"][kept] == "real", 0.5)
        for _, row in rows.iterrows():
            assert row["value"] == pytest.approx(getattr(expected, row["measure"]))
            assert row["low"] <= row["value"] <= row["high"]
    auc = table[table["measure"] == "auc"]["value"]
    assert auc.is_monotonic_increasing and auc.is_unique


def test_draws_are_those_of_the_other_intervals() -> None:
    """With one strength for all fakes, figure and interval are those of the database."""
    videos = videos_of(["0.5"] * (2 * SOURCES))
    one = scored(videos)
    table = found(videos, one).set_index("measure")
    database = next(databases(videos, PLAN, 300, 1))
    whole = pd.DataFrame(intervals(database, videos, [one], 95))
    whole = whole[whole["attack"] == "all"].set_index("measure")
    columns = ["value", "low", "high", "sources", "sources_fake"]
    for measure in strengths.SHOWN:
        assert table.loc[measure, columns].tolist() == whole.loc[measure, columns].tolist()


def test_figure_of_several_seeds_is_their_mean() -> None:
    videos = videos_of()
    both = found(videos, scored(videos, 1), scored(videos, 2))
    each = [found(videos, scored(videos, seed)) for seed in (1, 2)]
    mean = (each[0]["value"] + each[1]["value"]) / 2
    assert both["value"].to_numpy() == pytest.approx(mean.to_numpy())


def test_fakes_without_a_number_are_left_out_and_counted() -> None:
    given = [f"{place / 100:g}" for place in range(2 * SOURCES)]
    given[:4] = ["", "plain", "inf", "nan"]
    videos = videos_of(given)
    table = found(videos, scored(videos_of()))
    auc = table[table["measure"] == "auc"]
    assert (auc["unknown"] == 4).all() and auc["n_fake"].sum() == 2 * SOURCES - 4
    assert (auc["n_real"] == SOURCES).all()


def test_videos_without_a_score_are_not_counted() -> None:
    videos = videos_of()
    one = scored(videos)
    part = Scored("A", 1, "video", 0.5, one.place[3:], one.scores[3:])  # a real and two fakes less
    auc = found(videos, part).query("measure == 'auc'")
    assert (auc["n_real"] == SOURCES - 1).all() and auc["n_fake"].sum() == 2 * SOURCES - 2


def test_few_values_are_a_part_each_and_ties_stay_together() -> None:
    videos = videos_of(["0.2", "0.8"] * SOURCES)
    auc = found(videos, scored(videos)).query("measure == 'auc'")
    assert auc["strength_low"].tolist() == auc["strength_high"].tolist() == [0.2, 0.8]
    tied = ["1"] * SOURCES + [f"{place / 100:g}" for place in range(SOURCES)]
    rows = strengths.parted(videos_of(tied)).bounds
    assert rows["part"].tolist() == [0, 1]
    assert rows["strength_low"].tolist() == [0, 0.2] and rows["strength_high"].tolist() == [0.19, 1]


def test_reals_come_from_another_dataset_where_the_protocol_says_so() -> None:
    videos = videos_of()
    videos = videos[~((videos["dataset"] == "a") & (videos["attack"] == "real"))]
    videos = videos.reset_index(drop=True)
    plan = Protocol(["a"], ["a", "b"], {"a": "b"}, {})
    auc = found(videos, scored(videos), plan=plan).query("measure == 'auc'")
    assert (auc["n_real"] == SOURCES).all() and auc["value"].notna().all()


@pytest.mark.parametrize("column", ["none", "empty", "words"])
def test_no_known_strength_gives_an_empty_table_with_its_columns(
    column: str, tmp_path: Path
) -> None:
    videos = videos_of()
    one = scored(videos)
    if column == "none":
        videos = videos.drop(columns="strength")
    else:
        videos = videos.assign(strength="" if column == "empty" else "plain")
    tables.write(found(videos, one), tmp_path / "strengths.parquet")
    table = tables.read(tmp_path / "strengths.parquet")
    assert table.empty and list(table.columns) == strengths.COLUMNS
