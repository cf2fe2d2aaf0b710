import pandas as pd

from deepfake_attribution.report.class_tables import no_confusion
from deepfake_attribution.report.confusion_answer import answer
from golden_files import Golden

NO_ACCURACY = pd.DataFrame(columns=["approach", "database", "n"])


def counts(*rows: tuple[str, str, str, str, int], seed: int = 1) -> pd.DataFrame:
    columns = ["approach", "database", "true", "predicted", "n"]
    return pd.DataFrame(rows, columns=columns).assign(seed=seed)


GOOD = [
    ("A", "one", "swap", "swap", 30),
    ("A", "one", "swap", "mouth", 8),
    ("A", "one", "swap", "real", 22),  # no confusion of two attacks
    ("A", "one", "mouth", "mouth", 45),
    ("A", "one", "mouth", "swap", 15),
    ("A", "two", "swap", "swap", 18),
    ("A", "two", "swap", "mouth", 2),
    ("A", "two", "swap", "blend", 1),
]
OTHERS = [
    ("B", "one", "swap", "real", 60),
    ("B", "one", "mouth", "mouth", 60),
    ("NoPixels-All", "one", "mouth", "mouth", 60),
    ("A", "one", "real", "swap", 40),  # no attack
    ("A", "two", "morph", "swap", 40),  # never trained on, so no name is right
    ("A", "both", "swap", "mouth", 50),  # a family
    ("A", "few", "mouth", "swap", 9),
]


def test_best_approach_and_its_most_frequent_confusions(golden: Golden) -> None:
    table = counts(*GOOD, *OTHERS)
    again = pd.concat([table, table.assign(seed=2)])
    alone = counts(("A", "one", "swap", "swap", 5), ("A", "one", "swap", "real", 5))
    few = counts(("A", "one", "swap", "swap", 5), ("A", "one", "swap", "mouth", 4))
    found = [answer(one, NO_ACCURACY, ["both"]) for one in (table, again, alone, few)]
    golden("answers", found)


def test_attack_that_is_never_predicted_counts_as_wrong() -> None:
    table = counts(("A", "one", "swap", "swap", 10), ("A", "one", "mouth", "swap", 10))
    never = pd.DataFrame([{"approach": "A", "database": "one", "never_predicted": "mouth, blend"}])
    assert "10 of 20 (50 %)" in answer(table, never, [])
    assert "10 of 10 (100 %)" in answer(table, NO_ACCURACY, [])


def test_nothing_is_claimed_where_no_approach_names_attacks() -> None:
    assert answer(no_confusion(), NO_ACCURACY, []) == ""
    assert answer(counts(("A", "one", "real", "real", 5)), NO_ACCURACY, []) == ""
