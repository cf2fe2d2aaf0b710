"""Clips become crops; what cannot be used is listed with its reason."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest

import small_bundle
from deepfake_attribution.analyse import inputs
from deepfake_attribution.analyse.results import Frame, PersonResult, VideoResult
from deepfake_attribution.core import images
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.enrol.reading import Clips, read

CROP = images.encode(np.full((20, 20, 3), (10, 200, 90), np.uint8), "png", 0)


class Reader:
    """Finds a face in two frames of every file but those with `nobody` in their name."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def each(self, paths: Iterable[str]) -> Iterator[VideoResult]:
        for path in paths:
            lost = "nobody" in path
            person = PersonResult(1, "no_face", "no face was found") if lost else FOUND
            frames = () if lost else (frame(0, 1), frame(1, 1), frame(0, 0))
            yield VideoResult(path, "Attribution", 0.5, "probability", person, frames=frames)


FOUND = PersonResult(1, "ok", "", verdict="fake", score=0.1)


def frame(slot: int, person: int) -> Frame:
    return Frame(slot, slot, 0.0, person, "ok", "", crop=CROP)


def write(name: str, content: bytes = b"") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(b"\0" + (content or name.encode()))
    return name


def clips(*paths: str, head: str = "attribution", **changes: Any) -> Clips:
    found = inputs.find(paths)
    return read("bend", found, small_bundle.bundle(head, **changes), Reader)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_crops_of_the_person_that_decides() -> None:
    got = clips(write("a.mp4"), write("b.mp4"))
    assert got.rows[["video", "slot", "person"]].to_numpy().tolist() == [
        ["enrolled/bend/a.mp4", 0, 0],
        ["enrolled/bend/a.mp4", 1, 0],
        ["enrolled/bend/b.mp4", 0, 0],
        ["enrolled/bend/b.mp4", 1, 0],
    ]
    assert set(got.rows["attack"]) == {"bend"} and set(got.rows["split"]) == {"val"}
    assert got.rows["source"].tolist() == got.rows["video"].tolist()
    np.testing.assert_allclose(got.rows["embedding"].iloc[0], np.array([10, 200, 90]) / 255, 1e-5)
    assert len(got.rows["shares"].iloc[0]) == 3
    assert [one.name for one in got.files] == ["a.mp4", "b.mp4"] and not got.lost


def test_binary_has_two_probabilities() -> None:
    got = clips(write("a.mp4"), write("b.mp4"), head="binary")
    assert np.stack(got.rows["shares"].to_list()).sum(axis=1) == pytest.approx(1)
    assert len(got.rows["shares"].iloc[0]) == 2


def test_what_is_not_used_is_listed_and_the_rest_goes_on() -> None:
    same = write("again/a.mp4", b"a.mp4")
    got = clips(write("a.mp4"), "gone.mp4", write("nobody.mp4"), same, write("b.mp4"), "a.mp4")
    assert got.lost == [
        "gone.mp4: no such file",
        "again/a.mp4: the same content as a.mp4",
        "nobody.mp4: no face was found",
    ]
    assert [one.name for one in got.files] == ["a.mp4", "b.mp4"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "no clip can be used, but 2 are needed"),
        (("a.mp4",), "1 clip can be used, but 2 are needed: give more"),
        (("a.mp4", "nobody.mp4"), "(not used: nobody.mp4: no face was found)"),
        (("nobody1.mp4", "nobody2.mp4"), "no clip can be used"),
    ],
)
def test_too_few_clips_are_one_line(names: tuple[str, ...], told: str) -> None:
    with pytest.raises(UserError) as caught:
        clips(*map(write, names))
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_same_name_in_two_folders_gives_two_keys() -> None:
    got = clips(write("x/a.mp4"), write("y/a.mp4"), write("z/a.mp4"))
    assert list(dict.fromkeys(got.rows["video"])) == [
        "enrolled/bend/a.mp4",
        "enrolled/bend/a.mp4 (2)",
        "enrolled/bend/a.mp4 (3)",
    ]


def test_reals_join_under_keys_of_their_own() -> None:
    found = inputs.find([write("b.mp4"), write("c.mp4")])
    reals = inputs.find([write("a.mp4", b"1"), write("r/a.mp4", b"2")])
    got = read("bend", found, small_bundle.bundle(), Reader, reals)  # type: ignore[arg-type]
    keys = got.rows[["video", "attack"]].drop_duplicates().to_numpy().tolist()
    assert keys == [
        ["enrolled/bend/b.mp4", "bend"],
        ["enrolled/bend/c.mp4", "bend"],
        ["enrolled/bend/reals/a.mp4", "real"],
        ["enrolled/bend/reals/a.mp4 (2)", "real"],
    ]
    assert [one.name for one in got.reals] == ["a.mp4", "a.mp4"]


def test_one_real_is_too_few() -> None:
    found, reals = inputs.find([write("b.mp4"), write("c.mp4")]), inputs.find([write("a.mp4")])
    with pytest.raises(UserError, match="real: 1 clip can be used, but 2 are needed"):
        read("bend", found, small_bundle.bundle(), Reader, reals)  # type: ignore[arg-type]


def test_list_says_which_clips_are_of_one_source() -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        write(name)
    Path("list.csv").write_text("path,source\na.mp4,ann\nb.mp4,ann\nc.mp4,\n")
    got = clips("list.csv")
    assert list(dict.fromkeys(got.rows["source"])) == ["ann", "enrolled/bend/c.mp4"]


def test_clip_of_another_enrolled_attack_is_refused() -> None:
    known = clips(write("a.mp4"), write("b.mp4")).files
    entry = {"name": "warp", "clips": [*known], "crops": 4, "sources": 2}
    entry |= {"recognised": {}, "before": {}, "after": {}, "notes": []}
    gallery = {"fpr": 0.1, "known_share": 0.95}
    with pytest.raises(UserError, match=r"a\.mp4: was enrolled as warp"):
        clips("a.mp4", write("c.mp4"), gallery=gallery, enrolled=[entry])
