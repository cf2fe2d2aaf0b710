"""Where networks run, found out without torch where that can be."""

import ctypes
import os
from contextlib import suppress
from pathlib import Path


def device(name: str) -> str:
    """Return the device that ``compute.device`` means: for ``auto`` cuda or cpu.

    torch takes seconds to load, so it is asked only where the system has a driver for a GPU.
    """
    if name != "auto":
        return name
    if not _has_driver():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def precision(name: str, chosen: str) -> str:
    """Return the arithmetic of a training that ``compute.precision`` means.

    Args:
        name: ``auto``, or Lightning's name of one, which stays.
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

    Cores of which a container or a scheduler gives this process fewer are counted as fewer.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
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
