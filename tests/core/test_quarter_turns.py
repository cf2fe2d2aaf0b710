import numpy as np
import pytest

from deepfake_attribution.core.quarter_turns import place_before, place_in_turned, turned


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_place_of_every_pixel_is_where_numpy_puts_it(turns: int) -> None:
    height, width = 3, 5
    picture = np.arange(height * width, dtype=np.uint8).reshape(height, width, 1)
    after = turned(picture, turns)
    assert after.flags.c_contiguous
    for y in range(height):
        for x in range(width):
            middle = np.array([x + 0.5, y + 0.5])
            there = place_in_turned(middle, turns, width, height)
            column, row = np.floor(there).astype(int)
            assert after[row, column] == picture[y, x]
            np.testing.assert_array_equal(place_before(there, turns, width, height), middle)
