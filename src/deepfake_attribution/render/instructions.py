"""Limits the libraries that draw to instructions that every x86-64 processor since 2013 has.

With AVX-512, NumPy, OpenCV, Intel's IPP inside it and OpenBLAS take other routines, which round
differently: drawn videos then differ in some bytes from those of other processors. With the limit
all of them take their routines for AVX2 and FMA. They read it when they are loaded, so `limit` is
called before; processes that are started later inherit it.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path

ABOUT = Path("/proc/cpuinfo")
LIMITS = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENCV_CPU_DISABLE": "AVX512-COMMON,AVX512-SKX",
    "OPENCV_IPP": "avx2",
}
WITHOUT = (
    "this processor has no AVX2 and FMA: drawn videos may differ in some bytes from those of other "
    "machines, and results with them"
)


def limit(environment: MutableMapping[str, str] = os.environ, about: Path = ABOUT) -> str:
    """Limit the libraries that this process loads from now on, and its further processes.

    Variables that are set already stay. Nothing is set on a processor without AVX-512, where
    OpenCV would warn about each.

    Args:
        environment: is changed.
        about: the kernel's description of the processor; elsewhere than on Linux there is none,
            and nothing is done.

    Returns:
        A line for the user if the processor lacks what all others have; else an empty one.
    """
    found = flags(about)
    if "avx512f" in found:
        for name, value in LIMITS.items():
            environment.setdefault(name, value)
    return WITHOUT if found and not {"avx2", "fma"} <= found else ""


def flags(about: Path) -> set[str]:
    """Return the names of an x86-64 processor's instructions; none of another processor."""
    try:
        lines = about.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return set()
    named = (line.partition(":")[2] for line in lines if line.startswith("flags"))
    return set(next(named, "").split())
