"""Drawing is limited to AVX2, before the libraries that draw are loaded."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from deepfake_attribution.render.instructions import LIMITS, WITHOUT, flags, limit

STAGE = Path(__file__).parents[2] / "stages" / "render.py"
LIBRARIES = """
import json, cv2, numpy, threadpoolctl
from numpy._core._multiarray_umath import __cpu_features__ as numpys
print(json.dumps({
    "numpy": [name for name, there in numpys.items() if there],
    "opencv": cv2.checkHardwareSupport(11),  # AVX2
    "ipp": cv2.ipp.getIppVersion(),
    "blas": sorted({one["architecture"] for one in threadpoolctl.threadpool_info()}),
}))
"""


def described(folder: Path, line: str) -> Path:
    path = folder / "cpuinfo"
    path.write_text(f"processor\t: 0\nmodel name\t: x\n{line}\n\nprocessor\t: 1\n{line}\n")
    return path


def test_processor_with_avx_512_is_limited_and_what_a_user_set_stays(tmp_path: Path) -> None:
    about = described(tmp_path, "flags\t\t: fpu sse4_2 fma avx2 avx512f avx512vl")
    environment = {"OPENCV_IPP": "sse42"}
    assert limit(environment, about) == ""
    assert environment == LIMITS | {"OPENCV_IPP": "sse42"}


def test_processor_without_avx_512_is_left_alone(tmp_path: Path) -> None:
    environment: dict[str, str] = {}
    assert limit(environment, described(tmp_path, "flags\t\t: fpu sse4_2 fma avx2")) == ""
    assert limit(environment, described(tmp_path, "Features\t: fp asimd")) == ""  # of an Arm
    assert limit(environment, tmp_path / "gone") == ""
    assert environment == {}


def test_processor_without_avx2_is_named(tmp_path: Path) -> None:
    assert limit({}, described(tmp_path, "flags\t\t: fpu sse4_2")) == WITHOUT
    assert limit({}, described(tmp_path, "flags\t\t: fpu sse4_2 avx2")) == WITHOUT


def test_stage_sets_the_limit_before_it_loads_what_draws() -> None:
    text = STAGE.read_text()
    assert text.index("instructions.limit()") < text.index("import render_database")
    code = "\n".join(line for line in text.splitlines() if line.startswith(("import", "from")))
    show = f"{code}\nprint([name for name in ('numpy', 'cv2') if name in sys.modules])"
    environment = os.environ | {"PYTHONPATH": str(STAGE.parent)}
    assert run(show, environment) == "[]\n"


def run(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.skipif(platform.machine() != "x86_64", reason="of x86-64")
def test_libraries_honour_the_variables() -> None:
    """A lower limit than ours, which shows on a processor without AVX-512, too."""
    if "avx2" not in flags(Path("/proc/cpuinfo")):
        pytest.skip("this processor has no AVX2")
    lower = {
        "NPY_DISABLE_CPU_FEATURES": LIMITS["NPY_DISABLE_CPU_FEATURES"] + " X86_V3",
        "OPENCV_CPU_DISABLE": "AVX2",
        "OPENCV_IPP": "sse42",
        "OPENBLAS_CORETYPE": "Nehalem",
    }
    assert lower.keys() == LIMITS.keys()
    found = json.loads(run(LIBRARIES, os.environ | lower))
    assert "X86_V3" not in found["numpy"] and not found["opencv"]
    assert "SSE4.2" in found["ipp"] and found["blas"] == ["Nehalem"]
    found = json.loads(run(LIBRARIES, os.environ | LIMITS))
    assert "X86_V3" in found["numpy"] and "X86_V4" not in found["numpy"] and found["opencv"]
    assert "AVX2" in found["ipp"] and found["blas"] == ["Haswell"]
