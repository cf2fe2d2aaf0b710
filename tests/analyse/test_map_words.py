"""What is said about the worth of evidence maps."""

import json
from dataclasses import replace

import pytest

import fake_analysis as fake
from deepfake_attribution.analyse import map_words, words
from deepfake_attribution.analyse.bundle.map_truth import Hits, MapTruth
from deepfake_attribution.analyse.files import json_line
from deepfake_attribution.analyse.pages.pages import video_page
from deepfake_attribution.analyse.results import VideoResult
from deepfake_attribution.evidence_maps.face_map import FaceMap


def maps(seen: tuple[int, int], others: tuple[int, int]) -> MapTruth:
    """Return the truth of maps above chance on the first of the second numbers of attacks."""
    hits = [
        Hits(attacks=total, judged=total, above=above, fakes=10 * total)
        for above, total in (seen, others)
    ]
    return MapTruth(trained_on=hits[0], others=hits[1], confidence=95.0)


def said(found: MapTruth | None) -> str:
    return map_words.truth(fake.record(maps=found))


def test_good_maps_have_their_counts_and_no_warning() -> None:
    assert said(maps((5, 6), (3, 5))) == (
        "On 110 simulated fakes, evidence maps of Attribution lie inside what was changed more "
        "than chance for 5 of 6 attacks trained on and 3 of 5 other attacks or databases; on real "
        "deepfakes it was not measured."
    )


@pytest.mark.parametrize(
    ("found", "warning"),
    [
        (maps((5, 6), (1, 5)), ", so on other attacks or databases they are mostly no better than"),
        (maps((5, 6), (0, 5)), ", so on other attacks or databases they are no better than chance"),
        (maps((3, 6), (1, 5)), ", so they are mostly no better than chance;"),
        (maps((0, 6), (0, 5)), ", so they are no better than chance;"),
        (maps((0, 6), (0, 0)), "0 of 6 attacks trained on, so they are no better than chance;"),
    ],
)
def test_poor_maps_are_called_so(found: MapTruth, warning: str) -> None:
    assert warning in said(found)


def test_what_was_not_measured_is_called_so() -> None:
    assert said(None) == (
        "Whether evidence maps of Attribution lie inside what was changed was not measured."
    )
    few = maps((0, 0), (0, 0))
    assert "too few fakes" in said(few)


def test_it_is_in_explanations_in_json_and_next_to_the_map() -> None:
    sentence = said(maps((0, 6), (0, 5)))
    assert sentence in words.rests_on(fake.record(maps=maps((0, 6), (0, 5))))
    result = with_map(sentence)
    assert json.loads(json_line(result))["frames"][0]["map"]["truth"] == sentence
    page = video_page(result, fake.bundle())
    assert page.index(sentence) > page.index("Where the face speaks for fake or real")


def with_map(truth: str) -> VideoResult:
    result = fake.result("a.mp4", 0.25)
    made = FaceMap(((-0.5, 0.25), (0.0, 0.01)), truth=truth)
    return replace(result, frames=(replace(result.frames[0], map=made), *result.frames[1:]))
