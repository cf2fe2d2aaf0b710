import pandas as pd
import pytest

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import SCHEMA, check, key


def videos(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["video", "path", "split"])


def test_key_names_dataset_attack_compression_and_name() -> None:
    assert key("ff", "Deepfakes", "c23", "000_003") == "ff/Deepfakes/c23/000_003"
    assert key("ff", "real", "", "a/b") == "ff/real/-/a/b"
    # the same folder name under four methods stays four videos
    assert len({key("ff", attack, "c23", "000_003") for attack in "abcd"}) == 4


def test_sound_catalog_passes() -> None:
    check(videos(("k1", "a", "train"), ("k2", "b", "test")), "here")
    assert SCHEMA.names[0] == "video" and len(set(SCHEMA.names)) == 9


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "here: no video is listed"),
        (
            [("k1", "a", "train"), ("k2", "a", "test")],
            "here: rows 0 and 1: 'a' is in two splits (train, test): keep one",
        ),
        (
            [("k0", "b", "val"), ("k1", "a", "val"), ("k2", "a", "val")],
            "here: rows 1 and 2: 'a' is listed 2 times: keep one row",
        ),
        (
            [("k", "a.mp4", "val"), ("k", "a.avi", "val")],
            "here: rows 0 and 1: a.mp4 and a.avi would share the key 'k': "
            "give each a name of its own in a column 'name'",
        ),
    ],
)
def test_first_offence_is_named(rows: list[tuple[str, str, str]], message: str) -> None:
    with pytest.raises(UserError) as stop:
        check(videos(*rows), "here")
    assert str(stop.value) == message
