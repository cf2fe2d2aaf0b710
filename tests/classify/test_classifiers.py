import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler, normalize
from sklearn.svm import SVC

from deepfake_attribution.classify.classifiers import fit
from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.fitted import Kind
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.classify.subsampling import subsample
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import validate

KINDS: list[Kind] = ["nn", "lr", "svm"]
CLASSES = ["real", "swap", "mouth"]


def settings(**changes: Any) -> Classifiers:
    plain: dict[str, Any] = {
        "tune_on": "val",
        "heads": ["triplet", "arcface"],
        "folds": 4,
        "nn": {"k": 5},
        "lr": {"C": 1, "max_iter": 500},
        "svm": {"C": 1.0, "max_rows": 20000},
    }
    return Classifiers.model_validate(plain | changes)


def crops(seed: int = 0, videos: int = 8, frames: int = 5, spread: float = 1.0) -> Crops:
    """Return crops of ``videos`` videos per class; frames of a video lie close together."""
    generator = np.random.default_rng(seed)
    means = np.random.default_rng(99).normal(size=(3, 6))
    centres = means[:, None] + spread * generator.normal(size=(3, videos, 6))
    points = centres[:, :, None] + 0.1 * generator.normal(size=(3, videos, frames, 6))
    labels = np.repeat(CLASSES, videos * frames)
    groups = [f"{name}/{v}" for name in CLASSES for v in range(videos) for _ in range(frames)]
    return Crops.of(points.reshape(-1, 6), labels, groups)


def unit(embeddings: np.ndarray) -> np.ndarray:
    return embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)


def test_nn_score_is_the_share_of_reals_among_the_k_nearest_by_angle() -> None:
    validation, test = crops(0), crops(1)
    fitted = fit("nn", settings(), validation, CLASSES, seed=0).classifier
    cosines = unit(test.embeddings) @ unit(validation.embeddings).T
    nearest = np.argsort(-cosines, axis=1)[:, :5]
    np.testing.assert_allclose(fitted.score(test.embeddings), validation.real[nearest].mean(1))
    # The length of an embedding says nothing.
    np.testing.assert_array_equal(fitted.score(test.embeddings), fitted.score(7 * test.embeddings))


def test_lr_score_is_the_multinomial_probability_of_real() -> None:
    validation, test = crops(0), crops(1)
    fitted = fit("lr", settings(), validation, CLASSES, seed=0).classifier
    scaler = StandardScaler().fit(normalize(validation.embeddings))
    peer = LogisticRegression(C=1, max_iter=500)
    peer.fit(scaler.transform(normalize(validation.embeddings)), validation.labels)
    expected = peer.predict_proba(scaler.transform(normalize(test.embeddings)))
    assert fitted.classes == ["mouth", "real", "swap"]
    probabilities = fitted.probabilities(test.embeddings)
    assert probabilities is not None
    np.testing.assert_allclose(probabilities, expected, atol=1e-9)
    np.testing.assert_array_equal(fitted.score(test.embeddings), probabilities[:, 1])


@pytest.mark.parametrize("kind", ["nn", "lr", "svm"])
def test_lengths_count_where_the_loss_uses_them(kind: Kind) -> None:
    validation, test = crops(0), crops(1)
    fitted = fit(kind, settings(), validation, CLASSES, seed=0, by_direction=False).classifier
    scaler = StandardScaler().fit(validation.embeddings)
    if kind == "nn":
        away = np.linalg.norm(test.embeddings[:, None] - validation.embeddings[None], axis=2)
        expected = validation.real[np.argsort(away, axis=1)[:, :5]].mean(1)
    elif kind == "lr":
        peer = LogisticRegression(C=1, max_iter=500)
        peer.fit(scaler.transform(validation.embeddings), validation.labels)
        expected = peer.predict_proba(scaler.transform(test.embeddings))[:, 1]
    else:
        machine = SVC(C=1).fit(scaler.transform(validation.embeddings), validation.real)
        expected = machine.decision_function(scaler.transform(test.embeddings))
    np.testing.assert_allclose(fitted.score(test.embeddings), expected, atol=1e-9)


