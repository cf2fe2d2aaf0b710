"""What importing the package does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETTING = "ORT_DISABLE_TELEMETRY"
CODE = "import os, deepfake_attribution as d; print(os.environ['GOMP_SPINCOUNT'])"


def test_onnx_runtime_reports_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    """Without the setting it leaves a file when it makes its first session."""
    code = (
        "import deepfake_attribution, onnx, onnxruntime as o; from onnx import helper as h\n"
        "x, y = (h.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [1]) for n in 'xy')\n"
        "graph = h.make_graph([h.make_node('Neg', ['x'], ['y'])], 'g', [x], [y])\n"
        "opset = [h.make_opsetid('', 17)]\n"
        "model = h.make_model(graph, opset_imports=opset, ir_version=8)\n"
        "o.InferenceSession(model.SerializeToString())"
    )
    environment = {key: value for key, value in os.environ.items() if key != SETTING}
    environment |= {"TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("outside", "expected"), [(None, "1000"), ("7", "7")])
def test_waiting_of_threads_is_settled_unless_it_is_set_outside(
    outside: str | None, expected: str
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "GOMP_SPINCOUNT"}
    environment |= {"GOMP_SPINCOUNT": outside} if outside else {}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == expected
