from pathlib import Path

import numpy as np
import pytest

from crop_sets import SIZE, table_of, write_dataset
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.crop_reader import CropReader
from deepfake_attribution.train.loading import Crops


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset("one")


@pytest.mark.parametrize("size", [SIZE // 2 + 1, SIZE, 2 * SIZE])
def test_crops_are_those_that_training_sees(size: int) -> None:
    table, faces = table_of("one"), paths.DATA / "faces"
    rows = [3, 0, 3, 7]
    images = CropReader(table, faces, size).read(rows)
    assert images.shape == (4, 3, size, size) and images.dtype == np.uint8
    trained, _ = Crops(table, faces, size).__getitems__(rows)
    np.testing.assert_array_equal(images, trained.numpy())


def test_shard_made_again_is_named() -> None:
    table = table_of("one")
    write_dataset("one", seed=3)
    with pytest.raises(UserError, match=r"shard-00000\.tar: .*crop@one"):
        CropReader(table, paths.DATA / "faces", SIZE).read([0])