def test_svm_score_is_the_decision_value_of_real_against_the_rest() -> None:
    validation, test = crops(0), crops(1)
    fitted = fit("svm", settings(), validation, CLASSES, seed=0).classifier
    scaler = StandardScaler().fit(normalize(validation.embeddings))
    peer = SVC(C=1).fit(scaler.transform(normalize(validation.embeddings)), validation.real)
    expected = peer.decision_function(scaler.transform(normalize(test.embeddings)))
    np.testing.assert_allclose(fitted.score(test.embeddings), expected)
    assert fitted.score_kind == "decision"
    assert fitted.probabilities(test.embeddings) is None


@pytest.mark.parametrize("kind", KINDS)
def test_reals_score_higher_and_classes_are_told_apart(kind: Kind) -> None:
    result = fit(kind, settings(), crops(0, spread=0.3), CLASSES, seed=0)
    test = crops(1, spread=0.3)
    assert roc_auc_score(test.real, result.classifier.score(test.embeddings)) > 0.95
    assert (result.classifier.predict(test.embeddings) == test.labels).mean() > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_out_of_fold_scores_come_from_classifiers_that_did_not_see_the_video(kind: Kind) -> None:
    validation = crops(0)
    result = fit(kind, settings(), validation, CLASSES, seed=0)
    assert np.isfinite(result.out_of_fold).all()
    # Fitted again without the first fold's videos: the scores of those videos come out the same.
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(4)
    rest, held_out = next(
        splitter.split(validation.embeddings, validation.labels, validation.groups)
    )
    assert not set(validation.groups[rest]) & set(validation.groups[held_out])
    again = fit(kind, settings(), validation.take(rest), CLASSES, seed=0).classifier
    expected = again.score(validation.embeddings[held_out])
    np.testing.assert_allclose(result.out_of_fold[held_out], expected)


@pytest.mark.parametrize("kind", KINDS)
def test_degraded_copies_are_scored_by_a_classifier_fitted_on_clean_crops_of_other_videos(
    kind: Kind,
) -> None:
    validation = crops(0)
    noise = np.random.default_rng(7).normal(size=validation.embeddings.shape)
    copies = Crops.of(validation.embeddings + noise, validation.labels, validation.groups)
    result = fit(kind, settings(), validation, CLASSES, seed=0, degraded=copies)
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(4)
    split = splitter.split(validation.embeddings, validation.labels, validation.groups)
    assert result.degraded_out_of_fold is not None
    for rest, held_out in split:
        again = fit(kind, settings(), validation.take(rest), CLASSES, seed=0).classifier
        expected = again.score(copies.embeddings[held_out])
        np.testing.assert_allclose(result.degraded_out_of_fold[held_out], expected)
    clean = fit(kind, settings(), validation, CLASSES, seed=0)
    assert clean.degraded_out_of_fold is None
    np.testing.assert_array_equal(clean.out_of_fold, result.out_of_fold)
    assert clean.classifier.record == result.classifier.record


def test_memorising_classifier_has_not_seen_the_video_of_a_degraded_copy() -> None:
    # Every video a point of its own, classes drawn alike: who has seen the video knows its class.
    random = np.random.default_rng(3)
    noise = np.repeat(random.normal(size=(60, 6)), 3, axis=0)
    labels, videos = np.repeat(np.resize(["real", "swap"], 60), 3), np.repeat(np.arange(60), 3)
    validation = Crops.of(noise, labels, videos)
    copies = Crops.of(noise + 0.001 * random.normal(size=noise.shape), labels, videos)
    result = fit("nn", settings(nn={"k": 3}), validation, ["real", "swap"], 0, degraded=copies)
    assert roc_auc_score(copies.real, result.classifier.score(copies.embeddings)) == 1
    assert result.degraded_out_of_fold is not None
    assert 0.25 < roc_auc_score(copies.real, result.degraded_out_of_fold) < 0.75


def test_copies_of_other_crops_are_refused() -> None:
    validation = crops(0)
    copies = validation.take(np.arange(len(validation))[::-1])
    with pytest.raises(ValueError, match="not those of the validation crops"):
        fit("lr", settings(), validation, CLASSES, seed=0, degraded=copies)


