"""Memory that a process frees and soon asks for again, kept instead of given back.

The C library of most Linux systems gives blocks of megabytes back to the system when they are
freed. A training step frees and asks for hundreds of them, and the system fills each page with
zeros again: benchmarks/README.md says what that costs.
"""

import ctypes

# glibc's malloc.h
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
KEPT = 2**31 - 1  # bytes free at the top before any is given back: the largest int
STEP = 64 * 2**20  # bytes to ask the system for at once


def keep() -> bool:
    """Keep freed memory from now on; the process then stays as large as it ever was.

    Returns:
        Whether the C library can: glibc, so not on macOS, on Windows or with musl.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # TypeError: Windows wants a name
        return False
    settings = ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, KEPT), (M_TOP_PAD, STEP))
    return all(mallopt(name, value) == 1 for name, value in settings)
