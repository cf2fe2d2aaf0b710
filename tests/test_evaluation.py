import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution import evaluation, paths, tables
from deepfake_attribution.catalog.video import SCHEMA
from deepfake_attribution.embeddings import SCHEMA as EMBEDDINGS
from deepfake_attribution.evaluation import approach_scores, every_video, write
from deepfake_attribution.fitting import fit_on_validation
from deepfake_attribution.metrics import figures
from deepfake_attribution.params.classifiers import Classifiers
from deepfake_attribution.params.evaluate import Evaluate
from deepfake_attribution.protocol import Evaluation, Protocol, evaluate

CLASSES = ["real", "mouth", "swap"]
SPLITS = ("train", "val", "test")
VIDEOS, SLOTS = 5, 3
SETTINGS = Evaluate(fpr=0.2, threshold_scores="out_of_fold")
DATASETS = ["one", "unseen"]


def write_dataset(dataset: str, seed: int, attacks: list[str]) -> None:
    """Write catalog, faces and embeddings; the last test video of ``real`` has no face."""
    random = np.random.default_rng(seed)
    rows, index, outputs = [], [], []
    for split in SPLITS:
        for attack in attacks:
            for number in range(VIDEOS):
                video = f"{dataset}/{attack}/-/{split}{number}"
                about = {"dataset": dataset, "attack": attack, "split": split}
                about |= {"identity": f"p{number}", "compression": "c23"}
                rest = {"path": f"{video}.mp4", "donor": "", "source": ""}
                rows.append({"video": video} | about | rest)
                lost = split == "test" and attack == "real" and number == VIDEOS - 1
                for slot in range(SLOTS):
                    status, reason = ("no_face", "no face was found") if lost else ("ok", "")
                    place = {"video": video, "slot": slot, "frame": slot}
                    found = {"status": status, "reason": reason, "hash": f"{video}{slot}"}
                    index.append(place | found)
                    if not lost and split != "train":
                        known = CLASSES.index(attack) if attack in CLASSES else 1
                        shares = random.dirichlet(1 + 3 * np.eye(3)[known])
                        vector = 2 * np.eye(3, 4)[known] + random.normal(size=4)
                        outputs.append(
                            place | about | {"embedding": vector, "probabilities": shares}
                        )
    tables.write(pd.DataFrame(rows), paths.catalog(dataset), SCHEMA)
    tables.write(pd.DataFrame(index), paths.index(paths.faces(dataset)))
    for head in ("binary", "attribution", "triplet"):
        tables.write_rows(
            [_output(head, row) for row in outputs], paths.embeddings(head, dataset), EMBEDDINGS
        )


def _output(head: str, row: dict) -> dict:
    shares = row["probabilities"]
    if head == "binary":
        return row | {"probabilities": [shares[0], 1 - shares[0]], "predicted": None}
    if head == "attribution":
        return row | {"predicted": CLASSES[int(shares.argmax())]}
    return row | {"probabilities": None, "predicted": None}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset("one", 1, CLASSES)
    write_dataset("unseen", 2, ["real", "new"])
    paths.model("attribution").mkdir(parents=True)
    (paths.model("attribution") / "model.json").write_text(json.dumps({"classes": CLASSES}))


def evaluated(head: str) -> tuple[Evaluation, Protocol]:
    videos, missing = every_video(DATASETS, ["one"])
    protocol = Protocol(["one"], DATASETS, {}, {})
    frames = approach_scores(head, DATASETS, ["one"])
    return evaluate(frames, videos, protocol, SETTINGS, missing), protocol


def test_every_val_and_test_video_is_known_and_why_it_has_no_crop() -> None:
    videos, missing = every_video(DATASETS, ["one"])
    assert len(videos) == 2 * VIDEOS * (3 + 2)
    assert set(videos["split"]) == {"val", "test"}
    assert missing["video"].tolist() == ["one/real/-/test4", "unseen/real/-/test4"]
    assert set(missing["status"]) == {"no_face"}
    assert missing["reason"].str.contains("no face was found").all()


@pytest.mark.parametrize("head", ["binary", "attribution"])
def test_a_classifying_head_scores_by_p_real(head: str) -> None:
    table = approach_scores(head, DATASETS, ["one"])
    crops = pd.concat([tables.read(paths.embeddings(head, name)) for name in DATASETS])
    expected = [shares[0] for shares in crops["probabilities"]]
    np.testing.assert_allclose(table["score"], expected)
    assert table["video"].tolist() == crops["video"].tolist()
    assert set(table["approach"]) == {evaluation.NAMES[head]}
    if head == "binary":
        assert table["predicted"].isna().all() and not any(table.columns.str.startswith("p_"))
    else:
        assert table["predicted"].tolist() == crops["predicted"].tolist()
        columns = table[["p_real", "p_mouth", "p_swap"]].to_numpy()
        np.testing.assert_allclose(columns, np.stack(crops["probabilities"].to_numpy()))