def test_in_sample_scores_flatter_and_out_of_fold_scores_do_not() -> None:
    # Every video a point of its own, classes drawn alike: nothing can be learnt.
    noise = np.random.default_rng(3).normal(size=(60, 6))
    labels = np.resize(["real", "swap"], 60)
    validation = Crops.of(
        np.repeat(noise, 3, axis=0), np.repeat(labels, 3), np.repeat(np.arange(60), 3)
    )
    result = fit("nn", settings(nn={"k": 3}), validation, ["real", "swap"], seed=0)
    assert result.classifier.record["auc_in_sample"] == 1
    assert 0.25 < result.classifier.record["auc_out_of_fold"] < 0.75


@pytest.mark.parametrize(
    ("kind", "change", "values"),
    [
        ("nn", {"nn": {"k": [1, 5, 60]}}, [1, 5, 60]),
        ("lr", {"lr": {"C": [0.0001, 1.0], "max_iter": 500}}, [0.0001, 1.0]),
        ("svm", {"svm": {"C": [0.01, 1], "max_rows": 20000}}, [0.01, 1]),
    ],
)
def test_a_list_is_searched_by_out_of_fold_auc(
    kind: Kind, change: dict[str, Any], values: list[float]
) -> None:
    validation = crops(0)
    result = fit(kind, settings(**change), validation, CLASSES, seed=0)
    name = "k" if kind == "nn" else "C"
    search = result.classifier.record["search"]
    assert [entry[name] for entry in search] == values
    best = max(search, key=lambda entry: entry["auc"])
    assert result.classifier.record["setting"] == {name: best[name]}
    assert roc_auc_score(validation.real, result.out_of_fold) == pytest.approx(best["auc"])
    alone = fit(kind, settings(**{kind: change[kind] | {name: best[name]}}), validation, CLASSES, 0)
    np.testing.assert_array_equal(result.out_of_fold, alone.out_of_fold)
    assert alone.classifier.record["search"] == []
    assert alone.classifier.record["tune_on"] is None


def test_equal_values_of_a_search_go_to_the_first() -> None:
    apart = crops(0, spread=0.01)
    record = fit("nn", settings(nn={"k": [7, 3]}), apart, CLASSES, 0).classifier.record
    assert [entry["auc"] for entry in record["search"]] == [1, 1]
    assert record["setting"] == {"k": 7}


def test_tune_on_test_searches_the_test_crops_as_the_paper_did() -> None:
    validation, test = crops(0), crops(1)
    choice = settings(tune_on="test", nn={"k": [1, 5, 60]})
    result = fit("nn", choice, validation, CLASSES, 0, test)
    for entry in result.classifier.record["search"]:
        alone = fit("nn", settings(nn={"k": entry["k"]}), validation, CLASSES, 0).classifier
        expected = roc_auc_score(test.real, alone.score(test.embeddings))
        assert entry["auc"] == pytest.approx(expected)
    assert result.classifier.record["tune_on"] == "test"
    with pytest.raises(ValueError, match="needs the test crops"):
        fit("nn", choice, validation, CLASSES, 0)


def test_svm_beyond_max_rows_is_fitted_on_a_seeded_subsample() -> None:
    validation = crops(0, videos=12, frames=10)  # 360 crops
    small = settings(svm={"C": 1.0, "max_rows": 120})
    first, second, other = (
        fit("svm", small, validation, CLASSES, seed=seed).classifier for seed in (1, 1, 2)
    )
    assert first.record["crops"] == 360 and first.record["crops_fitted"] == 120
    scores = [each.score(validation.embeddings) for each in (first, second, other)]
    np.testing.assert_array_equal(scores[0], scores[1])
    assert not np.array_equal(scores[0], scores[2])


def test_subsample_keeps_the_shares_of_classes_and_takes_from_every_video() -> None:
    labels = np.repeat(["real", "swap", "rare"], [300, 690, 10])
    groups = np.concatenate([np.repeat(np.arange(66), 15), np.repeat(1000, 10)]).astype(str)
    rows = subsample(labels, groups, 200, np.random.default_rng(0))
    assert len(np.unique(rows)) == 200 and (np.diff(rows) > 0).all()
    names, counts = np.unique(labels[rows], return_counts=True)
    shares = dict(zip(names.tolist(), counts.tolist(), strict=True))
    assert shares["rare"] in (2, 3)
    assert abs(shares["real"] - 60) <= 1 and abs(shares["swap"] - 138) <= 1
    _, per_video = np.unique(groups[rows][labels[rows] == "real"], return_counts=True)
    assert len(per_video) == 20 and per_video.min() >= 2 and per_video.max() <= 3


