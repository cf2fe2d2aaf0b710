import numpy as np

from deepfake_attribution.faces.face import area, overlap


def test_overlap_of_half_shifted_square_is_a_third() -> None:
    boxes = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [2, 0, 4, 2], [9, 9, 9, 9]], dtype=float)
    np.testing.assert_allclose(overlap(boxes[0], boxes), [1, 1 / 3, 0, 0])


def test_overlap_of_two_empty_boxes_is_zero() -> None:
    empty = np.zeros(4)
    assert overlap(empty, empty) == 0


def test_area_of_an_inverted_box_is_zero() -> None:
    np.testing.assert_array_equal(area(np.array([[0, 0, 3, 2], [3, 3, 1, 5.0]])), [6, 0])
