import numpy as np
import pandas as pd

from deepfake_attribution.evaluate import over_seeds


def figures(*rows: tuple[int, str, float]) -> pd.DataFrame:
    """Return a table of figures with one AUC per (seed, database); the other figures are 50."""
    return pd.DataFrame(
        {"approach": "A", "seed": seed, "database": database, "attack": "all", "level": "video"}
        | {"auc": auc, "fnr": 50.0, "fpr": 50.0, "hter": 50.0}
        for seed, database, auc in rows
    )


def test_tables_are_stacked_with_the_seed_in_the_second_column() -> None:
    part = pd.DataFrame({"approach": ["A", "B"], "n": [1, 2]})
    table = over_seeds.stack({3: part, 1: part.assign(n=9)})
    assert list(table.columns) == ["approach", "seed", "n"]
    assert table["seed"].tolist() == [3, 3, 1, 1] and table["seed"].dtype == np.int64
    assert table["n"].tolist() == [1, 2, 9, 9]
    assert list(part.columns) == ["approach", "n"]  # what was given is unchanged
    assert over_seeds.of_seed(table, 1)["n"].tolist() == [9, 9]


def test_empty_tables_stay_empty_and_keep_their_columns() -> None:
    empty = pd.DataFrame(columns=["approach", "n"])
    assert list(over_seeds.stack({1: empty, 2: empty}).columns) == ["approach", "seed", "n"]
    full = pd.DataFrame({"approach": ["A"], "n": [1]})
    assert over_seeds.stack({1: empty, 2: full})["n"].dtype == np.int64


def test_mean_is_rounded_last_halves_up() -> None:
    found = over_seeds.means(figures((1, "d", 34.25), (2, "d", 34.5)))
    assert found["A"]["d"]["auc"] == 34.38  # 34.375
    found = over_seeds.means(figures((1, "d", 10.004), (2, "d", 10.004), (3, "d", 10.013)))
    assert found["A"]["d"]["auc"] == 10.01  # 10.007; rounded first: 10.00, 10.00, 10.01 -> 10.00
    assert list(found["A"]["d"]) == ["auc", "fnr", "fpr", "hter"]


def test_figure_that_one_seed_lacks_has_no_mean() -> None:
    table = figures((1, "d", 60.0), (2, "d", np.nan), (3, "d", 70.0), (1, "e", 50.0))
    found = over_seeds.means(table)
    assert "auc" not in found["A"]["d"] and "fnr" in found["A"]["d"]
    assert found["A"]["e"]["auc"] == 50.0
    nothing = table.assign(auc=np.nan, fnr=np.nan, fpr=np.nan, hter=np.nan)
    assert over_seeds.means(nothing) == {}


def test_only_the_first_row_at_video_level_over_all_attacks_counts() -> None:
    pooled = figures((1, "d", 80.0))
    others = [
        pooled.assign(compression="c23", auc=1.0),  # after the row over all compressions
        pooled.assign(level="frame", auc=2.0),
        pooled.assign(attack="swap", auc=3.0),
    ]
    table = pd.concat([pooled.assign(compression="c0+c23"), *others], ignore_index=True)
    assert over_seeds.means(table)["A"]["d"]["auc"] == 80.0
