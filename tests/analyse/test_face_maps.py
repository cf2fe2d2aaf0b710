"""Evidence maps of analysed faces: in the result, in its JSON, and on the page."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd

import fake_analysis as fake
import small_bundle
from deepfake_attribution.analyse import face_maps
from deepfake_attribution.analyse.files import json_line, restored
from deepfake_attribution.analyse.pages import face_maps as drawn
from deepfake_attribution.analyse.pages.pages import video_page
from deepfake_attribution.analyse.results import PersonResult, VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.evidence_maps.face_map import CELLS, FaceMap

RED, GREEN = (200, 40, 40), (40, 200, 40)


def rows(*colours: tuple[int, int, int]) -> list[dict]:
    """Crops of the main person, one per colour, with a spot of the other colour at the mouth."""
    found = []
    for slot, colour in enumerate(colours):
        picture = np.full((40, 40, 3), colour, np.uint8)
        picture[26:30, 18:22] = GREEN if colour == RED else RED
        found.append(
            {"person": 0, "slot": slot, "content": images.encode(picture, "png", 0)}
            | {"landmarks": [14, 16, 26, 16, 20, 22, 20, 28, 4, 18, 36, 18]}
            | {"region": [0, 0, 40], "turn": 0}
        )
    return found


def test_most_telling_frame_of_a_person_has_a_map() -> None:
    scores = pd.DataFrame({"score": [0.9, 0.1, 0.5]})
    bundle = small_bundle.bundle()
    # the lowest score of one below the threshold, whatever the verdict; the highest of one above
    for verdict, score, slot in (("fake", 0.4, 1), ("real", 0.6, 0), (None, 0.4, 1)):
        person = PersonResult(0, "ok", "", verdict, score=score)
        found = face_maps.of_people(rows(RED, GREEN, RED), scores, [person], bundle)
        assert list(found) == [(0, slot)] and len(found[0, slot].cells) == CELLS
        assert "was not measured" in found[0, slot].truth
    lost = PersonResult(0, "no_score", "no number")
    assert face_maps.of_people(rows(RED), scores.iloc[:1], [lost], bundle) == {}


def with_map(made: FaceMap) -> VideoResult:
    result = fake.result("a.mp4", 0.25)
    first = replace(result.frames[0], map=made)
    return replace(result, frames=(first, *result.frames[1:]))


MADE = FaceMap(
    ((-0.5, 0.25), (0.0, 0.01)), {"mouth": {"area": 0.1, "fake": 0.8, "real": 0.0}}, "The mouth."
)


def test_map_is_in_the_json_and_comes_back() -> None:
    result = with_map(MADE)
    plain = json.loads(json_line(result))
    assert plain["frames"][0]["map"]["regions"]["mouth"]["fake"] == 0.8
    assert plain["frames"][1]["map"] is None
    assert restored(plain).frames[0].map == MADE
    for frame in plain["frames"]:
        del frame["map"]  # an older version's
    assert restored(plain).frames[0].map is None


def test_squares_are_coloured_by_side_and_strength() -> None:
    assert drawn.squares(MADE) == [
        {"x": 0, "y": 0, "side": "fake", "opacity": 0.75},
        {"x": 1, "y": 0, "side": "real", "opacity": 0.38},
    ]
    assert drawn.squares(FaceMap(((0.01, -0.01),))) == []


def test_page_shows_the_face_with_its_map_and_the_sentence() -> None:
    page = video_page(with_map(MADE), fake.bundle())
    assert "Where the face speaks for fake or real" in page
    assert "The mouth." in page and '<rect class="fake" x="0" y="0"' in page
    assert "Where the face speaks" not in video_page(fake.result("a.mp4", 0.25), fake.bundle())
