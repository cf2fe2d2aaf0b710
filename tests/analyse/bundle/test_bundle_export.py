import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from typer.testing import CliRunner

from crop_sets import CLASSES, SIZE
from deepfake_attribution.analyse.bundle import evidence, files
from deepfake_attribution.analyse.bundle.exporting import export
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.analyse.bundle.loaded import KNOWN_SCHEMA, Bundle
from deepfake_attribution.analyse.bundle.opening import open_bundle
from deepfake_attribution.analyse.bundle.record import RECORD
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.cli.main import app
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.likelihood import files as ratios
from deepfake_attribution.likelihood.measures import cllr
from deepfake_attribution.likelihood.results import RATIO
from deepfake_attribution.model.description import ONNX
from deepfake_attribution.model.model import load_network
from trained_project import MAPPED, NEW, TRAINING, rewrite

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_thread")]
IMAGES = np.random.default_rng(5).integers(0, 256, (20, 3, SIZE, SIZE), np.uint8)


def said(bundle: Bundle) -> tuple[np.ndarray, ...]:
    features, outputs = bundle.network.run(IMAGES)
    assert bundle.classifier is not None
    return features, outputs, bundle.classifier.score(outputs), bundle.classifier.predict(outputs)


def test_what_is_opened_says_what_the_project_says(project: Path) -> None:
    gathered = gather("ArcFaceMod-LR")
    export(gathered, Path("out"))
    opened = open_bundle(Path("out"))
    for one, other in zip(said(opened), said(gathered), strict=True):
        np.testing.assert_array_equal(one, other)
    kept = opened.record.model_copy(update={"files": {}})
    assert kept == gathered.record
    assert opened.description == gathered.description
    columns = [name for name in KNOWN_SCHEMA.names if name != "embedding"]
    pd.testing.assert_frame_equal(opened.known[columns], gathered.known[columns], check_dtype=False)
    np.testing.assert_array_equal(
        np.stack(opened.known["embedding"]), np.stack(gathered.known["embedding"])
    )


def test_it_gives_the_scores_of_the_pipeline(project: Path) -> None:
    bundle = gather("ArcFaceMod-SVM")
    frames = tables.read(paths.frame_scores("arcface"))
    mapped = bundle.known[bundle.known["x"].notna()]
    assert bundle.classifier is not None and len(mapped) == MAPPED
    own = frames[(frames["approach"] == "ArcFaceMod-SVM") & (frames["seed"] == 1)]
    both = mapped.merge(own, on=["video", "slot", "person"], validate="one_to_one")
    scores = bundle.classifier.score(np.stack(both["embedding"]))
    np.testing.assert_allclose(scores, both["score"], rtol=1e-9)


def test_onnx_in_the_bundle_gives_what_its_weights_give_in_pytorch(bundle: Path) -> None:
    network, _ = load_network(bundle)
    with torch.inference_mode():
        features = network.features(torch.from_numpy(IMAGES))
        expected = features.numpy(), network.head(features).numpy()
    for one, other in zip(open_bundle(bundle, "cpu").network.run(IMAGES), expected, strict=True):
        assert np.abs(one - other).max() <= 1e-4 * np.abs(other).max()


def test_same_project_same_bytes(project: Path, built: Path) -> None:
    export(gather("ArcFaceMod-LR"), Path("elsewhere/again"))
    for name in files.listed(built / "out"):
        assert (built / "out" / name).read_bytes() == Path("elsewhere/again", name).read_bytes()
    assert files.listed(Path("elsewhere/again")) == files.listed(built / "out")
    assert [path.name for path in Path("elsewhere").iterdir()] == ["again"]


def test_record_holds_what_the_project_knows(built: Path) -> None:
    text = (built / "out" / RECORD).read_text()
    assert "NaN" not in text and str(built) not in text
    record = json.loads(text)
    assert record["classes"] == CLASSES and record["neighbours"] == 4
    each = dict.fromkeys(CLASSES, 8)  # 4 videos in each of two datasets
    assert record["trained"] == {
        "datasets": TRAINING,
        "videos": {"train": each, "val": each},
        "crops": {"train": 72, "val": 72},
    }
    assert record["known"] == {"crops": 72, "videos": 24, "distances": 24}
    of = {row["database"]: row for row in record["tested"]}
    assert list(of) == ["one", "two", "new"]
    assert (of["one"]["trained_on"], of["new"]["trained_on"]) == (True, False)
    assert (of["one"]["new"], of["new"]["new"]) == ([], [NEW])
    assert (of["one"]["n_real"], of["one"]["n_fake"], of["new"]["n_fake"]) == (4, 8, 20)
    assert of["one"]["intervals"] == {}  # of 4 source videos
    low, high = of["new"]["intervals"]["auc"]
    assert low <= of["new"]["auc"] <= high


