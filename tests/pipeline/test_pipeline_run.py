"""The whole pipeline, run as a user runs it: on the tiny profile, in a copy of the repository."""

import contextlib
import hashlib
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from pipeline_copy import call, change, ran, run
from pipeline_stages import in_order, opened, run_one
from small_pipeline import stages_that_ran

pytestmark = pytest.mark.slow

APPROACHES = {
    "binary": ["Binary"],
    "attribution": ["Attribution"],
    "triplet": ["TripletLoss-NN", "TripletLoss-LR", "TripletLoss-SVM"],
    "arcface": ["ArcFaceMod-NN", "ArcFaceMod-LR", "ArcFaceMod-SVM"],
}


@pytest.fixture(scope="module")
def finished(small_pipeline: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository after `dvc repro`, with what DVC knows of it."""
    folder = tmp_path_factory.mktemp("pipeline") / "repository"
    return Path(shutil.copytree(small_pipeline, folder))


def run_kinds(folder: Path, *kinds: str) -> None:
    """Run the stages of these kinds, such as ``fit``, in the order of the graph."""
    with opened(folder) as repo:
        stages = in_order(repo)
    for stage in stages:
        if stage.name.split("@")[0] in kinds:
            run_one(folder, stage)


@pytest.fixture(scope="module", autouse=True)
def outputs(finished: Path) -> dict[Path, str]:
    """The files of that repository, before any test changes it."""
    return digests(finished)


def digests(folder: Path) -> dict[Path, str]:
    """Return SHA-256 by place of all that the stages wrote."""
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for kind in ("metrics", "reports", "data", "models", "bundles")
        for path in sorted((folder / kind).rglob("*"))
        if path.is_file()
    }


def test_every_stage_runs_once(finished: Path) -> None:
    stages = stages_that_ran(finished)
    expected = run(finished, "dvc", "stage", "list", "--name-only").split()
    assert sorted(stages) == sorted(expected)
    assert stages[0] == "settings" and len(stages) == 35


def test_metrics_are_few_enough_for_a_terminal(finished: Path) -> None:
    folder = finished
    files = {path.relative_to(folder / "metrics") for path in folder.glob("metrics/**/*.json")}
    approaches = {Path(head, f"{one}.json") for head, names in APPROACHES.items() for one in names}
    assert files == approaches | {Path("best.json")}
    found = {str(one): json.loads((folder / "metrics" / one).read_text()) for one in files}
    best = found.pop("best.json")
    for figures in found.values():
        assert list(figures) == ["seen"]  # the only database is trained on
        assert list(figures["seen"]) == ["auc", "hter"]
        assert all(0 <= value <= 100 for value in figures["seen"].values())
    chosen = next(figures["seen"] for name, figures in found.items() if f"/{best['best']}." in name)
    assert {"auc": best["auc"], "hter": best["hter"]} == chosen
    shown = run(folder, "dvc", "metrics", "show").splitlines()
    assert len(shown) == 1 + len(files) and max(len(line.rstrip()) for line in shown) <= 120


def test_dvc_plots_draws_few_named_plots(finished: Path) -> None:
    folder = finished
    plots = json.loads(call(folder, "dvc", "plots", "show", "--json").stdout)["data"]
    assert "AUC of each approach on each database" in plots
    assert not [name for name in plots if name.endswith(".csv")] and len(plots) <= 10
    (matrix,) = plots["AUC of each approach on each database"]
    assert matrix["type"] == "vega" and matrix["revisions"] == ["workspace"]


def test_every_video_and_every_frame_is_accounted_for(finished: Path) -> None:
    folder = finished
    videos = pd.read_parquet(folder / "data" / "catalog" / "tiny.parquet")
    for kind in ("frames", "faces"):
        index = pd.read_parquet(folder / "data" / kind / "tiny" / "index.parquet")
        assert list(index["video"].drop_duplicates()) == list(videos["video"])
        assert (index.groupby("video").size() == 4).all()
        assert index["status"].notna().all()
    tested = set(videos.loc[videos["split"].isin(["val", "test"]), "video"])
    scores = pd.read_parquet(folder / "data" / "scores" / "binary.parquet")
    assert set(scores["video"]) == tested


def test_report_states_levels_counts_and_what_the_demo_is(
    finished: Path,
) -> None:
    folder = finished
    page = (folder / "reports" / "tables" / "results.md").read_text()
    for words in ("Video level", "Frame level", "real videos", "simulated attacks", "coverage"):
        assert words in page
    assert all(name in page for names in APPROACHES.values() for name in names)
    figures = pd.read_csv(folder / "reports" / "tables" / "figures.csv")
    for row in figures[(figures["level"] == "video") & (figures["attack"] == "all")].itertuples():
        cells = f"| {row.n_real} | {row.n_fake} | {row.compression} | {row.videos_without_face} |"
        assert any(
            line.startswith(f"| {row.approach} |") and cells in line for line in page.splitlines()
        )
    assert not (folder / "reports" / "tables" / "published.csv").exists()


def test_page_shows_every_picture_and_needs_nothing_else(
    finished: Path,
) -> None:
    folder = finished
    page = (folder / "reports" / "index.html").read_text()
    listed = json.loads((folder / "reports" / "pictures" / "pictures.json").read_text())
    files = {path.name for path in (folder / "reports" / "pictures").glob("*.png")}
    assert {picture["file"] for picture in listed if picture["file"]} == files
    # 4 maps (one database: no combined one), 8 matrices, faces, ROC, training
    shown = set(re.findall(r'src="pictures/([^"]+)"', page))  # the first screen has a map, too
    assert len(files) == len(shown) == 15
    beside = {path.name for path in (folder / "reports" / "page").iterdir()}
    assert {"plotly.min.js", "page.css", "page.js", "data", "pictures", "sheets"} <= beside
    assert "Drawn people, simulated attacks" in page
    assert 'id="robustness"' not in page  # turned off
    assert not list((folder / "reports").rglob("*robustness*"))
    assert (folder / "reports" / "tables" / "results.tex").read_text().count("\\toprule") == 2
    tracked = run(folder, "git", "ls-files", "reports").split()
    assert {Path(name).parent.name for name in tracked} == {"tables"}


def arcface_metrics(folder: Path) -> dict[str, str]:
    """Return the text of each approach's file."""
    return {path.name: path.read_text() for path in (folder / "metrics" / "arcface").iterdir()}


def test_nothing_runs_again_and_an_old_margin_costs_nothing(
    finished: Path,
) -> None:
    folder = finished
    assert ran(run(folder, "dvc", "repro")) == []
    before = arcface_metrics(folder)

    # `test_pipeline_graph` tests what else would run; nothing of it trains or reads crops again.
    rest = ("likelihood", "maps@arcface", "uncertainty")
    output = run(folder, "dvc", "exp", "run", "-S", "loss.margin_real=0.6", *rest)
    again = {"settings", "train@arcface", "embed@arcface-tiny", "evaluate@arcface", *rest}
    again |= {"fit@arcface"}
    # a stage whose inputs came out the same bytes is passed by
    assert "train@arcface" in ran(output)
    assert set(ran(output)) <= again
    settings = YAML(typ="safe").load(folder / "params.yaml")
    assert settings["loss"]["margin_real"] == 0.6
    diff = json.loads(run(folder, "dvc", "metrics", "diff", "--json").splitlines()[0])
    allowed = {f"metrics/arcface/{name}.json" for name in APPROACHES["arcface"]}
    assert set(diff.get("diff", {})) <= allowed | {"metrics/best.json"}

    text = (folder / "params.yaml").read_text()
    (folder / "params.yaml").write_text(text.replace("margin_real: 0.6", "margin_real: 0.5"))
    assert ran(run(folder, "dvc", "repro")) == []  # DVC's run cache knows every result
    assert arcface_metrics(folder) == before


@pytest.fixture(scope="module")
def changed(small_pipeline: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with other settings, whose stages ran again: degraded crops, published figures."""
    folder = tmp_path_factory.mktemp("changed") / "repository"
    shutil.copytree(small_pipeline, folder)
    change(
        folder,
        embed={"degraded_chance": 0.5},
        evaluate={"threshold_crops": "degraded"},
        databases={"published": {"icassp2022": {"Celeb-DF": "tiny"}}},
    )
    path = folder / "protocols" / "icassp2022.yaml"
    text = path.read_text()
    assert text.count("{real: 178, fake: 340}") == 1
    path.write_text(text.replace("{real: 178, fake: 340}", "{real: 2, fake: 4}"))  # as tiny has
    shutil.copy(folder / "data" / "scores" / "arcface.parquet", folder / "clean.parquet")
    run_kinds(folder, "embed", "fit", "evaluate", "uncertainty", "open_set", "report")
    return folder


def test_published_figures_of_a_row_stand_beside_ours(changed: Path) -> None:
    table = pd.read_csv(changed / "reports" / "tables" / "published.csv")
    heads = {name for names in APPROACHES.values() for name in names}
    assert set(table["approach"]) == heads | {"NoPixels-File", "NoPixels-All"}
    binary = table[(table["approach"] == "Binary") & (table["measure"] == "fnr")]
    assert binary[["published", "published_k", "published_n"]].to_numpy().tolist() == [[1.12, 2, 2]]
    page = (changed / "reports" / "tables" / "results.md").read_text()
    assert "| Celeb-DF ours | Celeb-DF published | Celeb-DF difference |" in page


def test_threshold_from_degraded_crops_is_said(changed: Path) -> None:
    """`test_pipeline_graph` tests that DVC trains nothing for it."""
    figures = pd.read_csv(changed / "reports" / "tables" / "figures.csv")
    of_head = {"Binary", "Attribution"}
    blind = figures["approach"].str.startswith("NoPixels")  # facts have no degraded copies
    assert set(figures[blind]["threshold_scores"]) == {"held_out"}
    figures = figures[~blind]
    for approach, labels in figures.groupby("approach")["threshold_scores"].unique().items():
        kind = "held_out" if approach in of_head else "out_of_fold"
        assert list(labels) == [f"degraded_{kind}"]
    page = (changed / "reports" / "tables" / "results.md").read_text()
    assert "Thresholds from degraded copies." in page
    assert "degraded copies of validation videos, out-of-fold scores" in page
    again = pd.read_parquet(changed / "data" / "scores" / "arcface.parquet")
    scores = pd.read_parquet(changed / "clean.parquet")
    pd.testing.assert_frame_equal(again[scores.columns], scores)  # of clean crops, as before


def test_mistaken_setting_ends_the_stage_with_one_line(finished: Path) -> None:
    folder = finished
    text = (folder / "params.yaml").read_text()
    (folder / "params.yaml").write_text(text.replace("_scores: out_of_fold", "_scores: 1"))
    done = call(folder, "python", "stages/evaluate.py", "binary")
    (folder / "params.yaml").write_text(text)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "params.yaml: evaluate." in done.stderr
    assert "Traceback" not in done.stderr


def test_mistaken_setting_of_an_experiment_removes_nothing(
    finished: Path, outputs: dict[Path, str]
) -> None:
    folder = finished
    before = (folder / "params.yaml").read_text()
    for changed, expected in (
        ("train.epochs=0", "params.yaml: train.epochs: 0 is not allowed: "),
        ("+train.epocs=3", "params.yaml: train.epocs: no such setting: did you mean epochs?"),
    ):
        done = call(folder, "dvc", "exp", "run", "-S", changed)
        (folder / "params.yaml").write_text(before)
        assert done.returncode != 0
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert expected in line and "no other stage has run" in done.stderr
        (folder / "data" / "settings.txt").write_text("All settings are valid.\n")
        assert digests(folder) == outputs


@pytest.mark.parametrize("approach", ["Binary", "Attribution", "ArcFaceMod-NN", "TripletLoss-SVM"])
def test_a_video_that_is_looked_at_alone_has_the_score_of_the_pipeline(
    finished: Path, approach: str, tmp_path: Path
) -> None:
    from deepfake_attribution import load_bundle
    from deepfake_attribution.analyse.bundle.exporting import export
    from deepfake_attribution.analyse.bundle.gathering import gather
    from deepfake_attribution.likelihood.abstention import why_not

    folder = finished
    with contextlib.chdir(folder):
        bundle = gather(approach)
        export(bundle, tmp_path / "bundle")
    scores = pd.read_parquet(folder / "data" / "scores" / f"{bundle.record.head}.parquet")
    scores = scores[(scores["approach"] == approach) & (scores["split"] == "test")].iloc[::3]
    classes = [name[2:] for name in scores.columns if name.startswith("p_")]
    table = pd.read_parquet(folder / "data" / "likelihood" / bundle.record.head / "ratios.parquet")
    table = table[(table["approach"] == approach) & table["log10_lr"].notna()]
    ratios = dict(zip(table["video"], table["log10_lr"], strict=True))
    catalog = pd.read_parquet(folder / "data" / "catalog" / "tiny.parquet").set_index("video")
    videos = folder / "data" / "videos" / "tiny"
    with load_bundle(tmp_path / "bundle") as analyser:
        results = list(analyser.each(videos / catalog.loc[key, "path"] for key in scores["video"]))
    assert len(results) > 1
    for result, row in zip(results, scores.itertuples(), strict=True):
        assert result.video.score == pytest.approx(row.score, abs=1e-6)
        if approach == "Binary":
            assert result.video.predicted is None
        else:  # of so few neighbours, two classes may share the highest probability
            highest = pytest.approx(getattr(row, f"p_{row.predicted}"), abs=1e-6)
            tied = {name for name in classes if getattr(row, f"p_{name}") == highest}
            assert result.video.predicted in {row.predicted, *tied}
        assert result.video.faces == row.n_frames
        ratio, far = ratios.get(row.video), bundle.record.far
        found = result.video.evidence
        assert (found and found.log10_lr) == (ratio and pytest.approx(ratio, abs=1e-3))
        called = row.score > result.threshold
        is_far = far is not None and (result.video.distance or 0) > far
        known = not why_not(ratio, called, is_far)
        assert result.verdict == (("real" if called else "fake") if known else "not known")
        own = [one.distance for one in result.video.neighbours if one.video == row.video]
        assert own == [] or own == pytest.approx([0], abs=0.1)
