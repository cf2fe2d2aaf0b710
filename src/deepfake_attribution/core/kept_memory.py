"""Memory that a process frees and soon asks for again, kept instead of given back.

The C library of most Linux systems gives blocks of megabytes back to the system when they are
freed. A decoded frame and a training step free and ask for many of them, and the system fills each
page with zeros again: 1.7 of 5.9 ms for a JPEG picture of 1280 x 720; benchmarks/README.md says
what it costs in training. Results do not depend on it.
"""

import ctypes

# glibc's malloc.h
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
ALL = 2**31 - 1  # the largest int
STEP = 64 * 2**20  # bytes to ask the system for at once


def keep(most: int = ALL) -> bool:
    """Keep freed memory from now on.

    Args:
        most: bytes free at the heap's end before any is given back; with `ALL` the process stays
            as large as it ever was.

    Returns:
        Whether the C library can: glibc, so not on macOS, on Windows or with musl.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # TypeError: Windows wants a name
        return False
    settings = ((M_MMAP_MAX, 0), (M_TRIM_THRESHOLD, most), (M_TOP_PAD, STEP))
    return all(mallopt(name, value) == 1 for name, value in settings)
