import math
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from deepfake_attribution.cli.ablation import queue
from deepfake_attribution.cli.ablation.collect import table_of
from deepfake_attribution.cli.ablation.comparison import Difference, DrawnVideos, Reading, readings
from deepfake_attribution.cli.ablation.experiments import Experiment, per_seed
from deepfake_attribution.cli.ablation.queue import State
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.uncertainty.intervals import Interval


def row(approach: str, seed: int, database: str, auc: float, **other: object) -> dict:
    told = {"attack": "all", "level": "video", "compression": "c23", "hter": auc / 10}
    return told | {
        "approach": approach,
        "seed": seed,
        "database": database,
        "auc": auc,
        "n_real": 3,
        "n_fake": 5,
        **other,
    }


def test_readings_are_of_whole_videos_of_the_database() -> None:
    table = pd.DataFrame(
        [
            row("A", 1, "here", 80.0),
            row("A", 1, "here", 11.0, compression="c40"),  # a level of it, below all of it
            row("A", 2, "here", 90.0),
            row("B", 1, "here", 70.0),
            row("B", 2, "here", 60.0),
            row("A", 1, "here", 12.0, attack="swap"),
            row("A", 1, "here", 13.0, level="frame"),
            row("A", 1, "there", 14.0),
        ]
    )
    assert readings(table, "here") == {
        "A": Reading((80.0, 90.0), (8.0, 9.0), 3, 5),
        "B": Reading((70.0, 60.0), (7.0, 6.0), 3, 5),
    }
    assert readings(table, "nowhere") == {}


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 4.0, "helps"),
        (-4.0, -0.1, "hurts"),
        (-1.0, 4.0, "not shown"),
        (0.0, 4.0, "not shown"),
        (-4.0, 0.0, "not shown"),
        (math.nan, math.nan, "not shown"),
    ],
)
def test_verdict_follows_from_the_interval(low: float, high: float, verdict: str) -> None:
    assert Difference(Interval(1.0, low, high, 100, 0, ""), 0).verdict == verdict


PARAMS = {
    "seed": 1,
    "datasets": {name: {"adapter": "manifest", "root": name} for name in ("here", "there")},
    "superset": {"datasets": ["here"]},
    "databases": {"reals_from": {}, "families": {}, "published": {}, "compared_on": []},
    "uncertainty": {"draws": 200, "level": 95},
}


def catalog(name: str, sources: int = 12) -> pd.DataFrame:
    rows = [
        (f"{name}/{attack}/{n}", attack, split, f"clip {split} {n}")
        for split in ("test", "val")
        for n in range(sources)
        for attack in ("real", "swap")
    ]
    table = pd.DataFrame(rows, columns=["video", "attack", "split", "source"])
    table["video"] += table["split"]
    return table.assign(dataset=name, compression="c23")


def scores_of(videos: pd.DataFrame, right: float, seeds: tuple[int, ...] = (1, 2)) -> pd.DataFrame:
    """Return scores of approach A that are right for the first share of the source videos."""
    number = videos["source"].str.split().str[-1].astype(int)
    real = (videos["attack"] == "real") == (number < right * 12)
    told = videos[["video", "split"]].assign(approach="A", score=real.astype(float))
    return pd.concat([told.assign(seed=seed) for seed in seeds])


def drawn_videos() -> DrawnVideos:
    return DrawnVideos([catalog("here"), catalog("there")], PARAMS, "there")


def figures_of(seeds: tuple[int, ...] = (1, 2)) -> pd.DataFrame:
    return pd.DataFrame([row("A", seed, "there", 50.0, threshold=0.5) for seed in seeds])


def test_difference_is_of_the_test_videos_of_one_database() -> None:
    """All twelve right is 100; half right, half wrong: 50. Other videos would change both."""
    videos, other = catalog("there"), catalog("here")
    found = []
    for right in (1.0, 0.5):
        scores = scores_of(videos, right)
        scores.loc[scores["split"] == "val", "score"] = 0.5
        scores = pd.concat([scores, scores_of(other, 0.0)])
        found.append(drawn_videos().scored(scores, figures_of(), "name")["A"])
    difference = drawn_videos().difference(found[0], found[1], ("one", "other"))
    assert difference.found.value == 50 and difference.left_out == 0
    assert difference.found.low > 0 and difference.verdict == "helps"
    assert drawn_videos().difference(found[1], found[0], ("other", "one")).verdict == "hurts"
    assert drawn_videos().difference(found[0], found[0], ("one", "other")).verdict == "not shown"


