from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution import paths, tables
from deepfake_attribution.errors import UserError
from deepfake_attribution.report import results


def row(approach: str, database: str, attack: str = "all", **changes: Any) -> dict[str, Any]:
    return {
        "approach": approach,
        "database": database,
        "attack": attack,
        "compression": "c23",
        "level": "video",
        "auc": 99.0,
        "eer": 1.0,
        "fnr": 100 * 2 / 178,
        "fpr": 100 * 91 / 340,
        "hter": (100 * 2 / 178 + 100 * 91 / 340) / 2,
        "n_real": 178,
        "n_fake": 340,
        "k_fnr": 2,
        "k_fpr": 91,
        "threshold": 0.25,
        "threshold_scores": "out_of_fold",
        "videos_without_face": 3,
        "coverage": 100 * 518 / 521,
        "missing": "",
    } | changes


FIGURES = pd.DataFrame(
    [
        row("Binary", "celeb"),
        row("Binary", "celeb", level="frame", auc=85.0),
        row("Binary", "celeb", compression="c40", auc=50.0),  # a part: the whole stands first
        row("Binary", "celeb", "swap", n_fake=8, k_fpr=1, fpr=12.5),
        row("Binary", "fakes", auc=np.nan, fnr=np.nan, hter=np.nan, n_real=0),
        row("ArcFaceMod-LR", "celeb", auc=100.0, threshold=-0.5, threshold_scores="in_sample"),
        row("ArcFaceMod-LR", "celeb", "swap", n_fake=8, k_fpr=0, fpr=0.0),
        row("ArcFaceMod-LR", "celeb", "mouth", n_fake=4, k_fpr=4, fpr=100.0),
    ]
)


def test_cells_hold_auc_fnr_fpr_hter_as_the_paper_prints_them() -> None:
    table = results.by_database(FIGURES, ["celeb", "fakes"], "video")
    assert table["approach"].tolist() == ["Binary", "ArcFaceMod-LR"]
    assert table["celeb"].tolist() == ["99.00 1.12 26.76 13.94", "100.00 1.12 26.76 13.94"]
    assert table["fakes"].iloc[0] == "- - 26.76 -" and pd.isna(table["fakes"].iloc[1])


def test_levels_are_never_mixed() -> None:
    table = results.by_database(FIGURES, ["celeb"], "frame")
    assert table.to_dict("records") == [{"approach": "Binary", "celeb": "85.00 1.12 26.76 13.94"}]


def test_counts_say_what_the_figures_rest_on() -> None:
    table = results.counts(FIGURES, ["celeb", "fakes"])
    assert table.to_dict("records")[0] == {
        "database": "celeb",
        "compression": "c23",
        "real videos": 178,
        "fake videos": 340,
        "videos without a face": 3,
        "coverage": "99.42",
    }
    assert table["real videos"].tolist() == [178, 0]


def test_attacks_have_their_share_with_k_and_n() -> None:
    table = results.by_attack(FIGURES, ["celeb"])
    assert list(table.columns) == ["database", "attack", "Binary", "ArcFaceMod-LR"]
    cells = table.set_index("attack")
    assert cells.loc["swap", "Binary"] == "12.50 (1/8)"
    assert cells.loc["mouth", "ArcFaceMod-LR"] == "100.00 (4/4)"
    assert pd.isna(cells.loc["mouth", "Binary"])


def test_thresholds_name_the_scores_that_set_them() -> None:
    assert results.thresholds(FIGURES).to_numpy().tolist() == [
        ["Binary", "0.2500", "validation videos, out-of-fold scores"],
        ["ArcFaceMod-LR", "-0.5000", "validation videos, in-sample scores"],
    ]


def test_accuracy_counts_known_classes_only() -> None:
    columns = ["approach", "database", "n", "n_known", "correct", "accuracy"]
    accuracy = pd.DataFrame(
        [("B", "two", 9, 8, 7, 87.5), ("B", "new", 5, 0, 0, np.nan), ("A", "two", 9, 8, 8, 100.0)],
        columns=columns,
    )
    assert results.accuracies(accuracy).to_numpy().tolist() == [
        ["B", "87.50 (7/8)"],
        ["A", "100.00 (8/8)"],
    ]
    assert results.accuracies(accuracy[accuracy["n_known"] == 0]).empty


def test_percent_rounds_halves_up_and_shows_what_is_not_there() -> None:
    assert [results.percent(value) for value in (34.375, 0.0, 100.0)] == ["34.38", "0.00", "100.00"]
    assert results.percent(float("nan")) == "-"


def test_all_heads_are_collected_below_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for head in results.HEADS:
        part = FIGURES.head(2).assign(approach=head) if head != "binary" else FIGURES.head(0)
        tables.write(part, paths.results(head) / "figures.parquet")
    table = results.collect("figures")
    assert table["approach"].tolist() == [h for h in results.HEADS[1:] for _ in range(2)]
    with pytest.raises(UserError, match=r"data/results/binary/accuracy\.parquet: no such file"):
        results.collect("accuracy")