@pytest.mark.parametrize("rows", [3, 4, 17, 999, 1000])
def test_subsample_gives_exactly_the_rows_asked_for_and_every_class(rows: int) -> None:
    labels = np.repeat(["a", "b", "c"], [1, 9, 990])
    picked = subsample(labels, np.arange(1000).astype(str), rows, np.random.default_rng(0))
    assert len(set(picked.tolist())) == rows
    assert set(labels[picked]) == {"a", "b", "c"}


def test_fewer_videos_than_folds_give_fewer_folds_and_the_record_says_so() -> None:
    record = fit("lr", settings(), crops(0, videos=3), CLASSES, seed=0).classifier.record
    assert (record["folds"], record["folds_wanted"]) == (3, 4)


def test_attack_of_a_single_video_is_scored_by_a_classifier_that_never_saw_it() -> None:
    whole = crops(0)
    validation = whole.take(np.flatnonzero((whole.labels != "mouth") | (whole.groups == "mouth/0")))
    result = fit("lr", settings(), validation, CLASSES, seed=0)
    assert np.isfinite(result.out_of_fold).all()
    assert result.classifier.record["classes_in_one_group"] == ["mouth"]


def test_k_larger_than_the_crops_is_named() -> None:
    with pytest.raises(UserError, match=r"classifiers\.nn\.k: 14 is more than the 9 validation"):
        fit("nn", settings(nn={"k": 14}), crops(0, videos=4, frames=1), CLASSES, seed=0)


@pytest.mark.parametrize(
    ("keep", "classes", "message"),
    [
        (["real", "swap"], CLASSES, "class 'mouth' has no validation crop"),
        (["swap", "mouth"], ["swap", "mouth"], "class 'real' has no validation crop"),
        (["real"], ["real"], "real crops only"),
    ],
)
def test_missing_classes_are_named(keep: list[str], classes: list[str], message: str) -> None:
    whole = crops(0)
    with pytest.raises(UserError, match=message):
        part = whole.take(np.flatnonzero(np.isin(whole.labels, keep)))
        fit("lr", settings(), part, classes, seed=0)


def test_one_real_video_is_too_few() -> None:
    whole = crops(0)
    part = whole.take(np.flatnonzero(~whole.real | (whole.groups == "real/0")))
    with pytest.raises(UserError, match=r"all real validation videos .* are from one source"):
        fit("lr", settings(), part, CLASSES, seed=0)


def test_labels_and_embeddings_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="no class"):
        fit("lr", settings(), crops(0), ["real", "swap"], seed=0)
    with pytest.raises(ValueError, match="not finite"):
        Crops.of([[np.nan]], ["real"], ["v"])
    with pytest.raises(ValueError, match="N labels"):
        Crops.of([[1.0]], ["real", "swap"], ["v"])


@pytest.mark.parametrize("kind", KINDS)
def test_record_is_plain_json(kind: Kind) -> None:
    record = fit(kind, settings(), crops(0), CLASSES, seed=0).classifier.record
    assert json.loads(json.dumps(record)) == record


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("nn.k", 0, "a whole number from 1 on"),
        ("nn.k", 14.0, "a whole number from 1 on"),
        ("nn.k", True, "a whole number from 1 on"),
        ("nn.k", [], "the list to search is empty"),
        ("nn.k", [3, 5, 3], "names a value twice"),
        ("lr.C", [1, -0.5], "a number above 0"),
        ("svm.C", float("inf"), "a number above 0"),
        ("svm.C", "1", "a number above 0"),
    ],
)
def test_settings_that_are_not_allowed_are_named_in_one_line(
    key: str, value: object, reason: str
) -> None:
    content = settings().model_dump()
    kind, name = key.split(".")
    content[kind][name] = value
    with pytest.raises(UserError, match=rf"params\.yaml: classifiers\.{key}: .*{reason}"):
        validate(Classifiers, {"classifiers": content}, Path("params.yaml"))
