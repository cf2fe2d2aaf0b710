"""Freed memory is kept: asked for again, it has no new pages."""

import platform
import subprocess
import sys

import pytest

COUNT = """
import resource, sys
import numpy as np
from deepfake_attribution.train.kept_memory import keep

if sys.argv[1] == "keep":
    assert keep()
np.ones(16 * 2**20, np.uint8)  # 16 MB, freed at once
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(16 * 2**20, np.uint8)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(mode: str) -> int:
    told = subprocess.run([sys.executable, "-c", COUNT, mode], capture_output=True, check=True)
    return int(told.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_memory_that_was_freed_is_used_again() -> None:
    assert faults("keep") < 200
