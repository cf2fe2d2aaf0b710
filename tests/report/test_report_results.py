from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from chosen_heads import write_heads
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.metadata_baseline.baseline import HEAD
from deepfake_attribution.heads.registry import chosen
from deepfake_attribution.report import attack_tables, cells, class_tables, results


def row(approach: str, database: str, attack: str = "all", **changes: Any) -> dict[str, Any]:
    return {
        "approach": approach,
        "database": database,
        "attack": attack,
        "compression": "c23",
        "level": "video",
        "auc": 99.0,
        "eer": 1.0,
        "ap": 97.5,
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
        "seed": 1,
        "videos_missing": 4,
    } | changes


FIGURES = results.over_seeds(
    pd.DataFrame(
        [
            row("Binary", "celeb"),
            row("Binary", "celeb", level="frame", auc=85.0, n_real=2670, n_fake=5100),
            row("Binary", "celeb", compression="c40", auc=50.0),  # a part: the whole stands first
            row("Binary", "celeb", "swap", n_fake=8, k_fpr=1, fpr=12.5, auc=97.0, hter=7.0),
            row("Binary", "fakes", auc=np.nan, fnr=np.nan, hter=np.nan, n_real=0),
            row("ArcFaceMod-LR", "celeb", auc=100.0, threshold=-0.5, threshold_scores="in_sample"),
            row("ArcFaceMod-LR", "celeb", "swap", n_fake=8, k_fpr=0, fpr=0.0),
            row("ArcFaceMod-LR", "celeb", "mouth", n_fake=4, k_fpr=4, fpr=100.0),
        ]
    )
)
SEEDS = pd.DataFrame(
    [
        row("Binary", database, level=level, seed=seed, auc=auc, fnr=fnr, k_fnr=seed)
        for seed, auc, fnr in ((7, 90.0, 1.0), (8, 96.0, np.nan), (9, 93.0, 6.0))
        for database in ("two", "one")
        for level in ("video", "frame")
    ]
)


def test_several_seeds_give_one_row_with_mean_and_range() -> None:
    table = results.over_seeds(SEEDS)
    assert table[["database", "level"]].to_numpy().tolist() == [
        ["two", "video"],
        ["two", "frame"],
        ["one", "video"],
        ["one", "frame"],
    ]
    assert (table[["auc", "auc_low", "auc_high", "seeds"]] == [93.0, 90.0, 96.0, 3]).all(axis=None)
    assert (table["n_real"] == 178).all() and "seed" not in table
    assert table["hter"].to_numpy() == pytest.approx(table["hter_high"].to_numpy())


def test_measure_that_one_seed_lacks_has_no_mean() -> None:
    table = results.over_seeds(SEEDS)
    assert table[["fnr", "fnr_low", "fnr_high"]].isna().all(axis=None)
    assert table["fpr"].notna().all()


def test_counts_of_errors_are_there_for_one_seed_only() -> None:
    assert results.over_seeds(SEEDS)[["k_fnr", "k_fpr"]].isna().all(axis=None)
    one = results.over_seeds(SEEDS[SEEDS["seed"] == 7])
    assert one["k_fnr"].tolist() == [7] * 4 and one["k_fpr"].tolist() == [91] * 4


def test_seeds_that_counted_other_videos_are_not_averaged() -> None:
    other = SEEDS.assign(n_real=SEEDS["n_real"] + (SEEDS["seed"] == 9))
    with pytest.raises(ValueError, match="not counted over the same videos"):
        results.over_seeds(other)
    with pytest.raises(ValueError, match="two rows"):
        results.over_seeds(SEEDS.assign(seed=1))


def test_no_figure_stands_without_compression_n_coverage_and_seeds() -> None:
    table = results.of_database(FIGURES, "celeb", "video")
    assert table.iloc[0].to_dict() == {
        "approach": "Binary",
        "AUC": "99.00",
        "EER": "1.00",
        "AP": "97.50",
        "FNR": "1.12",
        "FPR": "26.76",
        "HTER": "13.94",
        "real videos": 178,
        "fake videos": 340,
        "compression": "c23",
        "videos without a face": 3,
        "videos not found": 4,
        "coverage %": "99.42",
        "seeds": 1,
    }


def test_compressions_have_rows_of_their_own_below_the_whole() -> None:
    table = results.of_database(FIGURES, "celeb", "video")
    rows = table[["approach", "compression", "AUC"]].to_numpy().tolist()
    assert rows == [
        ["Binary", "c23", "99.00"],
        ["Binary", "c40", "50.00"],
        ["ArcFaceMod-LR", "c23", "100.00"],
    ]


def test_levels_are_never_mixed() -> None:
    table = results.of_database(FIGURES, "celeb", "frame")
    assert table["AUC"].tolist() == ["85.00"]
    assert table[["real crops", "fake crops"]].to_numpy().tolist() == [[2670, 5100]]


def test_nothing_to_count_is_a_dash() -> None:
    table = results.of_database(FIGURES, "fakes", "video")
    assert table[["AUC", "FNR", "FPR", "HTER"]].to_numpy().tolist() == [["-", "-", "26.76", "-"]]


def test_range_over_seeds_stands_beside_the_mean() -> None:
    table = results.of_database(results.over_seeds(SEEDS), "one", "video")
    assert table["AUC"].tolist() == ["93.00 (90.00 to 96.00)"]
    assert table["FNR"].tolist() == ["-"] and table["seeds"].tolist() == [3]


