"""The stage: turned off, stopped and started again, the same bytes."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from damaged_dataset import NAME, head, stored, write_dataset
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute
from deepfake_attribution.evaluate.uncertainty import files as uncertainty
from deepfake_attribution.robustness import files, results, samples, scoring, stage
from deepfake_attribution.robustness.samples import Sample

ROOT = Path(__file__).parents[2]
ROOTS = {NAME: Path("videos")}
COMPUTE = load(Compute, ROOT / "params.yaml").model_copy(update={"workers": 1})


def settings(videos: int) -> stage.Settings:
    return stage.Settings(
        videos=videos,
        heads=["binary"],
        training=[NAME],
        reals_from={},
        families={},
        stored=stored(),
        seed=1,
        trained_with=1,
        draws=100,
        level=95.0,
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of six videos, thresholds of two approaches, and a head without files."""
    monkeypatch.chdir(tmp_path)
    write_dataset(3)
    threshold = {"seed": 1, "level": "video", "threshold": 0.4}
    figures = [{"approach": name} | threshold for name in ("Red", "Blue")]
    tables.write(pd.DataFrame(figures), paths.results("binary") / "figures.parquet")
    monkeypatch.setattr(scoring, "_heads", lambda names, seed: [head()])
    return tmp_path


def measure(out: str, videos: int = 3) -> pd.DataFrame:
    return stage.measure(ROOTS, settings(videos), COMPUTE, Path("work"), Path(out))


def contents(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_turned_off_it_reads_nothing_and_writes_empty_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert measure("data/robustness", 0).empty
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    read = files.read_results()
    assert read.empty and list(read.columns) == results.COLUMNS


def test_it_writes_scores_and_figures_and_leaves_no_work(project: Path) -> None:
    found = measure("out")
    assert set(contents("out")) == {"scores.parquet", "results.parquet"}
    assert not Path("work").exists()
    scores = tables.read(Path("out/scores.parquet"))
    assert len(scores) == 6 * 2 * 31 and set(scores["attack"]) == {"real", "swap"}
    assert list(found["approach"].unique()) == ["Red", "Blue"]
    assert set(found["n_real"]) == {3} and len(found) == 2 * 31


@pytest.mark.slow
def test_stopped_half_way_it_goes_on_to_the_same_bytes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure("whole")
    real, seen = scoring.of_video, list[str]()

    def stopped(sample: Sample, *rest: Any) -> Any:
        if len(seen) == stage.BLOCK:
            raise KeyboardInterrupt
        seen.append(sample.video)
        return real(sample, *rest)

    monkeypatch.setattr(scoring, "of_video", stopped)
    with pytest.raises(KeyboardInterrupt):
        measure("again")
    again = list[str]()

    def counted(sample: Sample, *rest: Any) -> Any:
        again.append(sample.video)
        return real(sample, *rest)

    monkeypatch.setattr(scoring, "of_video", counted)
    measure("again")
    assert len(again) == 6 - stage.BLOCK and not set(again) & set(seen)
    assert contents("again") == contents("whole") and not Path("work").exists()


def test_other_settings_do_not_take_unfinished_work(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []

    def process(blocks: Any, kind: Any, work: Path, *rest: Any) -> list[dict[str, Any]]:
        names.append(work)
        return []

    monkeypatch.setattr(stage, "process", process)
    frozen = settings(3)
    tested = uncertainty.tested_videos([NAME])
    chosen = samples.choose(tested, samples.with_crop([NAME]), 3, 1)
    other = stage.Settings(**vars(frozen) | {"seed": 2})
    for one in (frozen, frozen, other):
        stage._scored(chosen, ROOTS, ("Red", "Blue"), one, COMPUTE, Path("work"))
    Path("videos/real-0.mp4").write_bytes(b"another video")
    stage._scored(chosen, ROOTS, ("Red", "Blue"), frozen, COMPUTE, Path("work"))
    assert names[0] == names[1] and len(set(names)) == 3