def test_likelihood_ratios_are_those_of_the_stage(project: Path) -> None:
    export(gather("ArcFaceMod-LR"), Path("out"))
    record = open_bundle(Path("out")).record
    assert record.likelihood is not None and record.without_likelihood == ""
    assert record.likelihood.databases == TRAINING and record.likelihood.scores == "out_of_fold"
    assert record.likelihood.videos == dict.fromkeys(CLASSES, 8)
    table = ratios.read_ratios(["arcface"], 1)
    tested = table[(table["approach"] == "ArcFaceMod-LR") & (table["split"] == "test")]
    np.testing.assert_array_equal(record.likelihood.log10_lr(tested["score"]), tested[RATIO])
    own = tested[tested["dataset"] == "new"]
    cost = cllr(own[RATIO].to_numpy(), (own["attack"] == "real").to_numpy())
    of = {row.database: row.cllr for row in record.tested}
    assert of["new"] == pytest.approx(cost) and list(of) == ["one", "two", "new"]
    assert "fake validation videos of one, two that it was calibrated on" in (
        Path("out/README.md").read_text().replace("\n", " ")
    )


def test_limit_of_the_distance_is_that_of_the_seed(project: Path) -> None:
    assert gather("ArcFaceMod-LR").record.far is None  # the stage open_set has not run
    rows = [("ArcFaceMod", 2, 1.5), ("ArcFaceMod", 1, 12.5), ("Attribution", 1, np.nan)]
    table = pd.DataFrame(rows, columns=["approach", "seed", "limit"])
    tables.write(table, paths.open_set() / "limits.parquet")
    assert gather("ArcFaceMod-LR").record.far == 12.5
    assert gather("Attribution").record.far is None
    assert gather("ArcFaceMod-LR", known=30).record.far is None  # other distances


def test_project_whose_ratios_are_not_there_exports_with_the_reason(project: Path) -> None:
    shutil.rmtree("data/likelihood")
    export(gather("Attribution"), Path("out"))
    record = open_bundle(Path("out")).record
    assert record.likelihood is None and record.without_likelihood == evidence.NOT_RUN
    assert all(row.cllr is None for row in record.tested)


def test_figures_are_those_of_the_seed(project: Path) -> None:
    figures = tables.read(paths.results("attribution") / "figures.parquet")
    rows = figures[(figures["level"] == "video") & (figures["attack"] == "all")]
    rows = rows[rows["database"] == "new"]
    for seed in (1, 2):
        record = gather("Attribution", seed).record
        (row,) = rows[rows["seed"] == seed].to_dict("records")
        (tested,) = (one for one in record.tested if one.database == "new")
        assert (record.seed, record.threshold.value) == (seed, row["threshold"])
        assert (tested.auc, tested.fnr, tested.hter) == (row["auc"], row["fnr"], row["hter"])
        assert tested.intervals["auc"][0] <= row["auc"] <= tested.intervals["auc"][1]


def test_intervals_of_a_single_seed_are_those_of_the_report(project: Path) -> None:
    path = Path("params.yaml")
    path.write_text(path.read_text().replace("  - 1\n  - 2\n", "  - 1\n"))
    about = {"approach": "Attribution", "database": "new", "attack": "all", "compression": "c23"}
    rows = [{"measure": "hter", "low": 1.5, "high": 2.5}, {"measure": "eer", "low": 1, "high": 2}]
    rows += [{"measure": "auc", "low": np.nan, "high": np.nan}]
    stored = pd.DataFrame([about | {"level": "video", "confidence": 95.0} | row for row in rows])
    tables.write(stored, paths.uncertainty() / "intervals.parquet")
    tested = {row.database: row.intervals for row in gather("Attribution").record.tested}
    assert tested == {"one": {}, "two": {}, "new": {"hter": [1.5, 2.5]}}
    tables.write(stored.assign(confidence=90.0), paths.uncertainty() / "intervals.parquet")
    made = {row.database: row.intervals for row in gather("Attribution").record.tested}
    assert set(made["new"]) == {"auc", "fnr", "fpr", "hter"}


def test_another_seed_has_no_map(project: Path) -> None:
    assert gather("Attribution", 1).known["x"].notna().sum() == MAPPED
    other = gather("Attribution", 2).known
    assert other["x"].isna().all() and set(other["split"]) == {"val"}


def test_project_without_maps_exports_and_says_so(project: Path) -> None:
    shutil.rmtree("data/maps")
    export(gather("Attribution"), Path("out"))
    assert open_bundle(Path("out")).known["x"].isna().all()
    assert "It has no map" in Path("out/README.md").read_text()


