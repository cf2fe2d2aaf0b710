"""Read a .tflite file: its constants as arrays and its operators as a list."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tflite

# Only what BlazeFace's two files hold; anything else stops `read` with the operator's name.
_OPERATORS = {
    tflite.BuiltinOperator.ADD: ("add", tflite.AddOptions),
    tflite.BuiltinOperator.CONCATENATION: ("concatenation", tflite.ConcatenationOptions),
    tflite.BuiltinOperator.CONV_2D: ("conv", tflite.Conv2DOptions),
    tflite.BuiltinOperator.DENSIFY: ("densify", None),
    tflite.BuiltinOperator.DEPTHWISE_CONV_2D: ("depthwise", tflite.DepthwiseConv2DOptions),
    tflite.BuiltinOperator.DEPTH_TO_SPACE: ("depth_to_space", tflite.DepthToSpaceOptions),
    tflite.BuiltinOperator.DEQUANTIZE: ("dequantize", None),
    tflite.BuiltinOperator.MAX_POOL_2D: ("max_pool", tflite.Pool2DOptions),
    tflite.BuiltinOperator.PAD: ("pad", None),
    tflite.BuiltinOperator.RELU: ("relu", None),
    tflite.BuiltinOperator.RESHAPE: ("reshape", None),
    tflite.BuiltinOperator.RESIZE_BILINEAR: ("resize", tflite.ResizeBilinearOptions),
}
_TYPES = {
    tflite.TensorType.FLOAT32: np.dtype("<f4"),
    tflite.TensorType.FLOAT16: np.dtype("<f2"),
    tflite.TensorType.INT32: np.dtype("<i4"),
}
_INDEX_VECTORS = {
    tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
    tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
    tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
}
_OPTIONS = {  # the flatbuffer's accessor -> our key
    "Padding": "same",
    "StrideH": "stride",
    "FusedActivationFunction": "relu",
    "FilterHeight": "kernel",
    "Axis": "axis",
    "BlockSize": "block",
}


@dataclass(frozen=True)
class Step:
    """One operator: ``op`` applied to the tensors ``inputs`` gives the tensor ``output``.

    Attributes:
        op: our name of the operator.
        inputs: numbers of tensors, constants among them.
        output: number of the tensor made.
        shape: of the output, as the file says (batch 1, channels last).
        options: the operator's settings: ``same`` (padding), ``stride``, ``relu`` (after it),
            ``kernel``, ``axis``, ``block``; only those that it has.
    """

    op: str
    inputs: tuple[int, ...]
    output: int
    shape: tuple[int, ...]
    options: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """A network: constants by tensor number, the steps in order, its input and outputs.

    Attributes:
        constants: float32 (from fp16, sparse ones filled in) or int32 arrays, channels last.
        steps: in the order of execution.
        input: number of the one input tensor.
        input_shape: (1, H, W, 3).
        outputs: numbers of the outputs.
        output_shapes: their shapes with batch 1, in the same order.
    """

    constants: dict[int, np.ndarray]
    steps: list[Step]
    input: int
    input_shape: tuple[int, ...]
    outputs: tuple[int, ...]
    output_shapes: tuple[tuple[int, ...], ...]


def read(content: bytes) -> Graph:
    """Return the one subgraph of the .tflite file ``content``.

    Raises:
        ValueError: it holds an operator, a type or a kind of sparsity that is not supported.
    """
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    constants = {}
    for number in range(graph.TensorsLength()):
        array = _constant(model, graph.Tensors(number))
        if array is not None:
            constants[number] = array
    steps = []
    for position in range(graph.OperatorsLength()):
        step = _step(model, graph, graph.Operators(position))
        if step.op in ("dequantize", "densify"):  # `_constant` has done both
            constants[step.output] = constants[step.inputs[0]]
        else:
            steps.append(step)
    inputs, outputs = graph.InputsAsNumpy().tolist(), graph.OutputsAsNumpy().tolist()
    return Graph(
        constants=constants,
        steps=steps,
        input=inputs[0],
        input_shape=_shape(graph.Tensors(inputs[0])),
        outputs=tuple(outputs),
        output_shapes=tuple(_shape(graph.Tensors(number)) for number in outputs),
    )


def padding_joined(graph: Graph) -> list[Step]:
    """Return the steps with each even padding of one pixel merged into its convolutions.

    The numbers stay the same; a copy of each padded activation is saved.
    """
    joined: dict[int, int] = {}  # padded tensor -> what it was padded from
    users = {
        step.output: [other.op for other in graph.steps if step.output in other.inputs]
        for step in graph.steps
    }
    steps = []
    for step in graph.steps:
        if (
            step.op == "pad"
            and graph.constants[step.inputs[1]].tolist() == [[0, 0], [1, 1], [1, 1], [0, 0]]
            and set(users[step.output]) <= {"conv", "depthwise"}
        ):
            joined[step.output] = step.inputs[0]
            continue
        if step.inputs[0] in joined and not step.options.get("same", 0):
            inputs = (joined[step.inputs[0]], *step.inputs[1:])
            step = Step(step.op, inputs, step.output, step.shape, {**step.options, "joined": 1})
        steps.append(step)
    return steps


def same(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return TensorFlow's SAME padding before and after a side of ``side`` pixels."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(side) for side in tensor.ShapeAsNumpy())


def _step(model: Any, graph: Any, operator: Any) -> Step:
    code = model.OperatorCodes(operator.OpcodeIndex())
    # Codes below 127 are in the older field; files may leave the newer one at 0.
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    if number not in _OPERATORS:
        raise ValueError(f"the operator {tflite.opcode2name(number)} is not supported")
    name, kind = _OPERATORS[number]
    output = int(operator.OutputsAsNumpy()[0])
    return Step(
        op=name,
        inputs=tuple(operator.InputsAsNumpy().tolist()),
        output=output,
        shape=_shape(graph.Tensors(output)),
        options=_options(name, operator, kind),
    )


def _options(name: str, operator: Any, kind: Callable[[], Any] | None) -> dict[str, int]:
    if kind is None:
        return {}
    table = operator.BuiltinOptions()
    options = kind()
    options.Init(table.Bytes, table.Pos)
    values = {
        key: int(getattr(options, accessor)())
        for accessor, key in _OPTIONS.items()
        if hasattr(options, accessor)
    }
    if "same" in values:
        values["same"] = int(values["same"] == tflite.Padding.SAME)
    _refuse_unsupported(name, options, values)
    return values


def _refuse_unsupported(name: str, options: Any, values: dict[str, int]) -> None:
    """Stop at settings that the module would silently get wrong."""
    expected = {
        "StrideW": values.get("stride"),
        "FilterWidth": values.get("kernel"),
        "DilationHFactor": 1,
        "DilationWFactor": 1,
        "DepthMultiplier": 1,
        "AlignCorners": False,
        "HalfPixelCenters": True,
    }
    for accessor, value in expected.items():
        if hasattr(options, accessor) and getattr(options, accessor)() != value:
            found = getattr(options, accessor)()
            raise ValueError(f"{name} with {accessor} {found} is not supported")
    if values.get("relu", 0) not in (
        tflite.ActivationFunctionType.NONE,
        tflite.ActivationFunctionType.RELU,
    ):
        raise ValueError(f"{name} with activation {values['relu']} is not supported")


def _constant(model: Any, tensor: Any) -> np.ndarray | None:
    """Return a constant's values, or None where ``tensor`` is computed."""
    buffer = model.Buffers(tensor.Buffer())
    if buffer.DataLength() == 0:
        return None
    if tensor.Type() not in _TYPES:
        raise ValueError(f"a tensor of type {tensor.Type()} is not supported")
    values: np.ndarray = buffer.DataAsNumpy().view(_TYPES[tensor.Type()])
    if tensor.Sparsity() is not None:
        values = _dense(values, _shape(tensor), tensor.Sparsity())
    values = values.reshape(_shape(tensor))
    return values.astype(np.float32) if values.dtype.kind == "f" else values


