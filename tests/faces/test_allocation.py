import subprocess
import sys
from pathlib import Path

PROGRAM = """
import resource, sys
import numpy as np
from deepfake_attribution.faces.allocation import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(50):
        blocks = [np.ones(1 << 20, np.uint8) for _ in range(5)]
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if not keep_freed_memory():
    sys.exit("no glibc")
faults()
print(faults())
"""


def test_freed_arrays_are_used_again_without_asking_the_system() -> None:
    """In a process of its own: the setting stays for the process's life."""
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONPATH": source}, capture_output=True, text=True
    )
    if done.stderr.strip() == "no glibc":
        return
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 1280  # 5 MB in pages of 4 kB, once; asked for each time: 64,000
