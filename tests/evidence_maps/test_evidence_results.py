from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.evaluate import headline
from deepfake_attribution.evidence_maps import files, results, stage

ROWS = 12


def crops() -> pd.DataFrame:
    """Twelve fakes of one attack, one of them flat and one without a map, and a real."""
    rows = [
        {"approach": "A", "method": "occlusion", "dataset": "d", "attack": "swap"}
        | {"group": f"g{place}", "video": f"v{place}"}
        | {"inside": 0.5, "chance": 0.2, "source_inside": 0.3, "deletion": 0.6}
        | {"deletion_random": 0.5, "insertion": 0.2, "insertion_random": 0.5 + place / 100}
        for place in range(ROWS)
    ]
    rows[0]["inside"] = np.nan
    lost = {"approach": "A", "method": "occlusion", "dataset": "d", "attack": "swap", "video": "l"}
    lost |= {"group": "g", "reason": "no face"}
    return pd.DataFrame(
        [*rows, lost, lost | {"attack": "real", "video": "r"}], columns=files.CROPS.names
    )


def test_parts_are_called_as_in_the_headline() -> None:
    assert (results.SEEN, results.UNSEEN) == (headline.SEEN, headline.UNSEEN)


def test_gains_by_hand_and_every_crop_is_counted() -> None:
    (row,) = results.rows(crops(), ["d"], ["real", "swap"], 200, 95, 1).to_dict("records")
    assert (row["n"], row["n_flat"], row["n_lost"], row["sources"]) == (11, 1, 1, 11)
    assert row["part"] == "seen" and row["note"] == ""
    assert row["gain"] == pytest.approx(0.3) and row["over_source"] == pytest.approx(0.2)
    assert row["deletion_gain"] == pytest.approx(0.1)
    assert row["insertion_gain"] == pytest.approx(0.3 + np.arange(1, ROWS).mean() / 100)
    assert row["insertion_gain_low"] < row["insertion_gain"] < row["insertion_gain_high"]


def test_another_method_has_a_row_of_its_own_and_its_difference_on_the_same_crops() -> None:
    others = crops().assign(method="grad_cam")
    others["inside"] += 0.1 * (np.arange(len(others)) % 2)
    both = pd.concat([crops(), others], ignore_index=True)
    first, second = results.rows(both, ["d"], ["swap"], 200, 95, 1).to_dict("records")
    assert (first["method"], second["method"]) == ("occlusion", "grad_cam")
    assert np.isnan(first["over_occlusion"])
    assert second["over_occlusion"] == pytest.approx(0.6 / 11)  # six of the eleven crops
    assert second["over_occlusion_low"] < second["over_occlusion"] < second["over_occlusion_high"]


def test_attack_of_a_database_never_trained_on_is_unseen() -> None:
    for training, classes in ((["other"], ["swap"]), (["d"], ["morph"])):
        (row,) = results.rows(crops(), training, classes, 20, 95, 1).to_dict("records")
        assert row["part"] == "unseen"


def test_few_sources_have_no_interval_and_say_so() -> None:
    few = crops().iloc[1:5]
    (row,) = results.rows(few, ["d"], ["swap"], 20, 95, 1).to_dict("records")
    assert np.isnan(row["gain_low"]) and row["gain"] == pytest.approx(0.3)
    assert row["note"] == "no interval: 4 source videos, fewer than 10"


def test_nothing_to_compare_gives_empty_tables(tmp_path: Path) -> None:
    settings = stage.Settings(0, False, [], ["d"], 1, 1, 20, 95, 1)
    with chdir(tmp_path):
        assert stage.compare({}, ["real"], settings).empty
        assert files.read_results().empty and files.read_crops().empty
        assert list(files.read_results()) == results.COLUMNS and files.read_examples() == []
