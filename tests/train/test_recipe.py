"""A head's own values of section ``train``."""

from dataclasses import replace

import pytest

from recipes import LOSSES, OWN, TRAIN, recipe

OTHER = {"sampling": "paired", "epochs": 10, "batch_size": 64, "learning_rate": 1e-4}


@pytest.mark.parametrize("head", LOSSES)
@pytest.mark.parametrize("key", OTHER)
def test_own_value_overrides_train_s_and_null_is_train_s(head: str, key: str) -> None:
    plain = recipe(head)
    assert plain.train == TRAIN and plain.setting(key) == f"train.{key}"
    own = replace(plain, loss=plain.loss.model_copy(update={key: OTHER[key]}))
    assert own.train == TRAIN.model_copy(update={key: OTHER[key]})
    section = "loss" if head == "arcface" else head
    assert own.setting(key) == f"{section}.{key}"
    assert [own.setting(one) for one in OTHER if one != key] == [
        f"train.{one}" for one in OTHER if one != key
    ]


def test_every_own_value_is_tried_here() -> None:
    assert OTHER.keys() == OWN.keys()
