"""Results of finished experiments: read once, kept in the repository, and brought into a table."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest
from ablation_results import PARAMS, catalog, figures_of, scores_of

from deepfake_attribution.cli.ablation import page, queue
from deepfake_attribution.cli.ablation.collect import compared
from deepfake_attribution.cli.ablation.experiments import Experiment, per_seed
from deepfake_attribution.cli.ablation.kept import Kept
from deepfake_attribution.cli.ablation.queue import State
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError

MARKS = "<!-- kind -->\n<!-- end of kind -->\n"
SETTINGS = {"train": {"seeds": []}}
ROWS = [
    Experiment("paper", "paper", SETTINGS, ("a",)),
    Experiment("paper-plus-a", "paper + a", SETTINGS, ("a",), "paper"),
    Experiment("best", "best", SETTINGS, ("a",)),
    Experiment("best-minus-a", "best - a", SETTINGS, ("a",), "best", lacks=True),
    Experiment("best-plus-b", "best + b", SETTINGS, ("a",), "best"),
]


class Cache:
    """What DVC would give: part ``a`` is right on all source videos instead of on half of them.

    Attributes:
        state: of each experiment that is named there; the others are done.
        sources: source videos of a dataset.
        right: row -> share of the source videos that it is right on.
        read: experiments whose results were asked for.
    """

    def __init__(self) -> None:
        self.state: dict[str, State] = {}
        self.sources = 12
        self.right = {"paper": 0.5, "paper-plus-a": 1.0, "best": 1.0, "best-minus-a": 0.5}
        self.read: list[str] = []

    def outputs(self, name: str, wanted: list[Path]) -> list[pd.DataFrame]:
        self.read.append(name)
        row, _, rest = name.partition("-seed-")
        return [self.output(row, int(rest.split("-")[0]), path) for path in wanted]

    def output(self, row: str, seed: int, path: Path) -> pd.DataFrame:
        if path.parent == paths.catalog("here").parent:
            return catalog(path.stem, self.sources)
        if path == paths.scores("a"):
            return scores_of(catalog("there", self.sources), self.right[row], (seed,))
        return figures_of((seed,))

    def states(self, names: Iterable[str]) -> dict[str, State]:
        return {name: self.state.get(name, State.DONE) for name in names}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.chdir(tmp_path)
    found = Cache()
    monkeypatch.setattr(queue, "outputs", found.outputs)
    monkeypatch.setattr(queue, "states", found.states)
    return found


def text_of(
    rows: list[Experiment], shown: dict[str, str] | None = None, digest: str = "00000000"
) -> str:
    """Return the page of rows with two seeds each; the first has three."""
    trainings = per_seed(rows, [1, 2])
    trainings["paper"] = per_seed(rows[:1], [1, 2, 3])["paper"]
    names = {one.key: f"{one.key}-{digest}" for members in trainings.values() for one in members}
    found = compared(rows, trainings, names, Kept("kind", PARAMS, "there"), shown, PARAMS)
    Path("page.md").write_text(MARKS)
    page.write(Path("page.md"), "kind", rows, found, shown)
    return Path("page.md").read_text()


def test_each_difference_is_with_the_part_minus_without_it(cache: Cache) -> None:
    """It helps where it is added and where it is taken away."""
    failed = ["paper-seed-3-00000000"]
    failed += [f"best-plus-b-seed-{seed}-00000000" for seed in (1, 2)]
    cache.state = dict.fromkeys(failed, State.FAILED)
    text = text_of(ROWS, {"a": "A"})
    rows = {line.split(" | ")[0]: line for line in text.splitlines()}
    for title in ("| paper + a", "| best - a"):
        assert "| +50.00 [" in rows[title] and rows[title].endswith("| helps |")
    assert ", 2 of 3 seeds |" in rows["| paper"] and "3 training seeds" not in text
    assert "failed" in rows["| best + b"] and "2 differences were looked at" in text
    assert f"Failed, so in no figure: {', '.join(failed)}." in text
    assert Path("pictures/kind.png").stat().st_size > 5000
    final = text_of([ROWS[0], ROWS[2]])
    (row_of_a,) = [line for line in final.splitlines() if line.startswith("| A |")]
    assert "| +50.00 [" in row_of_a and row_of_a.endswith("| helps |")


def test_a_part_that_moves_no_score_has_no_difference(cache: Cache) -> None:
    cache.right["best-plus-b"] = cache.right["best"]
    text = text_of(ROWS, {"a": "A"})
    rows = {line.split(" | ")[0]: line for line in text.splitlines()}
    assert rows["| best + b"].endswith("| - | - |") and rows["| best - a"].endswith("| helps |")
    assert "2 differences were looked at" in text


def test_nothing_is_there_before_the_first_experiment_is_finished(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "states", lambda names: dict.fromkeys(names, State.QUEUED))
    assert "nothing yet" in text_of(ROWS)
    assert not Path("compared").exists() and not Path("pictures").exists()


def test_what_is_kept_needs_no_cache_and_gives_the_same_table(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = text_of(ROWS[:4], {"a": "A"})
    before = {path.name: path.read_bytes() for path in Path("compared/kind").iterdir()}
    assert sorted(before) == ["figures.parquet", "scores.parquet", "videos.parquet"]
    monkeypatch.setattr(queue, "states", lambda names: dict.fromkeys(names, State.ABSENT))
    cache.read.clear()
    assert text_of(ROWS[:4], {"a": "A"}) == first and not cache.read
    assert {path.name: path.read_bytes() for path in Path("compared/kind").iterdir()} == before


@pytest.mark.parametrize("written", [1, 2])  # of the tables, in their order
def test_what_was_being_written_when_it_was_stopped_is_read_again(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    text_of(ROWS[:1])
    write, left = tables.write, [written]

    def stopped(table: pd.DataFrame, path: Path) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        write(table, path)

    monkeypatch.setattr(tables, "write", stopped)
    with pytest.raises(KeyboardInterrupt):
        text_of(ROWS[:1], digest="11111111")
    monkeypatch.setattr(tables, "write", write)
    assert "paper" in text_of(ROWS[:1], digest="11111111")
    kept = Kept("kind", PARAMS, "there")
    assert all(f"paper-seed-{seed}-11111111" in kept for seed in (1, 2, 3))


def test_an_experiment_of_other_code_replaces_the_old_one_and_no_other(cache: Cache) -> None:
    text_of(ROWS[:2])
    text_of(ROWS[:1], digest="11111111")
    kept = Kept("kind", PARAMS, "there")
    for seed in (1, 2, 3):
        assert f"paper-seed-{seed}-11111111" in kept
        assert f"paper-seed-{seed}-00000000" not in kept
    assert "paper-plus-a-seed-1-00000000" in kept


def test_other_test_videos_are_not_mixed_with_those_that_are_kept(cache: Cache) -> None:
    text_of(ROWS[:1])
    cache.sources = 13
    with pytest.raises(
        UserError,
        match=r"^compared/kind: its experiments were tested on other videos than "
        "paper-plus-a-seed-1-00000000: delete the folder",
    ):
        text_of(ROWS[:2])
