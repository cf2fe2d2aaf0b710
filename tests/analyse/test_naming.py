"""The verdict by one approach, the attack by another."""

import csv
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import small_bundle
from deepfake_attribution.analyse import approach_words, words
from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.bundle.loaded import Bundle, Namer
from deepfake_attribution.analyse.bundle.record import Attributing
from deepfake_attribution.analyse.files import csv_text, json_line, restored
from deepfake_attribution.analyse.judging import Named, frame_scores, judge
from deepfake_attribution.analyse.naming import Naming
from deepfake_attribution.analyse.pages.pages import Pages, Row
from deepfake_attribution.analyse.results import PersonResult, VideoResult
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.analyse.table import reasons
from deepfake_attribution.core import images

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
ABOUT: dict[str, Any] = {"approach": "Attribution", "head": "attribution", "classifier": None}


class Colours(small_bundle.Colours):
    """Says real for what is red, by one logit."""

    def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means, _ = super().run(images)
        return means, 8 * means[:, :1] - 4


def bundle(far: float | None = None) -> Bundle:
    """Return a bundle whose verdict is Binary's, and whose attacks are named by Attribution."""
    about = Attributing(**ABOUT, right=62.5, n_fake=8, far=far)
    one = small_bundle.bundle("binary", attributing=about, classes=small_bundle.CLASSES)
    other = small_bundle.bundle()
    namer = Namer(other.description, other.network, None, other.known)
    return replace(one, network=Colours(), namer=namer)


def people(model: Bundle, *colours: tuple[int, int, int]) -> list[PersonResult]:
    crops = [images.encode(np.full((16, 16, 3), one, np.uint8), "png", 0) for one in colours]
    numbers = [0] * len(crops)
    scores, naming = frame_scores(crops, numbers, model), Naming(model)
    classes = naming.people(naming.frames(crops, numbers, scores))
    return judge(scores, model, Surroundings(model, 2), 1, classes)


def test_the_verdict_is_of_one_approach_and_the_attack_of_another() -> None:
    (blue,) = people(bundle(), BLUE, BLUE)
    assert (blue.verdict, blue.attack, blue.predicted) == ("fake", "swap", "swap")
    assert blue.score == pytest.approx(1 / (1 + np.exp(4)))  # Binary's
    assert list(blue.probabilities) == small_bundle.CLASSES
    (red,) = people(bundle(), RED, RED)
    assert (red.verdict, red.attack, red.no_attack) == ("real", None, "")


def test_what_is_too_far_for_the_naming_approach_gets_no_name() -> None:
    (green,) = people(bundle(far=1.0), GREEN, GREEN)  # no known validation crop is green
    assert (green.verdict, green.attack) == ("fake", None)
    assert green.no_attack == "for Attribution it is too far from known videos"
    (blue,) = people(bundle(far=1.0), BLUE, BLUE)
    assert blue.attack == "swap" and blue.no_attack == ""
    result = VideoResult("a.mp4", "Binary", 0.5, "probability", green, attack_by="Attribution")
    assert reasons([result]) == [f"a.mp4: no attack named: {green.no_attack}"]
    assert f"No attack is named: {green.no_attack}." in words.verdict(green, bundle().record)
    assert restored(result.plain()) == result
    assert '"attack_by": "Attribution"' in json_line(result)
    (row,) = csv.DictReader(csv_text([(result, {})], small_bundle.CLASSES, []).splitlines())
    assert (row["no_attack"], row["attack_by"]) == (green.no_attack, "Attribution")


def test_a_classifier_on_the_same_head_shares_the_network() -> None:
    class Blue:
        classes = small_bundle.CLASSES

        def score(self, vectors: np.ndarray) -> np.ndarray:
            return np.zeros(len(vectors))

        def predict(self, vectors: np.ndarray) -> np.ndarray:
            return np.where(vectors[:, 2] > 0.5, "swap", "real")

        def probabilities(self, vectors: np.ndarray) -> None:
            return None

    model = bundle()
    fitted: Any = Blue()
    namer = Namer(model.description, model.network, fitted, model.known)
    blue, red = (people(replace(model, namer=namer), one)[0] for one in (BLUE, GREEN))
    assert blue.attack == "swap" and blue.probabilities == {}
    assert (red.verdict, red.attack) == ("fake", None)  # it calls no crop an attack
    assert red.no_attack == "Attribution names none"