def fit_all() -> None:
    settings = Classifiers.model_validate(
        {
            "tune_on": "val",
            "folds": 2,
            "nn": {"k": 3},
            "lr": {"C": 1.0, "max_iter": 500},
            "svm": {"C": 1.0, "max_rows": 20000},
        }
    )
    for kind in ("nn", "lr", "svm"):
        out = paths.classifier("triplet", kind)
        fit_on_validation("triplet", kind, ["one"], settings, 0, out)


def test_an_embedding_head_is_scored_by_each_classifier() -> None:
    fit_all()
    table = approach_scores("triplet", DATASETS, ["one"])
    names = ["TripletLoss-NN", "TripletLoss-LR", "TripletLoss-SVM"]
    assert table["approach"].drop_duplicates().tolist() == names
    crops = len(table) // 3
    assert crops == SLOTS * (2 * VIDEOS * 5 - 2)
    held = table["score_out_of_fold"].notna()
    assert held.sum() == 3 * SLOTS * VIDEOS * len(CLASSES)
    assert table.loc[held, "video"].str.match(r"one/.*/val").all()
    assert set(table["predicted"]) <= set(CLASSES)
    of_svm = table["approach"] == "TripletLoss-SVM"
    assert table.loc[~of_svm, "p_real"].notna().all()
    np.testing.assert_allclose(table.loc[~of_svm, "p_real"], table.loc[~of_svm, "score"])
    result, _ = evaluated("triplet")
    assert result.thresholds["TripletLoss-NN"]["video"].scores == "out_of_fold"
    assert set(result.metrics) == set(names)


def test_metrics_are_those_of_the_written_scores() -> None:
    result, protocol = evaluated("binary")
    write(result, "binary", protocol)
    metrics = json.loads(paths.metrics("binary").read_text())
    scores = tables.read(paths.scores("binary"))
    assert len(scores) == 2 * VIDEOS * 5  # a video without a face is listed, too
    lost = scores[scores["score"].isna()]
    assert lost["video"].tolist() == ["one/real/-/test4", "unseen/real/-/test4"]
    assert set(lost["status"]) == {"no_face"}
    threshold = result.thresholds["Binary"]["video"].value
    for database in DATASETS:
        rows = scores[(scores["dataset"] == database) & (scores["split"] == "test")]
        rows = rows[rows["score"].notna()]
        found = figures(rows["score"], rows["attack"] == "real", threshold)
        assert metrics["Binary"][database] == found.published()
        assert found.n_real == VIDEOS - 1


def test_long_table_counts_what_each_figure_rests_on() -> None:
    result, protocol = evaluated("attribution")
    write(result, "attribution", protocol)
    table = tables.read(paths.results("attribution") / "figures.parquet")
    row = table[
        (table["database"] == "one") & (table["level"] == "video") & (table["attack"] == "all")
    ].iloc[0]
    assert (row["n_real"], row["n_fake"]) == (VIDEOS - 1, 2 * VIDEOS)
    assert row["videos_without_face"] == 1
    assert row["coverage"] == pytest.approx(100 * (3 * VIDEOS - 1) / (3 * VIDEOS))
    accuracy = tables.read(paths.results("attribution") / "accuracy.parquet")
    known = accuracy.set_index("database")["n_known"]
    assert known.to_dict() == {"one": 3 * VIDEOS - 1, "unseen": VIDEOS - 1}
    confusion = tables.read(paths.results("attribution") / "confusion.parquet")
    assert set(confusion["true"]) == {*CLASSES, "new"}


def test_roc_is_of_the_training_databases_and_ends_in_the_corners() -> None:
    result, protocol = evaluated("binary")
    write(result, "binary", protocol)
    curve = pd.read_csv(paths.roc("binary") / "Binary.csv")
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == [1, 1]
    assert (curve.diff().dropna() >= 0).all(axis=None)
    area = np.trapezoid(curve["tpr"], curve["fpr"])
    assert 100 * area == pytest.approx(result.metrics["Binary"]["one"]["auc"], abs=0.01)


def test_files_are_written_twice_alike_and_whole() -> None:
    result, protocol = evaluated("binary")
    contents = []
    for _ in range(2):
        write(result, "binary", protocol)
        files = [*Path("metrics").rglob("*"), *Path("data/results").rglob("*")]
        contents.append({path: path.read_bytes() for path in files if path.is_file()})
    assert contents[0] == contents[1]
    assert not [path for path in contents[0] if path.name.startswith(".")]
