import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.fitting import PLACE, VALIDATION_SCORES, fit_on_validation
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.metrics import figures
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.embed.embeddings import SCHEMA as EMBEDDINGS
from deepfake_attribution.evaluate import headline
from deepfake_attribution.evaluate.evaluation import (
    approach_scores,
    every_video,
    expected_videos,
    write,
)
from deepfake_attribution.evaluate.protocol import Evaluation, Protocol, evaluate
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.heads.registry import about

CLASSES = ["real", "mouth", "swap"]
SPLITS = ("train", "val", "test")
VIDEOS, SLOTS = 5, 3
SETTINGS = Evaluate(
    fpr=0.2,
    threshold_scores="out_of_fold",
    threshold_crops="clean",
    adapted_threshold="none",
    calibration="auto",
    evidence_maps=0,
    grad_cam=False,
    robustness=0,
)
OF_COPIES = SETTINGS.model_copy(update={"threshold_crops": "degraded"})
DATASETS = ["one", "unseen"]


def write_dataset(dataset: str, seed: int, attacks: list[str], trained: int = 1) -> None:
    """Write catalog, faces and embeddings; the last test video of ``real`` has no face.

    The embeddings are those of heads trained with the seed ``trained``.
    """
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
                    place = {"video": video, "slot": slot, "person": 0, "frame": slot}
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
            [_output(head, row) for row in outputs],
            paths.embeddings(head, dataset, trained),
            EMBEDDINGS,
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
    for seed in (1, 2):
        paths.model("attribution", seed).mkdir(parents=True)
        record = json.dumps({"classes": CLASSES})
        (paths.model("attribution", seed) / "model.json").write_text(record)


def evaluated(head: str, seed: int = 1) -> tuple[Evaluation, Protocol]:
    videos, missing = every_video(DATASETS, ["one"], {})
    protocol = Protocol(["one"], DATASETS, {}, {})
    frames = approach_scores(head, seed, DATASETS, SETTINGS)
    return evaluate(frames, videos, protocol, SETTINGS, missing), protocol


def test_every_val_and_test_video_is_known_and_why_it_has_no_crop() -> None:
    videos, missing = every_video(DATASETS, ["one"], {})
    assert len(videos) == 2 * VIDEOS * (3 + 2)
    assert set(videos["split"]) == {"val", "test"}
    assert missing["video"].tolist() == ["one/real/-/test4", "unseen/real/-/test4"]
    assert set(missing["status"]) == {"no_face"}
    assert missing["reason"].str.contains("no face was found").all()


@pytest.mark.parametrize("head", ["binary", "attribution"])
def test_a_classifying_head_scores_by_p_real(head: str) -> None:
    table = approach_scores(head, 1, DATASETS, SETTINGS)
    crops = pd.concat([tables.read(paths.embeddings(head, name, 1)) for name in DATASETS])
    expected = [shares[0] for shares in crops["probabilities"]]
    np.testing.assert_allclose(table["score"], expected)
    assert table["video"].tolist() == crops["video"].tolist()
    assert set(table["approach"]) == {about(head).title}
    if head == "binary":
        assert table["predicted"].isna().all() and not any(table.columns.str.startswith("p_"))
    else:
        assert table["predicted"].tolist() == crops["predicted"].tolist()
        columns = table[["p_real", "p_mouth", "p_swap"]].to_numpy()
        np.testing.assert_allclose(columns, np.stack(crops["probabilities"].to_numpy()))


def fit_all(degraded: bool = False) -> None:
    settings = Classifiers.model_validate(
        {
            "tune_on": "val",
            "heads": ["triplet", "arcface"],
            "folds": 2,
            "nn": {"k": 3},
            "lr": {"C": 1.0, "max_iter": 500},
            "svm": {"C": 1.0, "max_rows": 20000},
        }
    )
    for kind in ("nn", "lr", "svm"):
        fit_on_validation("triplet", 1, kind, ["one"], settings, 0, degraded)


def test_an_embedding_head_is_scored_by_each_classifier() -> None:
    fit_all()
    table = approach_scores("triplet", 1, DATASETS, SETTINGS)
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


