"""Known attacks named right against unseen ones that get a name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.report import oscr
from deepfake_attribution.report.page import figure_files, oscr_picture, oscr_plots
from deepfake_attribution.report.source_draws import Draws

PROTOCOL = Protocol(["one"], ["one", "new"], {}, {})
NEW = {"new": ["morph"]}


def videos(sources: int = 12) -> pd.DataFrame:
    """Return, of each source, fakes of two known attacks and one of an unseen one."""
    random = np.random.default_rng(4)
    rows = []
    for number in range(sources):
        for dataset, attack in (("one", "swap"), ("one", "mouth"), ("new", "morph")):
            for approach in ("Attribution", "Second-SVM"):
                shares = random.dirichlet([1, 1 + 3 * (attack == "swap"), 1])
                known = dict(zip(("p_real", "p_swap", "p_mouth"), shares, strict=True))
                chances = known if approach == "Attribution" else dict.fromkeys(known, np.nan)
                about = {"approach": approach, "dataset": dataset, "attack": attack}
                video = f"{dataset}/{attack}/{number}"
                rows.append(about | chances | {"video": video, "split": "test"})
    # none of these counts
    wrong = {"p_real": 0.0, "p_swap": 1.0, "p_mouth": 0.0, "p_self_blended": 0.9}
    rows.append(rows[0] | wrong | {"attack": "mouth", "split": "val"})
    rows.append(rows[0] | wrong | {"attack": "real"})
    rows.append(rows[4] | wrong | {"attack": "swap"})  # a known attack in the other database
    table = pd.DataFrame(rows).fillna({"p_self_blended": 0.0})
    return table.assign(compression="-", person=0)


def draws(table: pd.DataFrame) -> Draws:
    names = table["video"].drop_duplicates()
    return Draws(pd.Series(names.to_numpy(), index=names), 100, 90, 1)


def test_curve_and_area_are_those_of_the_definition() -> None:
    table = videos()
    (one,) = oscr.collect(table, PROTOCOL, NEW, draws(table))
    assert (one.approach, one.database, one.n_known, one.n_new) == ("Attribution", "new", 24, 12)
    own = table[(table["approach"] == "Attribution") & (table["split"] == "test")]
    own = own[own["attack"].isin(["swap", "mouth", "morph"])].iloc[:-1]
    chances = own[["p_swap", "p_mouth"]].max(axis=1).to_numpy()
    known = (own["dataset"] == "one").to_numpy()
    right = own[["p_swap", "p_mouth"]].idxmax(axis=1).str.removeprefix("p_") == own["attack"]
    for limit in (0.3, 0.5, 0.8):
        wrong = 100 * (chances[~known] >= limit).mean()
        named = 100 * (right.to_numpy() & (chances >= limit))[known].mean()
        there = np.isclose(one.wrong, wrong)
        assert np.isclose(one.right[there], named).any()
    assert (one.wrong[0], one.right[0], one.wrong[-1]) == (0, 0, 100)
    assert one.right[-1] == pytest.approx(100 * right[known].mean())
    assert one.area.value == pytest.approx(float(np.trapezoid(one.right, one.wrong)) / 100)
    scores = np.where(known & ~right, -1, chances)
    assert one.area.value == pytest.approx(100 * roc_auc_score(known, scores))
    assert one.area.low < one.area.value < one.area.high


def test_part_of_the_section_and_its_plots(tmp_path: Path) -> None:
    table = videos()
    found = oscr.collect(table, PROTOCOL, NEW, draws(table))
    (part,) = oscr.part(found, 90)
    assert "the 90 % interval" in part.text[0]
    (row,) = part.tables[0].rows.to_dict("records")
    assert row["area (OSCR), %"].endswith("]") and row["fakes of new attacks"] == 12
    section = oscr_plots.section(found)
    assert section["choices"][0]["names"] == ["new"]
    assert section["views"][0]["caption"].startswith("12 fakes of new by attacks never trained on")
    figure_files.write_section(tmp_path, "oscr", section)
    (tmp_path / "page").mkdir()
    (picture,) = oscr_picture.draw(found, tmp_path / "page")
    assert (tmp_path / picture.file).is_file() and (tmp_path / picture.pdf).is_file()


def test_without_unseen_attacks_or_probabilities_there_is_none(tmp_path: Path) -> None:
    table = videos()
    assert oscr.collect(table, PROTOCOL, {}, draws(table)) == []
    bare = table.drop(columns=[name for name in table if name.startswith("p_")])
    assert oscr.collect(bare, PROTOCOL, NEW, draws(table)) == []
    assert oscr.part([], 95) == [] and oscr_picture.draw([], tmp_path) == []
