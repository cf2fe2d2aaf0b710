import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.evaluate.uncertainty.significance import holm, p_value
from deepfake_attribution.report import confidence


def differences(pairs: int, draws: int, databases: tuple[str, ...] = ("one",)) -> pd.DataFrame:
    """Return pairs whose draws all lie on one side, as the stage ``uncertainty`` corrects them."""
    corrected = holm([p_value(np.ones(draws))] * pairs)
    return pd.concat(
        pd.DataFrame({"p_corrected": corrected, "measure": measure, "database": name})
        for measure in ("auc", "hter")
        for name in databases
    ).assign(draws=draws, confidence=95.0)


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0499751, "0.04998"), (0.028, "0.028"), (0.0504, "0.05"), (1.0, "1"), (np.nan, "-")],
)
def test_text_says_what_is_decided(p: float, text: str) -> None:
    assert confidence.p_text(p, 95.0) == text
    if text != "-":
        assert (float(text) < 0.05) == confidence.is_significant(p, 95.0)


def test_p_at_the_limit_is_not_below_it_however_a_computer_subtracts() -> None:
    assert not confidence.is_significant(0.05, 95.0) and confidence.limit(95.0) == 0.05
    assert not confidence.is_significant(float("nan"), 95.0)


def test_smallest_p_is_what_the_stage_can_reach_at_best() -> None:
    table = differences(28, 2000)
    smallest = confidence.smallest_p(table)
    assert smallest is not None and smallest[1:] == (2000, 28)
    assert smallest[0] == pytest.approx(table["p_corrected"].min())
    mixed = pd.concat([table, differences(3, 1000, ("two",))])
    assert confidence.smallest_p(mixed) == pytest.approx((6 / 1001, 1000, 3))
    assert confidence.smallest_p(table.assign(p_corrected=np.nan)) is None
    assert confidence.smallest_p(table.iloc[:0]) is None


def test_explanation_has_the_smallest_p_and_that_intervals_are_not_corrected() -> None:
    text = " ".join(confidence.explanation(differences(28, 2000)))
    assert "No p here can be smaller than 0.028: 2 / (2000 draws + 1), times 28 pairs." in text
    assert "this is no contradiction" in text
    assert "No p here" not in " ".join(
        confidence.explanation(differences(1, 200).assign(p_corrected=np.nan))
    )
