import numpy as np

from deepfake_attribution.figures import neighbours


def plain(vectors: np.ndarray, videos: np.ndarray, count: int) -> np.ndarray:
    """The same, point by point."""
    found = np.full((len(vectors), count), neighbours.NOBODY)
    for row in range(len(vectors)):
        away = np.linalg.norm(vectors - vectors[row], axis=1)
        seen: list[str] = [videos[row]]
        for other in np.argsort(away, kind="stable"):
            if videos[other] not in seen and len(seen) <= count:
                found[row, len(seen) - 1] = other
                seen.append(videos[other])
    return found


def test_same_as_point_by_point(monkeypatch) -> None:
    monkeypatch.setattr(neighbours, "ROWS", 7)
    random = np.random.default_rng(1)
    videos = np.array([f"v{n}" for n in random.integers(0, 9, 60)], dtype=object)
    vectors = random.standard_normal((60, 6))
    assert (neighbours.nearest(vectors, videos, 5) == plain(vectors, videos, 5)).all()


def test_frames_of_the_same_video_are_no_neighbours() -> None:
    vectors = np.array([[0.0], [0.1], [5.0], [7.0]])
    videos = np.array(["a", "a", "b", "b"], dtype=object)
    assert neighbours.nearest(vectors, videos, 2).tolist() == [[2, -1], [2, -1], [1, -1], [1, -1]]


def test_one_video_alone_has_none() -> None:
    videos = np.array(["a"] * 3, dtype=object)
    assert (neighbours.nearest(np.eye(3), videos, 2) == neighbours.NOBODY).all()
