"""The device and precision of a network, found without importing torch where possible."""

import ctypes
import os
from contextlib import suppress
from pathlib import Path


def device(name: str) -> str:
    """Return the device that ``compute.device`` means: for ``auto`` cuda or cpu.

    torch takes seconds to load, so it is imported only if the system has a driver for a GPU.
    """
    if name != "auto":
        return name
    if not _has_driver():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def precision(name: str, chosen: str) -> str:
    """Return Lightning's name of the precision that ``compute.precision`` means for a training.

    Args:
        name: ``auto``, or one of Lightning's names, which is returned unchanged.
        chosen: ``compute.device``.
    """
    if name != "auto":
        return name
    if device(chosen) != "cuda":
        return "32-true"
    import torch

    return "bf16-mixed" if torch.cuda.is_bf16_supported(including_emulation=False) else "32-true"


def threads() -> int:
    """Return how many threads a network has: ``OMP_NUM_THREADS``, or one per core.

    Only the cores that a container or a scheduler gives this process are counted.
    """
    requested = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if requested.isdecimal() and int(requested) > 0:
        return int(requested)
    import joblib

    return int(joblib.cpu_count(only_physical_cores=True))


def _has_driver() -> bool:
    """Return whether there is a driver that torch calls ``cuda``: NVIDIA's or AMD's."""
    if Path("/dev/kfd").exists():
        return True
    for library in ("libcuda.so.1", "nvcuda.dll"):
        with suppress(OSError):
            ctypes.CDLL(library)
            return True
    return False
