import numpy as np
import pytest

from deepfake_attribution.frames.frame_choice import middles


@pytest.mark.parametrize(
    ("length", "count", "numbers"),
    [
        (10, 5, [1, 3, 5, 7, 9]),
        (7, 3, [1, 3, 5]),
        (100, 1, [50]),
        (3, 3, [0, 1, 2]),
        (2, 15, [0, 1]),
        (1, 1, [0]),
        (0, 4, []),
        (16, 15, [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15]),
    ],
)
def test_middles_by_hand(length: int, count: int, numbers: list[int]) -> None:
    assert middles(length, count) == numbers


def test_middles_are_different_and_evenly_spaced() -> None:
    for length in (15, 16, 17, 29, 30, 31, 299, 300, 1001):
        for count in (1, 2, 3, 14, 15):
            numbers = middles(length, count)
            assert len(numbers) == count and 0 <= numbers[0] and numbers[-1] < length
            steps = np.diff(numbers)
            assert not len(steps) or (steps.min() >= 1 and steps.max() - steps.min() <= 1)
            # as much is left out before the first as after the last
            assert abs(numbers[0] - (length - 1 - numbers[-1])) <= 1
