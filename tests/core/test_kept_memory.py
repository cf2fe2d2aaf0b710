"""Freed memory is kept: asked for again, it has no new pages."""

import platform
import subprocess
import sys

import pytest

from deepfake_attribution.core.kept_memory import ALL
from deepfake_attribution.faces.face_crops import KEPT

COUNT = """
import resource, sys
import numpy as np
from deepfake_attribution.core.kept_memory import keep

def faults(size):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        np.ones(size, np.uint8)  # freed at once
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

assert keep(int(sys.argv[1]))
for size in map(int, sys.argv[2:]):
    faults(size)
    print(faults(size))
"""
MEGABYTE = 2**20


def faults(most: int, *sizes: int) -> list[int]:
    """Count in a process of its own: the setting stays for the process's life."""
    command = [sys.executable, "-c", COUNT, str(most), *map(str, sizes)]
    done = subprocess.run(command, capture_output=True, check=True)
    return list(map(int, done.stdout.split()))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
@pytest.mark.parametrize("most", [ALL, KEPT])
def test_memory_that_was_freed_is_used_again_up_to_the_limit(most: int) -> None:
    small, large = faults(most, 5 * MEGABYTE, 200 * MEGABYTE)
    assert small < 200
    # 256,000 pages if it goes back to the system each time, fewer where it has huge ones
    assert large < 200 if most == ALL else large > 1000
