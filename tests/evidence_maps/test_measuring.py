"""Samples under a fake head: its two approaches look at the fine detail of one place."""

from dataclasses import replace

import numpy as np

from deepfake_attribution.evidence_maps import measuring, regions
from deepfake_attribution.evidence_maps.approaches import OfHead
from deepfake_attribution.evidence_maps.samples import Sample
from deepfake_attribution.evidence_maps.stage import with_sources

SIZE = 48
LANDMARKS = [17, 19, 31, 19, 24, 26, 24, 34, 5, 22, 43, 22]  # in the crop
MASK = np.zeros((SIZE, SIZE), bool)
MASK[6:18, 28:42] = True


def score(images: np.ndarray) -> np.ndarray:
    """The first approach calls detail in the mask fake; the second sees nothing."""
    seen = images[:, 0, 6:18, 28:42].astype(np.float64).std(axis=(1, 2)) / 100
    return np.stack([1 - seen, np.full(len(images), 0.5)])


HEAD = OfHead(["Sees", "Blind"], SIZE, score)  # type: ignore[arg-type]
CROP = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
FAKE = Sample(
    "d", "d/swap/1", "swap", "s", "g", 2, CROP, {"swap": MASK}, LANDMARKS, (0, 0, SIZE), 0
)
REAL = replace(FAKE, video="d/real/1", attack="real", masks={"swap": MASK, "morph": ~MASK})


def test_map_of_a_network_that_looks_at_the_mask_hits_it() -> None:
    sees, blind = measuring.measure(HEAD, [FAKE])
    row = sees.row
    assert (row["approach"], row["attack"], row["slot"]) == ("Sees", "swap", 2)
    assert row["chance"] == MASK.mean() and row["inside"] > 3 * row["chance"]
    assert row["deletion"] > row["deletion_random"]
    assert row["insertion"] < row["insertion_random"]
    shares = [row[f"{regions.FAKE_SHARE}{name}"] for name in regions.REGIONS]
    assert abs(sum(shares) - 1) < 1e-9 and row["reason"] == ""
    assert np.isnan(blind.row["inside"]) and blind.row["strongest"] == 0


def test_source_is_measured_inside_the_masks_of_its_fakes() -> None:
    rows = with_sources(measuring.measure(HEAD, [FAKE, REAL]))
    sees, _, real, _ = rows
    assert sees["source_inside"] == sees["inside"]  # it is the same crop here
    assert "inside" not in real and real["source_inside"] is None


def test_rows_without_a_map_have_their_reason() -> None:
    lost = Sample("d", "d/swap/2", "swap", "s", "g", reason="no face was found")
    no_points = replace(FAKE, landmarks=[float("nan")] * 12)
    found = measuring.measure(HEAD, [lost, no_points])
    assert [one.row["reason"] for one in found[:2]] == ["no face was found"] * 2
    assert found[0].values is None and "inside" not in found[0].row
    assert found[2].row["reason"] == measuring.NO_POINTS and found[2].row["inside"] > 0
    closed = measuring.measure(replace(HEAD, score=None), [FAKE])
    assert {one.row["reason"] for one in closed} == {measuring.NO_NETWORK}


def test_same_samples_give_the_same_rows() -> None:
    one, other = (measuring.measure(HEAD, [FAKE])[0] for _ in "ab")
    assert one.row == other.row and one.values.tobytes() == other.values.tobytes()


def test_grad_cam_has_rows_after_those_of_occlusion_and_changes_none() -> None:
    at_mask = np.where(MASK, -1.0, 0.0)
    both = replace(HEAD, grad_cams={"Blind": lambda image: at_mask})
    found, alone = (with_sources(measuring.measure(head, [FAKE, REAL])) for head in (both, HEAD))
    methods = [(row["approach"], row["method"], row["attack"]) for row in found]
    first = [("Sees", "occlusion", "swap"), ("Blind", "occlusion", "swap")]
    assert methods[:3] == [*first, ("Blind", "grad_cam", "swap")] and len(found) == 6
    assert repr([row for row in found if row["method"] == "occlusion"]) == repr(alone)
    cam = found[2]
    assert cam["inside"] == 1 and cam["source_inside"] == 1 and cam["score"] == 0.5
    assert cam["deletion"] == cam["deletion_random"]  # the approach sees nothing
    lost = Sample("d", "d/swap/2", "swap", "s", "g", reason="no face was found")
    assert [one.row["method"] for one in measuring.measure(both, [lost])] == [
        *("occlusion", "occlusion", "grad_cam")
    ]
