"""A graph read from a .tflite file, as an ONNX file."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from deepfake_attribution.core.onnx_session import MADE_FROM
from deepfake_attribution.faces.onnx_network import BOXES, INPUT, LOGITS
from deepfake_attribution.faces.tflite_graph import Graph, Step, padding_joined, same

# of the operators and of the file; fixed, so that the installed onnx changes no byte
OPSET, IR_VERSION = 17, 8
OUTPUTS = {16: BOXES, 1: LOGITS}  # last side of an output -> its name
CHANNELS_FIRST, CHANNELS_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def onnx_file(graph: Graph, made_from: str) -> bytes:
    """Return the network as an ONNX file, for batches of any size.

    Input ``squares``: (B, H, W, 3) uint8 RGB. Outputs ``boxes``, (B, N, 16), and ``logits``,
    (B, N, 1), both float32, for N anchors. The same graph gives the same bytes.

    Args:
        graph: of the .tflite file.
        made_from: hash of that file, for the ONNX file's metadata.

    Raises:
        ValueError: the graph has an operator or an output that is not supported.
    """
    model = _Builder(graph).model()
    helper.set_model_props(model, {MADE_FROM: made_from})
    content: bytes = model.SerializeToString(deterministic=True)
    return content


class _Builder:
    """Collects nodes and constants. Tensors of four dimensions are (B, C, H, W) between nodes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._names: dict[int, str] = {}  # of tensors
        self._shapes = {graph.input: graph.input_shape}

    def model(self) -> onnx.ModelProto:
        """Return the whole model, checked."""
        self._normalise()
        for step in padding_joined(self._graph):
            made = self._add(step)
            if step.options.get("relu"):
                made = self._node("Relu", [made])
            self._names[step.output] = made
            self._shapes[step.output] = step.shape
        _, height, width, channels = self._graph.input_shape
        squares = [None, height, width, channels]
        graph = helper.make_graph(
            self._nodes,
            "faces",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, squares)],
            [self._output(number) for number in self._graph.outputs],
            self._constants,
        )
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _normalise(self) -> None:
        """From bytes to [-1, 1]."""
        floats = self._node("Cast", [INPUT], to=TensorProto.FLOAT)
        first = self._node("Transpose", [floats], perm=CHANNELS_FIRST)
        to_two = self._node("Div", [first, self._constant(np.float32(127.5))])
        self._names[self._graph.input] = self._node("Sub", [to_two, self._constant(np.float32(1))])

    def _output(self, number: int) -> onnx.ValueInfoProto:
        """Give an output its name and the right shape."""
        _, *sides = self._graph.output_shapes[self._graph.outputs.index(number)]
        if sides[-1] not in OUTPUTS:
            raise ValueError(f"an output of shape {sides} is not supported")
        name = OUTPUTS[sides[-1]]
        self._nodes.append(helper.make_node("Identity", [self._names[number]], [name]))
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, *sides])

    def _node(self, operator: str, inputs: Sequence[str], **attributes: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def _constant(self, values: np.ndarray | np.generic) -> str:
        name = f"c{len(self._constants)}"
        whole = np.asarray(values, order="C")
        self._constants.append(numpy_helper.from_array(whole, name))
        return name

    def _add(self, step: Step) -> str:
        first = self._names[step.inputs[0]]
        match step.op:
            case "conv" | "depthwise":
                return self._convolve(step, first)
            case "add":
                return self._node("Add", [first, self._names[step.inputs[1]]])
            case "relu":
                return self._node("Relu", [first])
            case "pad":
                pairs = self._graph.constants[step.inputs[1]][[0, 3, 1, 2]]
                pads = self._constant(pairs.T.ravel().astype(np.int64))
                return self._node("Pad", [first, pads])
            case "max_pool":
                kernel, stride = step.options["kernel"], step.options["stride"]
                return self._node(
                    "MaxPool", [first], kernel_shape=[kernel] * 2, strides=[stride] * 2
                )
            case "resize":
                scales = np.divide(step.shape, self._shapes[step.inputs[0]])[[0, 3, 1, 2]]
                sizes = self._constant(scales.astype(np.float32))
                return self._node("Resize", [first, "", sizes], mode="linear")
            case "depth_to_space":
                return self._node("DepthToSpace", [first], blocksize=step.options["block"])
            case "reshape":
                last = self._node("Transpose", [first], perm=CHANNELS_LAST)
                sides = self._constant(np.array([0, *step.shape[1:]], np.int64))  # 0: as it is
                return self._node("Reshape", [last, sides])
            case "concatenation":
                parts = [self._names[number] for number in step.inputs]
                return self._node("Concat", parts, axis=step.options["axis"])
        raise ValueError(f"the operator {step.op} is not supported")

    def _convolve(self, step: Step, images: str) -> str:
        kernel, bias = (self._graph.constants[number] for number in step.inputs[1:3])
        # (1, H, W, C) -> (C, 1, H, W), or (out, H, W, in) -> (out, in, H, W)
        weight = kernel.transpose((3, 0, 1, 2) if step.op == "depthwise" else CHANNELS_FIRST)
        stride, joined = step.options["stride"], step.options.get("joined", 0)
        before, after = [joined] * 2, [joined] * 2
        if step.options["same"]:
            _, height, width, _ = self._shapes[step.inputs[0]]
            sides = zip((height, width), weight.shape[2:], strict=True)
            pairs = [same(side, length, stride) for side, length in sides]
            before, after = ([pair[place] for pair in pairs] for place in (0, 1))
        return self._node(
            "Conv",
            [images, self._constant(weight), self._constant(bias)],
            kernel_shape=list(weight.shape[2:]),
            strides=[stride] * 2,
            pads=[*before, *after],
            group=len(weight) if step.op == "depthwise" else 1,
        )
