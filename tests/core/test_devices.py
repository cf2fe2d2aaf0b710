import pytest
import torch

from deepfake_attribution.core import devices


@pytest.mark.parametrize("name", ["cpu", "cuda", "mps"])
def test_device_that_is_named_is_taken(name: str) -> None:
    assert devices.device(name) == name


def test_auto_is_what_torch_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = "cuda" if torch.cuda.is_available() else "cpu"
    assert devices.device("auto") == found
    monkeypatch.setattr(devices, "_has_driver", lambda: True)
    for there, name in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert devices.device("auto") == name


@pytest.mark.parametrize(("asked", "count"), [("3", 3), ("2,4", 2)])
def test_threads_are_as_many_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, asked: str, count: int
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert devices.threads() == count


@pytest.mark.parametrize("asked", ["", "0", "many"])
def test_threads_are_one_per_core_else(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    import joblib

    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert devices.threads() == joblib.cpu_count(only_physical_cores=True)


def test_arithmetic_that_is_named_is_taken() -> None:
    assert devices.precision("16-mixed", "auto") == "16-mixed"


@pytest.mark.parametrize(
    ("chosen", "able", "name"),
    [("cpu", True, "32-true"), ("cuda", True, "bf16-mixed"), ("cuda", False, "32-true")],
)
def test_auto_halves_the_bits_on_a_gpu_that_can(
    monkeypatch: pytest.MonkeyPatch, chosen: str, able: bool, name: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: able)
    assert devices.precision("auto", chosen) == name
