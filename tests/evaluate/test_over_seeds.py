import numpy as np
import pandas as pd

from deepfake_attribution.evaluate import over_seeds


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
