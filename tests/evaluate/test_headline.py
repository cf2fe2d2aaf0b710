"""The registered metrics against means worked out by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate import headline
from deepfake_attribution.evaluate.protocol import Protocol

SEEN, NEW, NEWER = "seen", "new", "newer"
PROTOCOL = Protocol([SEEN], [SEEN, NEW, NEWER], {}, {"family": [SEEN, NEW]})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def figures(*rows: tuple[str, float, float], approach: str = "A", seed: int = 1) -> pd.DataFrame:
    """Return a table of figures with one row per (database, AUC, HTER)."""
    about = {"approach": approach, "seed": seed, "attack": "all", "level": "video"}
    return pd.DataFrame(
        about | {"database": database, "auc": auc, "hter": hter} for database, auc, hter in rows
    )


def means(table: pd.DataFrame, protocol: Protocol = PROTOCOL) -> dict[tuple[str, str], object]:
    """Return (part, measure) -> (mean, number of databases), of the only approach."""
    rows = headline.table(table, protocol).itertuples(index=False)
    return {(row[1], row[2]): (row[3], row[4]) for row in rows}


def written(table: pd.DataFrame, protocol: Protocol = PROTOCOL) -> dict[str, object]:
    tables.write(headline.table(table, protocol), paths.results("head") / "headline.parquet")
    headline.write_metrics("head")
    return json.loads(headline.metrics_file("head", "A").read_text())


def test_means_are_over_databases_trained_on_and_over_the_others() -> None:
    table = figures((SEEN, 99.0, 2.0), (NEW, 60.0, 40.0), (NEWER, 70.0, 35.0))
    assert means(table) == {
        ("seen", "auc"): (99.0, 1),
        ("seen", "hter"): (2.0, 1),
        ("unseen", "auc"): (65.0, 2),
        ("unseen", "hter"): (37.5, 2),
    }
    assert written(table) == {
        "seen": {"auc": 99.0, "hter": 2.0},
        "unseen": {"auc": 65.0, "hter": 37.5},
    }


def test_databases_that_recipes_were_compared_on_have_means_of_their_own() -> None:
    table = figures((SEEN, 99.0, 2.0), (NEW, 60.0, 40.0), (NEWER, 70.0, 35.0))
    stored = headline.table(table, PROTOCOL, compared_on=[NEW])
    tables.write(stored, paths.results("head") / "headline.parquet")
    headline.write_metrics("head")
    assert json.loads(headline.metrics_file("head", "A").read_text()) == {
        "seen": {"auc": 99.0, "hter": 2.0},
        "compared": {"auc": 60.0, "hter": 40.0},
        "unseen": {"auc": 70.0, "hter": 35.0},
    }
    headline.write_best("head", "A")
    assert json.loads(headline.BEST.read_text()) == {"best": "A", "auc": 70.0, "hter": 35.0}
    stored = headline.table(table, PROTOCOL, compared_on=[NEW, NEWER])
    tables.write(stored, paths.results("head") / "headline.parquet")
    headline.write_best("head", "A")
    assert json.loads(headline.BEST.read_text()) == {"best": "A", "auc": 65.0, "hter": 37.5}


def test_families_repeat_their_databases_and_do_not_count() -> None:
    table = figures((SEEN, 99.0, 2.0), (NEW, 60.0, 40.0), (NEWER, 70.0, 35.0))
    family = figures(("family", 10.0, 90.0))
    assert means(pd.concat([table, family])) == means(table)


def test_without_unseen_databases_there_is_no_such_key() -> None:
    table = figures((SEEN, 99.0, 2.0))
    assert written(table, Protocol([SEEN], [SEEN], {}, {})) == {"seen": {"auc": 99.0, "hter": 2.0}}
    only_new = Protocol([SEEN], [NEW], {}, {})
    assert list(written(figures((NEW, 99.0, 2.0)), only_new)) == ["unseen"]


def test_a_database_without_reals_or_fakes_is_left_out_of_the_mean() -> None:
    table = figures((SEEN, np.nan, np.nan), (NEW, np.nan, np.nan), (NEWER, 70.0, 35.0))
    found = means(table)
    assert found["unseen", "auc"] == (70.0, 1)
    assert found["seen", "auc"][1] == 0 and np.isnan(found["seen", "auc"][0])
    assert written(table) == {"unseen": {"auc": 70.0, "hter": 35.0}}


def test_a_figure_that_one_seed_lacks_is_left_out_and_others_are_means_over_seeds() -> None:
    seeds = [
        figures((SEEN, 90.0, 10.0), (NEW, 60.0, 40.0), (NEWER, 80.0, 20.0)),
        figures((SEEN, 92.0, 14.0), (NEW, np.nan, 30.0), (NEWER, 82.0, 30.0), seed=2),
    ]
    found = means(pd.concat(seeds, ignore_index=True))
    assert found["seen", "auc"] == (91.0, 1)
    assert found["unseen", "auc"] == (81.0, 1)
    assert found["unseen", "hter"] == (30.0, 2)  # (40 + 30) / 2 and (20 + 30) / 2


def test_means_are_rounded_last_halves_up() -> None:
    halves = figures((SEEN, 34.25, 1.0), (NEW, 34.25, 1.0), (NEWER, 34.5, 1.0))
    assert written(halves)["unseen"] == {"auc": 34.38, "hter": 1.0}  # 34.375
    seeds = [figures((SEEN, value, 1.0), seed=seed) for seed, value in enumerate((10.004, 10.013))]
    # 10.0085 is 10.01
    assert written(pd.concat(seeds))["seen"] == {"auc": 10.01, "hter": 1.0}


def test_only_the_first_row_at_video_level_over_all_attacks_counts() -> None:
    pooled = figures((SEEN, 80.0, 20.0))
    others = [
        pooled.assign(auc=1.0),  # one compression, after the row over all
        pooled.assign(level="frame", auc=2.0),
        pooled.assign(attack="swap", auc=3.0),
    ]
    assert means(pd.concat([pooled, *others], ignore_index=True))["seen", "auc"] == (80.0, 1)


def test_the_best_approach_has_one_flat_file_of_its_figures_over_unseen_databases() -> None:
    both = [
        figures((SEEN, 99.0, 2.0), (NEW, 60.0, 40.0), approach=name) for name in ("A-NN", "A-LR")
    ]
    protocol = Protocol([SEEN], [SEEN, NEW], {}, {})
    stored = headline.table(pd.concat(both, ignore_index=True), protocol)
    tables.write(stored, paths.results("head") / "headline.parquet")
    headline.write_best("head", "A-LR")
    found = json.loads(headline.BEST.read_text())
    assert found == {"best": "A-LR", "auc": 60.0, "hter": 40.0}
    seen_only = headline.table(figures((SEEN, 99.0, 2.0)), Protocol([SEEN], [SEEN], {}, {}))
    tables.write(seen_only, paths.results("head") / "headline.parquet")
    headline.write_best("head", "A")
    assert json.loads(headline.BEST.read_text()) == {"best": "A", "auc": 99.0, "hter": 2.0}
