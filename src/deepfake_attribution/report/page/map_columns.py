"""Columns of numbers in a script: in base64, which a browser reads far faster than digits."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What JavaScript calls arrays of these types; bytes are little-endian.
KINDS = {"u1": "Uint8Array", "u2": "Uint16Array", "u4": "Uint32Array", "f4": "Float32Array"}
STEPS = 65535  # of a coordinate, from its smallest value to its largest


def whole(values: NDArray[np.integer]) -> dict[str, str]:
    """Return numbers from 0 on, packed in the smallest type that holds them."""
    largest = int(values.max()) if values.size else 0
    kind = next(kind for kind in ("u1", "u2", "u4") if largest <= np.iinfo(kind).max)
    return _packed(values, kind)


def fractions(values: NDArray[np.floating]) -> dict[str, str]:
    """Return fractions, packed in single precision; NaN stays."""
    return _packed(values, "f4")


def places(values: NDArray[np.floating]) -> dict[str, Any]:
    """Return coordinates, packed as steps of a grid that is finer than any screen."""
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    step = (high - low) / STEPS or 1.0
    return {"from": low, "step": step, "steps": _packed(np.rint((values - low) / step), "u2")}


def _packed(values: NDArray[Any], kind: str) -> dict[str, str]:
    content = np.ascontiguousarray(values).astype(f"<{kind}").tobytes()
    return {"kind": KINDS[kind], "bytes": base64.b64encode(content).decode("ascii")}
