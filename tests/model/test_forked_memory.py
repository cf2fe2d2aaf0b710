import os
import pickle

import numpy as np

from deepfake_attribution.core.forked_memory import zeros


def test_what_a_forked_process_writes_is_seen() -> None:
    numbers = zeros([3, 2], np.int64)
    assert numbers.dtype == np.int64 and not numbers.any()
    child = os.fork()
    if child == 0:
        numbers[1] = 2**40, -1
        os._exit(0)
    os.waitpid(child, 0)
    assert numbers.tolist() == [[0, 0], [2**40, -1], [0, 0]]


def test_pickled_it_is_a_copy() -> None:
    numbers = zeros([2], np.uint8)
    pickle.loads(pickle.dumps(numbers))[0] = 1
    assert not numbers.any()


def test_nothing_is_as_good_as_anything() -> None:
    assert zeros([0], np.int64).shape == (0,)
