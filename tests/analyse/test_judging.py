import dataclasses

import cv2
import numpy as np
import pytest

from deepfake_attribution.analyse.judging import frame_scores, judge
from deepfake_attribution.analyse.results import OK, TOO_FEW_FACES, PersonResult
from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.core import images
from small_bundle import CLASSES, SIZE, Colours, bundle

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90)


def crop(colour: tuple[int, int, int], size: int = SIZE) -> bytes:
    return images.encode(np.full((size, size, 3), colour, np.uint8), "png", 0)


def said(
    colours: list[tuple[int, int, int]], people: list[int], **more: object
) -> list[PersonResult]:
    one = more.pop("of", None) or bundle()
    scores = frame_scores([crop(colour) for colour in colours], people, one)
    return judge(scores, one, Surroundings(one, 2), int(more.pop("least", 1)))


def softmax(values: list[float]) -> list[float]:
    powers = np.exp(values)
    return list(powers / powers.sum())


def test_scores_are_means_over_the_frames_of_a_person() -> None:
    (one,) = said([RED, GREEN], [0, 0])
    red, green = softmax([8, 0, 0]), softmax([0, 8, 0])
    assert one.score == pytest.approx((red[0] + green[0]) / 2)
    assert one.p_real == one.score
    assert one.probabilities == pytest.approx(
        dict(zip(CLASSES, np.mean([red, green], axis=0), strict=True))
    )
    assert one.faces == 2


def test_what_is_above_the_threshold_is_real_and_names_no_attack() -> None:
    (one,) = said([RED, RED], [0, 0])
    assert (one.verdict, one.attack, one.predicted) == ("real", None, "real")
    (other,) = said([BLUE, BLUE], [0, 0])
    assert (other.verdict, other.attack, other.predicted) == ("fake", "swap", "swap")


def test_a_score_on_the_threshold_is_fake() -> None:
    (one,) = said([GREY], [0])  # all classes alike: 1/3
    (same,) = said([GREY], [0], of=bundle(threshold=one.score))
    assert same.verdict == "fake"


def test_the_attack_of_a_fake_is_an_attack_even_where_real_is_the_likeliest_class() -> None:
    (one,) = said([RED, RED, BLUE], [0, 0, 0], of=bundle(threshold=0.9))
    assert (one.verdict, one.predicted, one.attack) == ("fake", "real", "swap")


def test_with_too_few_faces_there_is_a_score_and_no_verdict() -> None:
    (one,) = said([BLUE, BLUE], [0, 0], least=3)
    assert (one.status, one.verdict, one.attack) == (TOO_FEW_FACES, None, None)
    assert one.score is not None
    assert "2 frames" in one.reason and "3" in one.reason


def test_too_few_faces_say_why_frames_have_none() -> None:
    one = bundle()
    scores = frame_scores([crop(BLUE), crop(BLUE), crop(RED)], [0, 0, 1], one)
    lost = {0: ["2.jpg is not an image", "no face was found", "no face was found"]}
    first, second = judge(scores, one, Surroundings(one, 2), 3, lost=lost)
    assert first.reason == first.no_evidence
    assert first.reason == (
        "a face in 2 frames, a verdict needs 3; 2.jpg is not an image (1 frame); no face was found "
        "(2 frames)"
    )
    assert second.reason == "a face in 1 frame, a verdict needs 3"
    (enough, _) = judge(scores, one, Surroundings(one, 2), 2, lost=lost)
    assert enough.status == OK and "not an image" not in enough.reason


def test_each_person_is_judged_apart() -> None:
    first, second = said([RED, BLUE, RED, BLUE], [0, 2, 0, 2])
    assert (first.person, first.verdict) == (0, "real")
    assert (second.person, second.verdict, second.faces) == (2, "fake", 2)


def test_the_interval_holds_the_score_and_one_frame_has_none() -> None:
    (one,) = said([RED, RED, BLUE, BLUE, RED], [0] * 5)
    assert one.interval is not None
    assert 0 <= one.interval[0] < one.score < one.interval[1] <= 1
    assert said([RED], [0])[0].interval is None
    (same,) = said([RED, RED], [0, 0])
    assert same.interval == (same.score, same.score)


def test_binary_names_no_class() -> None:
    (one,) = said([BLUE, BLUE], [0, 0], of=bundle("binary"))
    assert (one.verdict, one.attack, one.predicted) == ("fake", None, None)
    assert one.probabilities == {}


def test_a_network_that_gives_no_number_gives_no_verdict() -> None:
    class Astray(Colours):
        def run(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            features, outputs = super().run(images)
            return features, outputs * np.float32(np.nan)

    (one,) = said([RED], [0], of=dataclasses.replace(bundle(), network=Astray()))
    assert one.status != OK
    assert one.verdict is None and one.score is None


def test_crops_of_another_size_are_scaled_as_the_pipeline_scales_them() -> None:
    fine = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    one = bundle()
    score = frame_scores([images.encode(fine, "png", 0)], [0], one)["score"][0]
    small = cv2.resize(fine, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    assert score == frame_scores([images.encode(small, "png", 0)], [0], one)["score"][0]


def test_self_blended_faces_are_a_class_and_no_attack() -> None:
    classes = ["real", "melt", "self_blended"]
    one = bundle(classes=classes)
    one = dataclasses.replace(
        one, description=dataclasses.replace(one.description, classes=classes)
    )
    assert one.record.attacks == ["melt"]
    (blue,) = said([BLUE, BLUE], [0, 0], of=one)
    assert (blue.predicted, blue.attack) == ("self_blended", "melt")