def test_attacks_have_every_measure_with_k_and_n() -> None:
    table = attack_tables.by_attack(FIGURES, "fpr", {"mouth", "gone"})
    assert list(table.columns)[:4] == ["database", "attack", "Binary", "ArcFaceMod-LR"]
    cells = table.set_index("attack")
    assert cells.loc["swap", "Binary"] == "12.50 (1/8)"
    new = cells.loc["mouth (not trained on)"]
    assert new[["ArcFaceMod-LR", "Binary"]].tolist() == ["100.00 (4/4)", "-"]
    assert new[["real videos", "fake videos"]].tolist() == [178, 4]
    assert cells.loc["swap", ["compression", "seeds"]].tolist() == ["c23", 1]
    assert attack_tables.by_attack(FIGURES, "auc").loc[0, "Binary"] == "97.00"
    assert attack_tables.by_attack(FIGURES, "hter").loc[0, "Binary"] == "7.00"


def test_fpr_stands_below_the_fnr_of_the_same_database() -> None:
    first = attack_tables.by_attack(FIGURES, "fpr").iloc[0]
    assert first[["attack", "Binary", "real videos", "fake videos"]].tolist() == [
        *("real (FNR)", "1.12 (2/178)"),
        *(178, "-"),
    ]
    assert attack_tables.by_attack(FIGURES, "auc")["attack"].tolist() == ["swap", "mouth"]


def test_family_stands_with_what_was_trained_on_if_a_member_was() -> None:
    figures = pd.DataFrame({"database": ["a", "b", "F", "G"]})
    families = {"F": ["a", "b"], "G": ["b"]}
    assert results.parted(figures, ["a"], families) == (["a", "F"], ["b", "G"])


def test_thresholds_name_the_scores_that_set_them() -> None:
    assert results.thresholds(FIGURES).to_numpy().tolist() == [
        ["Binary", "videos", "0.2500", "validation videos, out-of-fold scores", 1],
        ["Binary", "frames", "0.2500", "validation frames, out-of-fold scores", 1],
        ["ArcFaceMod-LR", "videos", "-0.5000", "validation videos, in-sample scores", 1],
    ]
    labels = ["degraded_held_out", "degraded_out_of_fold", "degraded_in_sample"]
    for label, words in zip(labels, ("held-out", "out-of-fold", "in-sample"), strict=True):
        told = results.thresholds(FIGURES.assign(threshold_scores=label))["set on"]
        copies = {f"degraded copies of validation {unit}, {words} scores" for unit in UNITS}
        assert set(told) == copies
    several = SEEDS.assign(threshold=SEEDS["seed"] / 10 - 0.85)
    table = results.thresholds(results.over_seeds(several))
    assert table["threshold"].tolist() == 2 * ["-0.0500 (-0.1500 to 0.0500)"]


UNITS = ("videos", "frames")
ACCURACY = ["approach", "database", "n", "n_known", "correct", "accuracy"]


def test_accuracy_counts_known_classes_only() -> None:
    accuracy = pd.DataFrame(
        [
            ("B", "celeb", 9, 8, 7, 87.5),
            ("B", "fakes", 5, 0, 0, np.nan),
            ("A", "celeb", 9, 8, 8, 100.0),
        ],
        columns=ACCURACY,
    )
    table = class_tables.accuracies(accuracy, FIGURES, {})
    assert table[["database", "B", "A", "compression", "videos not found"]].to_numpy().tolist() == [
        ["celeb", "87.50 (7/8)", "100.00 (8/8)", "c23", 4]
    ]
    assert class_tables.accuracies(accuracy[accuracy["n_known"] == 0], FIGURES, {}).empty


def test_accuracy_over_seeds_is_a_mean_with_its_range_and_n() -> None:
    accuracy = pd.DataFrame(
        [("B", "celeb", 9, 8, 7, 87.5), ("B", "celeb", 9, 8, 8, 100.0)], columns=ACCURACY
    ).assign(seed=[1, 2])
    table = class_tables.accuracies(accuracy, FIGURES, {})
    assert table["B"].tolist() == ["93.75 (87.50 to 100.00), n 8"]


def test_percent_rounds_halves_up_and_shows_what_is_not_there() -> None:
    assert [cells.percent(value) for value in (34.375, 0.0, 100.0)] == ["34.38", "0.00", "100.00"]
    assert cells.percent(float("nan")) == "-"


def test_difference_has_a_sign_unless_it_is_none() -> None:
    values = (0.004, -0.004, 0.0, 1.5, -1.5, float("nan"))
    assert [cells.signed(value) for value in values] == [
        "0.00",
        "0.00",
        "0.00",
        "+1.50",
        "-1.50",
        "-",
    ]


def test_size_says_everything_that_a_figure_rests_on() -> None:
    assert results.size(FIGURES, "celeb", "video") == (
        "178 real, 340 fake videos (c23; 3 videos without a face, 4 not found, coverage 99.42; "
        "seeds: 1)"
    )


def test_all_heads_are_collected_below_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_heads()
    collected = [*chosen(), HEAD]
    for head in collected:
        part = SEEDS.head(2).assign(approach=head) if head != "binary" else SEEDS.head(0)
        tables.write(part, paths.results(head) / "figures.parquet")
    table = results.collect("figures")
    assert table["approach"].tolist() == [h for h in collected[1:] for _ in range(2)]
    with pytest.raises(UserError, match=r"data/results/binary/accuracy\.parquet: no such file"):
        results.collect("accuracy")