def _dense(values: np.ndarray, shape: tuple[int, ...], sparsity: Any) -> np.ndarray:
    """Fill in the zeros of a tensor whose last dimension alone is compressed (CSR)."""
    dimensions = [sparsity.DimMetadata(k) for k in range(sparsity.DimMetadataLength())]
    formats = [dimension.Format() for dimension in dimensions]
    dense, compressed = tflite.DimensionType.DENSE, tflite.DimensionType.SPARSE_CSR
    in_order = sparsity.TraversalOrderAsNumpy().tolist() == list(range(len(shape)))
    last_only = formats == [dense] * (len(shape) - 1) + [compressed]
    if not in_order or not last_only or sparsity.BlockMapLength():
        raise ValueError(f"sparsity with dimension formats {formats} or blocks is not supported")
    last = dimensions[-1]
    starts = _indices(last.ArraySegmentsType(), last.ArraySegments())  # (rows + 1,)
    columns = _indices(last.ArrayIndicesType(), last.ArrayIndices())  # (non-zeros,)
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    filled = np.zeros((len(starts) - 1, shape[-1]), dtype=values.dtype)
    filled[rows, columns] = values
    return filled


def _indices(kind: int, table: Any) -> np.ndarray:
    vector = _INDEX_VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy(), dtype=np.int64)