def test_an_enrolled_attack_is_named_by_the_approach_that_learnt_it() -> None:
    model = bundle()
    joined = {"enrolled": [SimpleNamespace(name="new")]}
    learnt = replace(model, record=model.record.model_copy(update=joined))
    frames = pd.DataFrame({"person": [0], "score": [0.1], "predicted": [None]})
    frames = frames.assign(p_real=0.1, p_swap=0.2, p_new=0.7, embedding=[np.zeros(3)])
    other = {0: Named({"real": 0.3, "swap": 0.7}, "swap", "swap")}
    around = Surroundings(model, 2)
    (one,) = judge(frames, learnt, around, 1, other)
    assert (one.verdict, one.attack) == ("fake", "new")
    (one,) = judge(frames.assign(p_swap=0.7, p_new=0.2), learnt, around, 1, other)
    assert one.attack == "swap"
    (one,) = judge(frames, model, around, 1, other)  # nothing is enrolled
    assert one.attack == "swap"


def test_words_name_both_approaches_and_the_choice() -> None:
    record = bundle(far=2.0).record
    assert approach_words.rests_in_short(record, "chosen so").startswith(
        "Verdict by Binary (validation HTER 12.5 %), attack by Attribution (right for 62.5 % of 8 "
        "validation fakes); chosen so, training seed 1. No likelihood ratio: "
    )
    (line,) = approach_words.names(record)
    assert "names none where the video is too far" in line and line in words.rests_on(record)
    (fake,) = people(bundle(), BLUE)
    assert "of the attacks that Attribution knows: swap (" in words.verdict(fake, record)
    doubted = words.verdict(replace(fake, predicted="real"), record)
    assert doubted.endswith("). Attribution itself takes it for real.")
    alone = record.model_copy(update={"attributing": None})
    assert approach_words.in_few_words(alone) == "Verdict by Binary, which names no attack"
    assert approach_words.names(alone) == ["Binary tells real from fake and names no attack."]
    same = small_bundle.record(attributing=Attributing(**ABOUT, right=75.0, n_fake=8, far=None))
    assert same.of_namer is None
    assert approach_words.chosen(same, "x").startswith(
        "Verdict and attack by Attribution (validation HTER 12.5 %, attack right for 75.0 % of 8 "
    )


def test_an_analysis_holds_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model = bundle()
    crop = images.encode(np.full((16, 16, 3), BLUE, np.uint8), "png", 0)
    row: dict[str, Any] = {"slot": 0, "frame": 0, "time_s": 0.0, "person": 0, "status": "ok"}
    row |= {"reason": "", "turn": 0, "box": None, "content": crop, "note": ""}
    row |= {"landmarks": [5, 6, 11, 6, 8, 9, 8, 12, 2, 7, 14, 7], "region": [0, 0, 16]}
    row |= {"picture": None, "size": None}
    monkeypatch.setattr(
        "deepfake_attribution.analyse.analyser.watch",
        lambda *_: [row | {"slot": slot} for slot in range(4)],
    )
    monkeypatch.setattr("deepfake_attribution.analyse.analyser.facts", lambda *_: None)
    with Analyser(model) as judge_of:
        result = judge_of.analyse(tmp_path / "a.mp4")
    assert (result.approach, result.attack_by) == ("Binary", "Attribution")
    assert (result.verdict, result.video.attack) == ("fake", "swap")
    assert {frame.predicted for frame in result.frames} == {"swap"}


def test_pages_name_both_and_say_why_there_is_no_name() -> None:
    model = bundle(far=1.0)
    (green,) = people(model, GREEN, GREEN)
    result = VideoResult("a.mp4", "Binary", 0.5, "probability", green, (green,))
    pages = Pages(model)
    page, listed = pages.video(result), pages.listing([Row(result, green)], [], [])
    assert green.no_attack in listed and f"none <small>{green.no_attack}</small>" in page
    assert "Verdict, distances and map by Binary, attack and classes by Attribution" in page
    assert "by Attribution; the verdict is that of Binary" in page
    (blue,) = people(model, BLUE, BLUE)
    page = pages.video(replace(result, video=blue, people=(blue,)))
    assert ", by Attribution</small>" in page
