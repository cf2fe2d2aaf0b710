from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from crop_sets import SIZE
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.model.description import ONNX, WEIGHTS, load_description
from deepfake_attribution.model.onnx_export import add_onnx
from deepfake_attribution.model.onnx_model import OnnxModel, load_onnx
from trained_heads import write_head


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    add_onnx(write_head("binary", tmp_path / "models" / "binary" / "seed-1"))
    return tmp_path / "models" / "binary" / "seed-1"


def other_weights(folder: Path) -> None:
    other = write_head("binary", folder.parent / "other", seed=1)
    (other / WEIGHTS).replace(folder / WEIGHTS)


def other_onnx(folder: Path) -> None:
    other = write_head("binary", folder.parent / "other", seed=1)
    add_onnx(other)
    (other / ONNX).replace(folder / ONNX)


def cut(folder: Path) -> None:
    (folder / ONNX).write_bytes((folder / ONNX).read_bytes()[:-1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (other_weights, r"model\.onnx was not made from the model\.safetensors beside it"),
        (other_onnx, r"model\.onnx is damaged or another model's"),
        (cut, r"model\.onnx is damaged or another model's"),
        (lambda folder: (folder / ONNX).unlink(), r"model\.onnx: no such file"),
        (lambda folder: (folder / WEIGHTS).unlink(), r"model\.safetensors: no such file"),
    ],
)
def test_file_that_is_not_that_of_the_weights_is_refused_in_one_line(
    folder: Path, change: Callable[[Path], None], words: str
) -> None:
    description = load_description(folder)
    change(folder)
    with pytest.raises(UserError, match=words + ".*`dvc checkout --force .*models/binary`") as stop:
        load_onnx(folder, description)
    assert "\n" not in str(stop.value)


def test_threads_change_no_bit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.random.default_rng(0).integers(0, 256, (7, 3, SIZE, SIZE), np.uint8)
    found = []
    for count in "112":
        monkeypatch.setenv("OMP_NUM_THREADS", count)
        found.append(load_onnx(folder, load_description(folder)).run(images)[0])
    assert (found[0] == found[1]).all() and (found[0] == found[2]).all()


def test_want_of_memory_is_told_as_such(folder: Path) -> None:
    class Session:
        def run(self, *_: object) -> None:
            raise Exception("Failed to allocate memory for requested buffer of size 99")

    model = OnnxModel((folder / ONNX).read_bytes())
    model._session._session = Session()
    with pytest.raises(MemoryError, match="buffer of size 99"):
        model.run(np.zeros((1, 3, SIZE, SIZE), np.uint8))


def test_pictures_of_another_size_are_a_mistake_of_ours(folder: Path) -> None:
    with pytest.raises(Exception, match="invalid dimensions"):
        OnnxModel((folder / ONNX).read_bytes()).run(np.zeros((1, 3, 16, 16), np.uint8))
