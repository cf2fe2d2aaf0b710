import dataclasses

import numpy as np
import pytest

from deepfake_attribution.analyse.surroundings import Surroundings
from deepfake_attribution.evaluate.open_set.distances import Known
from small_bundle import bundle, known

VALIDATION = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 0, 1]], np.float32)


def at(*embeddings: list[float], neighbours: int = 5, **changes: object):
    one = dataclasses.replace(bundle(), **changes)
    return Surroundings(one, neighbours).of(np.array(embeddings, np.float32))


def test_the_distance_is_that_of_the_open_set_score() -> None:
    asked = np.array([[0.5, 0.5, 0], [0, 1, 0]], np.float32)
    expected = Known.of(VALIDATION, angular=False).distances(asked, 1).mean()
    assert at(*asked.tolist()).distance == pytest.approx(expected)


def test_unlike_is_the_share_of_known_videos_that_are_less_far() -> None:
    here = at([0.99, 0.01, 0])
    assert here.distance < 1 and here.unlike == 0
    far = at([0, 9, 0])
    assert far.distance > 4 and far.unlike == 1
    between = at([0.99, 0.01, 0], distances=np.array([here.distance / 2, 9]))
    assert between.unlike == 0.5
    assert at([1, 0, 0], distances=np.empty(0)).unlike is None


def test_neighbours_are_the_nearest_videos_each_once_by_its_nearest_crop() -> None:
    found = at([0.9, 0.1, 0], [0, 0, 1], neighbours=3).neighbours
    assert [one.video for one in found[:2]] == ["v/real", "v/swap"]
    assert [one.distance for one in found[:2]] == pytest.approx([0, 0], abs=1e-3)
    assert len({one.video for one in found}) == 3
    assert found[2].distance > 0
    assert found[0].attack == "real"


def test_neighbours_are_told_in_degrees_where_angles_count() -> None:
    description = dataclasses.replace(bundle().description, output="embedding")
    around = Surroundings(dataclasses.replace(bundle(), description=description), 5)
    found = around.of(np.array([[0, 3, 0]], np.float32))
    assert around.unit == "degrees"
    assert (found.neighbours[0].video, found.neighbours[0].distance) == ("t/melt", 0)
    by_name = {one.video: one.distance for one in found.neighbours}
    assert by_name["v/swap"] == pytest.approx(90, abs=1e-2)
    assert found.distance == pytest.approx(np.degrees(np.arctan2(0.9, 0.1)), abs=1e-2)


def test_the_place_is_among_the_nearest_crops_on_the_map() -> None:
    table = known()
    only = table[(table["split"] == "val") | (table["video"] == "t/melt")]
    assert at([1, 0, 0], known=only).place == (5, 5)
    assert at([1, 0, 0]).place == (5, 1)  # the middle of all three
    assert at([1, 0, 0], known=table[table["split"] == "val"]).place is None


def test_where_nothing_is_known_nothing_is_said() -> None:
    nothing = at([1, 0, 0], known=known().iloc[:0])
    assert (nothing.distance, nothing.unlike, nothing.neighbours, nothing.place) == (
        None,
        None,
        (),
        None,
    )