def test_figures_are_those_of_the_written_scores() -> None:
    result, protocol = evaluated("binary")
    write({1: result}, "binary", protocol, SETTINGS)
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
        assert result.metrics["Binary"][database] == found.published()
        assert found.n_real == VIDEOS - 1
    headline.write_metrics("binary")
    written = json.loads(headline.metrics_file("binary", "Binary").read_text())
    # one database of each kind, so each mean is that database's figure
    for part, database in (("seen", "one"), ("unseen", "unseen")):
        own = result.metrics["Binary"][database]
        assert written[part] == {"auc": own["auc"], "hter": own["hter"]}


def test_long_table_counts_what_each_figure_rests_on() -> None:
    result, protocol = evaluated("attribution")
    write({1: result}, "attribution", protocol, SETTINGS)
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
    write({1: result}, "binary", protocol, SETTINGS)
    curve = pd.read_csv(paths.roc("binary") / "Binary.csv")
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == [1, 1]
    assert (curve.diff().dropna() >= 0).all(axis=None)
    area = np.trapezoid(curve["tpr"], curve["fpr"])
    assert 100 * area == pytest.approx(result.metrics["Binary"]["one"]["auc"], abs=0.01)


def test_files_are_written_twice_alike_and_whole() -> None:
    result, protocol = evaluated("binary")
    contents = []
    for _ in range(2):
        write({1: result}, "binary", protocol, SETTINGS)
        headline.write_metrics("binary")
        files = [*Path("metrics").rglob("*"), *Path("data/results").rglob("*")]
        contents.append({path: path.read_bytes() for path in files if path.is_file()})
    assert contents[0] == contents[1]
    assert not [path for path in contents[0] if path.name.startswith(".")]


def test_each_seed_has_rows_of_its_own_and_its_own_threshold() -> None:
    for number, (dataset, attacks) in enumerate((("one", CLASSES), ("unseen", ["real", "new"]))):
        write_dataset(dataset, 7 + number, attacks, trained=2)
    results = {seed: evaluated("attribution", seed)[0] for seed in (1, 2)}
    protocol = evaluated("attribution")[1]
    write({1: results[1]}, "attribution", protocol, SETTINGS)
    files = {
        name: paths.results("attribution") / f"{name}.parquet"
        for name in ("figures", "accuracy", "confusion", "further_thresholds")
    }
    files["scores"] = paths.scores("attribution")
    files["frames"] = paths.frame_scores("attribution")
    alone = {name: tables.read(path) for name, path in files.items()}
    roc = (paths.roc("attribution") / "Attribution.csv").read_bytes()
    write(results, "attribution", protocol, SETTINGS)
    for name, path in files.items():
        table = tables.read(path)
        assert list(table.columns[:2]) == ["approach", "seed"], name
        assert table["seed"].dtype == np.int64
        first = table[table["seed"] == 1].reset_index(drop=True)
        pd.testing.assert_frame_equal(first, alone[name])
        assert set(table["seed"]) == {1, 2}
    figures = tables.read(files["figures"])
    for seed, result in results.items():
        own = figures[(figures["seed"] == seed) & (figures["level"] == "video")]
        assert set(own["threshold"]) == {result.thresholds["Attribution"]["video"].value}
    assert figures.groupby("seed")["threshold"].unique().map(tuple).nunique() == 2
    assert (paths.roc("attribution") / "Attribution.csv").read_bytes() == roc


def test_table_without_rows_has_the_seed_too() -> None:
    result, protocol = evaluated("binary")  # predicts no class, so nothing is confused
    write({5: result}, "binary", protocol, SETTINGS)
    confusion = tables.read(paths.results("binary") / "confusion.parquet")
    assert len(confusion) == 0
    columns = ["approach", "seed", "database", "true", "predicted", "n", "rate"]
    assert list(confusion.columns) == columns
    assert confusion["seed"].dtype == np.int64


def test_copy_of_a_trained_video_in_a_test_only_dataset_is_a_leak() -> None:
    path = paths.index(paths.faces("unseen"))
    index = tables.read(path)
    copied = index["video"] == "unseen/new/-/test0"
    index.loc[copied, "hash"] = [f"one/real/-/train0{slot}" for slot in range(SLOTS)]
    tables.write(index, path)
    expected = r"one/real/-/train0 \(train\) and unseen/new/-/test0 \(test\) show the same pictures"
    with pytest.raises(UserError, match=expected):
        every_video(DATASETS, ["one"], {})
    every_video(DATASETS, [], {})  # nothing is trained on: its train part lies idle


