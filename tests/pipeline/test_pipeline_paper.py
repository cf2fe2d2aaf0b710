"""The paper's graph and protocol from end to end, on its seven datasets as small trees."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from pipeline_copy import run
from pipeline_stages import changed_stages, opened, run_all, would_run
from published_files import paper
from small_paper import paper_repository

pytestmark = pytest.mark.slow

ROWS = ["faceforensics", "hififace", "deeperforensics", "celeb_df", "dfd", "deepfake_timit"]
ROWS += ["df_mobio", "FaceForensics++"]


@pytest.fixture(scope="module")
def finished(
    small_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """A repository in which every stage of the paper profile ran once, and what each printed."""
    folder = paper_repository(tmp_path_factory.mktemp("paper") / "repository", small_root)
    return folder, run_all(folder)


def tables(folder: Path) -> str:
    return (folder / "reports" / "tables" / "results.md").read_text()


def test_every_stage_runs_once(finished: tuple[Path, dict[str, str]]) -> None:
    folder, said = finished
    expected = run(folder, "dvc", "stage", "list", "--name-only").split()
    assert sorted(said) == sorted(expected)
    assert len(said) == 76


def test_super_set_has_the_ten_classes(finished: tuple[Path, dict[str, str]]) -> None:
    folder, said = finished
    model = json.loads((folder / "models/attribution/seed-1/model.json").read_text())
    assert model["classes"] == [
        "real",
        *("Celeb-synthesis", "Deepfakes", "Face2Face", "FaceShifter", "FaceSwap", "HifiFace"),
        *("NeuralTextures", "end_to_end", "reenact_postprocess"),
    ]
    assert "known overlap: celeb_df:" in said["superset"]


def test_results_have_every_row_and_each_figure(finished: tuple[Path, dict[str, str]]) -> None:
    folder, _ = finished
    for head in ("binary", "attribution", "triplet", "arcface"):
        figures = pd.read_parquet(folder / f"data/results/{head}/figures.parquet")
        pooled = figures[(figures["level"] == "video") & (figures["attack"] == "all")]
        for _, rows in pooled.groupby("approach"):
            assert list(rows["database"].unique()) == ROWS
            assert rows[["auc", "fnr", "fpr", "hter"]].notna().all(axis=None)
        headline = pd.read_parquet(folder / f"data/results/{head}/headline.parquet")
        seen = headline[headline["part"] == "seen"]["databases"]
        both = seen.to_numpy() + headline[headline["part"] == "unseen"]["databases"].to_numpy()
        assert set(both) == {len(ROWS) - 1}  # without the family


def test_tables_1_and_2_have_every_row_and_column(finished: tuple[Path, dict[str, str]]) -> None:
    folder, _ = finished
    text = tables(folder)
    assert "### Table 1" in text and "### Table 2" in text and "Not run here" not in text
    with (folder / "reports/tables/published.csv").open() as stream:
        lines = list(csv.DictReader(stream))
    of_paper = {
        (line["column"], line["approach"], line["measure"])
        for line in lines
        if line["protocol"] == "icassp2022"
    }
    published = paper()
    for column in published.databases:
        assert f"{column} published" in text
        for approach in published.methods:
            for measure in ("auc", "fnr", "fpr", "hter"):
                assert (column, approach, measure) in {(c, a, m.lower()) for c, a, m in of_paper}
    assert all(line["compression"] and line["coverage"] and line["seeds"] for line in lines)


def test_family_joins_eight_types_on_the_same_reals(
    finished: tuple[Path, dict[str, str]],
) -> None:
    folder, _ = finished
    figures = pd.read_parquet(folder / "data/results/binary/figures.parquet")
    video = figures[figures["level"] == "video"].set_index(["database", "attack"])
    family = video.loc[("FaceForensics++", "all")]
    assert (family["n_real"], family["n_fake"]) == (4, 8 * 4)
    for part, count in (("faceforensics", 5), ("deeperforensics", 2), ("hififace", 1)):
        assert (video.loc[(part, "all"), "n_real"], video.loc[(part, "all"), "n_fake"]) == (
            4,
            4 * count,
        )
    assert len(video.loc["FaceForensics++"]) == 1 + 8  # together, and each type alone
    assert figures.groupby(["level"])["threshold"].nunique().tolist() == [1, 1]


def test_report_says_what_was_tuned_on_test_and_what_is_shared_and_missing(
    finished: tuple[Path, dict[str, str]],
) -> None:
    folder, _ = finished
    text = tables(folder)
    for words in ("chosen on test data", "out-of-fold scores", "What test and training share"):
        assert words in text
    assert "celeb_df: 7 identities of 9 test videos" in text
    test_sets = [line for line in text.splitlines() if line.startswith("| Google | dfd |")]
    assert "| 3419 | 0.35 |" in test_sets[0]  # 12 of 3431 videos are on this disk


def test_honest_profile_fits_again_and_trains_nothing(
    finished: tuple[Path, dict[str, str]],
) -> None:
    folder, _ = finished
    run(folder, "dvc", "commit", "--force")  # DVC takes what is there for its stages' results
    before = (folder / "params.yaml").read_text()
    run(folder, "deepfake-attribution", "profile", "paper-honest")
    honest = (folder / "params.yaml").read_text()
    changed = [line for line in honest.splitlines() if line not in before.splitlines()]
    assert "  tune_on: val       # val, or test: the paper's way" in changed
    # only what the honest profile is about: the sizes of this test stay
    start, end = (honest.index(section) for section in ("classifiers:", "maps:"))
    above, below = before.split("classifiers:")[0], before[before.index("maps:") :]
    (folder / "params.yaml").write_text(above + honest[start:end] + below)
    with opened(folder) as repo:
        stages = would_run(repo, changed_stages(repo))
    assert {name.split("@")[0] for name in stages} <= {
        *(
            "settings",
            "fit",
            "evaluate",
            "likelihood",
            "evidence_maps",
            "robustness",
            "uncertainty",
            "open_set",
            "metadata_baseline",
            "maps",
            "figures",
            "bundle",
            "report",
        ),
    }
    assert len([name for name in stages if name.startswith("fit@")]) == 2
    # uncertainty, pages and pictures take the new scores as they took the old ones
    run_all(folder, {name for name in stages if name.split("@")[0] in ("fit", "evaluate")})
    figures = pd.read_parquet(folder / "data/results/arcface/figures.parquet")
    assert set(figures["threshold_scores"]) == {"out_of_fold"}
    for kind in ("nn", "lr", "svm"):
        record = json.loads(
            (folder / f"models/classifiers/arcface/{kind}/seed-1/classifier.json").read_text()
        )
        assert record["tune_on"] == "val"