def test_fewer_known_crops_are_whole_videos_of_every_class(project: Path) -> None:
    bundle = gather("ArcFaceMod-NN", known=40)
    known = bundle.known[bundle.known["split"] == "val"]
    counts = {"crops": 39, "videos": 13, "of_crops": 72, "of_videos": 24}
    assert bundle.record.known == counts | {"distances": len(bundle.distances)}
    assert set(known.groupby("video").size()) == {3}
    assert known.groupby("attack")["video"].nunique().between(4, 5).all()
    export(bundle, Path("out"))
    assert "chosen evenly from 72 crops of 24 videos" in Path("out/README.md").read_text()


def test_head_without_onnx_is_run_by_pytorch(project: Path) -> None:
    expected = gather("Attribution").network.run(IMAGES)
    rewrite(paths.model("attribution", 1) / "model.json", onnx=None)
    bundle = gather("Attribution")
    export(bundle, Path("out"))
    assert not Path("out", ONNX).exists()
    for network in (bundle.network, open_bundle(Path("out")).network):
        for one, other in zip(network.run(IMAGES), expected, strict=True):
            assert np.abs(one - other).max() <= 1e-4 * np.abs(other).max()
    assert "There is no ONNX file" in Path("out/README.md").read_text()


def test_onnx_that_differs_is_not_exported(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = gather("Attribution")
    monkeypatch.setattr("deepfake_attribution.model.onnx_export.TOLERANCE", 1e-12)
    with pytest.raises(UserError, match=r"differ from PyTorch's by .*train@attribution"):
        export(bundle, Path("out"))
    assert not Path("out").exists()


def test_folder_of_the_detectors_weights_is_not_told(project: Path) -> None:
    path = Path("params.yaml")
    path.write_text(path.read_text().replace("weights: registry", "weights: /home/ann/wheel"))
    export(gather("Attribution"), Path("out"))
    assert open_bundle(Path("out")).record.detector.weights == "registry"


def test_mtcnn_needs_no_files(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path("params.yaml")
    path.write_text(path.read_text().replace("kind: blazeface", "kind: mtcnn"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    export(gather("Attribution"), Path("out"))
    assert not Path("out/detector").exists()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match="MTCNN, which needs facenet-pytorch; run `pip install"):
        open_bundle(Path("out"))


def test_folder_with_something_else_is_left_alone(project: Path) -> None:
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(UserError, match="mine: is not empty, and no bundle"):
            export(gather("Attribution"), Path("mine"), force)
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_bundle_is_replaced_only_when_asked_and_holds_nothing_of_somebody(project: Path) -> None:
    Path("out").mkdir()  # empty: fine
    export(gather("Attribution"), Path("out"))
    other = gather("ArcFaceMod-LR")
    with pytest.raises(UserError, match="out: contains a bundle; give --force"):
        export(other, Path("out"))
    Path("out/notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"out: contains notes.txt, .*--force would remove it"):
        export(other, Path("out"), force=True)
    Path("out/notes.txt").unlink()
    export(other, Path("out"), force=True)
    assert open_bundle(Path("out")).record.approach == "ArcFaceMod-LR"
    assert sorted(path.name for path in Path().iterdir() if "out" in path.name) == ["out"]


def test_link_to_a_bundle_stays_a_link(project: Path) -> None:
    export(gather("Attribution"), Path("out"))
    Path("link").symlink_to("out")
    export(gather("ArcFaceMod-LR"), Path("link"), force=True)
    assert Path("link").is_symlink()
    assert open_bundle(Path("out")).record.approach == "ArcFaceMod-LR"
    assert not [path for path in Path().glob(".*") if "link" in path.name or "out" in path.name]


def test_failed_export_leaves_nothing_and_the_older_bundle(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(gather("Attribution"), Path("out"))
    before = Path("out/SHA256SUMS").read_bytes()

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deepfake_attribution.analyse.bundle.exporting.card", full)
    with pytest.raises(OSError, match="No space"):
        export(gather("ArcFaceMod-LR"), Path("out"), force=True)
    assert Path("out/SHA256SUMS").read_bytes() == before
    assert not list(Path().glob(".out*"))


def test_classifier_files_are_the_projects(bundle: Path, built: Path) -> None:
    folder = built / paths.classifier("arcface", "lr", 1)
    for name in (classifier_files.MODEL, classifier_files.RECORD):
        assert (bundle / name).read_bytes() == (folder / name).read_bytes()


def test_command_says_what_was_exported(project: Path) -> None:
    command = ["export", "out", "--approach", "arcfacemod-lr", "--known", "40"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("ArcFaceMod-LR, seed 1 (") and len(lines) == 6
    assert "39 crops of 13 validation videos (of 72 of 24); 12 test crops on the map" in lines[3]
    assert lines[5].startswith("out: ") and "read out/README.md" in lines[5]
    again = CliRunner().invoke(app, command)
    assert (again.exit_code, len(again.output.splitlines())) == (1, 1)
    assert CliRunner().invoke(app, [*command, "--force"]).exit_code == 0