def test_pair_partner_across_datasets_is_a_leak() -> None:
    for name, split in (("one", "train"), ("unseen", "test")):
        videos = tables.read(paths.catalog(name))
        first = videos.index[videos["split"] == split][0]
        footage = [["ff/000"] if place == first else [] for place in videos.index]
        tables.write(videos.assign(footage=footage), paths.catalog(name), SCHEMA)
    with pytest.raises(UserError, match=r"footage of '000' is in both train \(one/.* test \(un"):
        every_video(DATASETS, ["one"], {})


def test_expected_videos_are_read_from_the_listings() -> None:
    listings = {"one": {"test": {"real": 7, "swap": 2}}, "unseen": {}}
    for name, expected in listings.items():
        paths.listing(name).write_text(json.dumps({"expected": expected}))
    assert expected_videos(DATASETS).values.tolist() == [
        ["one", "real", "test", 7],
        ["one", "swap", "test", 2],
    ]


def test_fakes_at_another_level_than_the_reals_that_they_borrow_are_refused() -> None:
    every_video(DATASETS, ["one"], {"unseen": "one"})
    videos = tables.read(paths.catalog("one")).assign(compression="c40")
    tables.write(videos, paths.catalog("one"), SCHEMA)
    with pytest.raises(UserError, match=r"fakes of unseen are c23, reals of one c40, so the test"):
        every_video(DATASETS, ["one"], {"unseen": "one"})
    every_video(DATASETS, ["one"], {})


def add_second_person(video: str) -> None:
    """Give ``video`` of dataset one a second person, surely fake, in its first two frames."""
    index = tables.read_rows(paths.index(paths.faces("one")))
    own = [row for row in index if row["video"] == video][:2]
    index += [row | {"person": 1, "hash": row["hash"] + "-p1"} for row in own]
    tables.write(pd.DataFrame(index), paths.index(paths.faces("one")))
    for head in ("binary", "attribution", "triplet"):
        path = paths.embeddings(head, "one", 1)
        rows = tables.read_rows(path)
        place = next(number for number, row in enumerate(rows) if row["video"] == video)
        for row in rows[place : place + 2][::-1]:
            shares = row["probabilities"] and [0.01, 0.99, *row["probabilities"][2:]]
            rows.insert(place + 1, row | {"person": 1, "probabilities": shares})
        tables.write_rows(rows, path, EMBEDDINGS)


def test_a_video_with_a_second_person_is_as_real_as_that_one_and_counts_once() -> None:
    before, _ = evaluated("binary")
    video = "one/real/-/test0"
    add_second_person(video)
    result, _ = evaluated("binary")
    crops = approach_scores("binary", 1, DATASETS, SETTINGS)
    assert len(crops[crops["video"] == video]) == SLOTS + 2
    own = result.videos.set_index("video").loc[video]
    assert own["score"] == pytest.approx(0.01)
    assert (own["person"], own["n_frames"]) == (1, 2)
    others = result.videos["video"] != video
    pd.testing.assert_frame_equal(result.videos[others], before.videos[others])
    counted = ["n_real", "n_fake", "videos_without_face", "coverage"]
    level = result.table["level"] == "video"
    pd.testing.assert_frame_equal(result.table[level][counted], before.table[level][counted])
    frames = (result.table["database"] == "one") & ~level & (result.table["attack"] == "all")
    more = result.table[frames]["n_real"] - before.table[frames]["n_real"]
    assert more.tolist() == [2]  # at the frame level each crop is a row


def test_two_people_of_a_frame_keep_their_own_out_of_fold_scores() -> None:
    video = "one/swap/-/val1"
    add_second_person(video)
    fit_all()
    table = approach_scores("triplet", 1, DATASETS, SETTINGS)
    own = table[(table["video"] == video) & (table["approach"] == "TripletLoss-LR")]
    assert own[["slot", "person"]].to_numpy().tolist()[:3] == [[0, 0], [0, 1], [1, 1]]
    assert len(own) == SLOTS + 2 and own["score_out_of_fold"].notna().all()


def write_copies(trained: int = 1) -> None:
    """Write degraded copies of all validation crops, in another order: they look more real."""
    for head in ("binary", "attribution", "triplet"):
        for name in DATASETS:
            path = paths.embeddings(head, name, trained)
            rows = [row for row in tables.read_rows(path) if row["split"] == "val"][::-1]
            for row in rows:
                if row["probabilities"]:
                    row["probabilities"] = [(1 + share) / 2 for share in row["probabilities"]]
                row["embedding"] = [0.5 + 0.8 * value for value in row["embedding"]]
            tables.write_rows(rows, paths.degraded(path), EMBEDDINGS)


