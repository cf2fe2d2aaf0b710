import os
import pickle

import numpy as np
import torch
from torch import Tensor

from deepfake_attribution.train.shared_batches import AHEAD, HELD, Places

SHAPE = (2, 3, 4, 4)


def sent(places: Places, worker: int, value: int, count: int = 2) -> tuple[Tensor, Tensor]:
    """Put a batch of ``value`` and take it out as the training process does."""
    place = places.take(worker)
    assert place is not None
    places.look(worker, place, count)[:] = value
    labels = torch.arange(count)
    return pickle.loads(pickle.dumps(places.sent(worker, place, labels)))


def test_batch_arrives_as_it_was_sent() -> None:
    places = Places(2, SHAPE)
    images, labels = sent(places, 1, 7)
    assert images.dtype == torch.uint8 and images.equal(torch.full(SHAPE, 7, dtype=torch.uint8))
    assert labels.tolist() == [0, 1]
    assert sent(places, 0, 9, 1)[0].shape == (1, *SHAPE[1:])


def test_place_is_free_when_nobody_sees_it_any_more() -> None:
    places = Places(1, SHAPE)
    batches = [sent(places, 0, value) for value in range(AHEAD + HELD)]
    assert places.take(0) is None
    view = batches[2][0][1:].float()  # a copy
    del batches[2]
    assert places.take(0) == 2 and places.take(0) is None and view.eq(2).all()
    part = batches.pop(0)[0][1, 2]  # a view
    assert places.take(0) is None and part.eq(0).all()
    del part
    assert places.take(0) == 0


def test_places_of_one_process_are_not_those_of_another() -> None:
    places = Places(2, SHAPE)
    first, second = sent(places, 0, 1)[0], sent(places, 1, 2)[0]
    assert first.eq(1).all() and second.eq(2).all()


def test_forked_process_writes_what_this_one_reads() -> None:
    places = Places(1, SHAPE)
    child = os.fork()
    if child == 0:
        places.look(0, places.take(0), 2)[:] = 5  # type: ignore[arg-type]
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    np.testing.assert_array_equal(places.look(0, 0, 2), np.full(SHAPE, 5))
    assert places.take(0) == 1


def test_batch_outlives_its_places() -> None:
    images, _ = sent(Places(1, SHAPE), 0, 3)
    assert images.eq(3).all()


def test_without_the_same_memory_there_is_no_place() -> None:
    assert pickle.loads(pickle.dumps(Places(2, SHAPE))).take(1) is None