def test_one_seed_shows_nothing() -> None:
    found = [
        drawn_videos().scored(scores_of(catalog("there"), right, (1,)), figures_of((1,)), "name")[
            "A"
        ]
        for right in (1.0, 0.0)
    ]
    difference = drawn_videos().difference(found[0], found[1], ("one", "other"))
    assert difference.found.value == 100 and difference.verdict == "not shown"
    assert "one training seed cannot show" in difference.found.note


def test_an_experiment_on_other_videos_is_named() -> None:
    scores = scores_of(catalog("there", sources=13), 1.0)
    with pytest.raises(
        UserError, match=r"^odd: it was tested on other videos than the others, such as"
    ):
        drawn_videos().scored(scores, figures_of(), "odd")


def test_each_difference_is_with_the_part_minus_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The part gives 100 instead of 50: it helps where it is added and where it is taken away.

    Each row has two seeds, in an experiment each.
    """
    right = {"paper": 0.5, "paper-plus-a": 1.0, "best": 1.0, "best-minus-a": 0.5}

    def outputs(name: str, wanted: list[Path]) -> list[pd.DataFrame]:
        return [output(*name.split("-seed-"), path) for path in wanted]

    def output(row: str, seed: str, path: Path) -> pd.DataFrame:
        if path.parent == paths.catalog("here").parent:
            return catalog(path.stem)
        if path == paths.scores("a"):
            return scores_of(catalog("there"), right[row], (int(seed),))
        return figures_of((int(seed),))

    def states(names: Iterable[str]) -> dict[str, State]:
        """The last row failed, and so did one seed of the first one."""
        failed = {"best-plus-b-seed-1", "best-plus-b-seed-2", "paper-seed-3"}
        return {name: State.FAILED if name in failed else State.DONE for name in names}

    def text_of(rows: list[Experiment], shown: dict[str, str] | None) -> str:
        trainings = per_seed(rows, [1, 2])
        trainings["paper"] = per_seed(rows[:1], [1, 2, 3])["paper"]
        names = {one.key: one.key for members in trainings.values() for one in members}
        return table_of(rows, trainings, names, "there", shown, PARAMS)

    monkeypatch.setattr(queue, "outputs", outputs)
    monkeypatch.setattr(queue, "states", states)
    settings = {"train": {"seeds": []}}
    chosen = [
        Experiment("paper", "paper", settings, ("a",)),
        Experiment("paper-plus-a", "paper + a", settings, ("a",), "paper"),
        Experiment("best", "best", settings, ("a",)),
        Experiment("best-minus-a", "best - a", settings, ("a",), "best", lacks=True),
        Experiment("best-plus-b", "best + b", settings, ("a",), "best"),
    ]
    text = text_of(chosen, {"a": "A"})
    rows = {line.split(" | ")[0]: line for line in text.splitlines()}
    for title in ("| paper + a", "| best - a"):
        assert "| +50.00 [" in rows[title] and rows[title].endswith("| helps |")
    assert ", 2 of 3 seeds |" in rows["| paper"] and "3 training seeds" not in text
    assert "failed" in rows["| best + b"] and "2 differences were looked at" in text
    assert "Failed, so in no figure: paper-seed-3, best-plus-b-seed-1, best-plus-b-seed-2." in text
    final = text_of([chosen[0], chosen[2]], None)
    (row_of_a,) = [line for line in final.splitlines() if line.startswith("| A |")]
    assert "| +50.00 [" in row_of_a and row_of_a.endswith("| helps |")
    monkeypatch.setattr(queue, "states", lambda names: dict.fromkeys(names, State.QUEUED))
    assert "nothing yet" in text_of(chosen, None)