@pytest.mark.parametrize("head", ["binary", "attribution"])
def test_degraded_copies_of_validation_crops_score_beside_their_crop(head: str) -> None:
    write_copies()
    table = approach_scores(head, 1, DATASETS, OF_COPIES)
    clean = approach_scores(head, 1, DATASETS, SETTINGS)
    pd.testing.assert_frame_equal(table[clean.columns], clean.reset_index(drop=True))
    val = table["video"].str.contains("/val")
    np.testing.assert_allclose(
        table.loc[val, "score_degraded"], (1 + table.loc[val, "score"]) / 2, rtol=1e-6
    )
    assert table.loc[~val, "score_degraded"].isna().all()


def test_degraded_copies_are_scored_by_the_classifier_and_out_of_fold() -> None:
    write_copies()
    fit_all(degraded=True)
    table = approach_scores("triplet", 1, DATASETS, OF_COPIES)
    for kind in ("nn", "lr", "svm"):
        folder = paths.classifier("triplet", kind, 1)
        own = table[table["approach"] == f"TripletLoss-{kind.upper()}"].set_index(PLACE)
        assert own["score_degraded"].notna().sum() == SLOTS * VIDEOS * 5
        written = tables.read(folder / VALIDATION_SCORES).set_index(PLACE)
        outside = own["score_degraded_out_of_fold"].dropna()
        assert outside.to_dict() == written["degraded_out_of_fold"].to_dict()
        copies = tables.read(paths.degraded(paths.embeddings("triplet", "one", 1)))
        scores = classifier_files.load(folder).score(np.stack(copies["embedding"].to_numpy()))
        places = list(copies[PLACE].itertuples(index=False, name=None))
        assert own["score_degraded"].loc[places].tolist() == pytest.approx(scores.tolist())


def test_threshold_of_degraded_copies_leaves_scores_of_test_videos_as_they_are() -> None:
    write_copies()
    videos, missing = every_video(DATASETS, ["one"], {})
    protocol = Protocol(["one"], DATASETS, {}, {})
    frames = approach_scores("binary", 1, DATASETS, OF_COPIES)
    result = evaluate(frames, videos, protocol, OF_COPIES, missing)
    clean, _ = evaluated("binary")
    found, before = (each.thresholds["Binary"]["video"] for each in (result, clean))
    # Every copy scores (1 + p) / 2, which keeps the order, and so does the mean over frames.
    assert found.value == pytest.approx((1 + before.value) / 2)
    assert (found.scores, found.k_pass) == ("degraded_held_out", before.k_pass)
    pd.testing.assert_frame_equal(result.videos[clean.videos.columns], clean.videos)
    same = ["auc", "eer", "n_real", "n_fake", "coverage"]
    pd.testing.assert_frame_equal(result.table[same], clean.table[same])
    write({1: result}, "binary", protocol, SETTINGS)
    figures = tables.read(paths.results("binary") / "figures.parquet")
    assert set(figures["threshold_scores"]) == {"degraded_held_out"}


def test_degraded_copies_that_were_not_made_are_one_line_with_the_setting() -> None:
    expected = (
        r"^data/embeddings/binary/one/seed-1-degraded\.parquet: no such file, and "
        r"evaluate\.threshold_crops: degraded needs it: set embed\.degraded_chance above 0, .*$"
    )
    with pytest.raises(UserError, match=expected):
        approach_scores("binary", 1, DATASETS, OF_COPIES)


def test_copies_of_datasets_without_validation_crops_are_no_trouble() -> None:
    for name in DATASETS:
        path = paths.embeddings("binary", name, 1)
        rows = [row for row in tables.read_rows(path) if row["split"] == "test"]
        tables.write_rows(rows, path, EMBEDDINGS)
        tables.write_rows([], paths.degraded(path), EMBEDDINGS)
    frames = approach_scores("binary", 1, DATASETS, OF_COPIES)
    videos, missing = every_video(DATASETS, ["one"], {})
    with pytest.raises(UserError, match="no validation fake of one has a face"):
        evaluate(frames, videos, Protocol(["one"], DATASETS, {}, {}), OF_COPIES, missing)
