"""A graph read from a .tflite file, as a PyTorch module."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepfake_attribution.faces.tflite_graph import Graph, Step, padding_joined, same


class TfliteModule(nn.Module):
    """Runs a `Graph` in float32, for batches of any size.

    Tensors of four dimensions are (B, C, H, W) here, in memory channels last, which is both what
    the file means and what convolutions on a CPU are quickest with; other tensors are as in the
    file. Weights are buffers: nothing is trained.
    """

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.input = graph.input
        self.outputs = graph.outputs
        self.steps = padding_joined(graph)
        self._last_used = _last_used(self.steps, graph)
        self._paddings: dict[int, list[int]] = {}
        for step in self.steps:
            if step.op in ("conv", "depthwise"):
                self._add_weight(step, graph.constants)
            elif step.op == "pad":
                self._paddings[step.output] = _torch_padding(graph.constants[step.inputs[1]])

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return the graph's outputs for ``images`` (B, 3, H, W): each (B, ...) as in the file."""
        images = images.contiguous(memory_format=torch.channels_last)
        tensors = {self.input: images}
        for step, last_used in zip(self.steps, self._last_used, strict=True):
            made = self._run(step, tensors, last_used)
            tensors[step.output] = torch.relu_(made) if step.options.get("relu") else made
            for number in last_used:
                del tensors[number]
        return tuple(tensors[number] for number in self.outputs)

    def _add_weight(self, step: Step, constants: dict[int, np.ndarray]) -> None:
        kernel, bias = (constants[number] for number in step.inputs[1:3])
        if step.op == "depthwise":  # (1, H, W, C) -> (C, 1, H, W)
            weight = torch.tensor(kernel).permute(3, 0, 1, 2)
        else:  # (out, H, W, in) -> (out, in, H, W)
            weight = torch.tensor(kernel).permute(0, 3, 1, 2)
        weight = weight.contiguous(memory_format=torch.channels_last)
        self.register_buffer(f"weight_{step.output}", weight)
        self.register_buffer(f"bias_{step.output}", torch.tensor(bias))

    def _run(self, step: Step, tensors: dict[int, Tensor], last_used: tuple[int, ...]) -> Tensor:
        first = tensors[step.inputs[0]]
        match step.op:
            case "conv" | "depthwise":
                return self._convolve(step, first)
            case "add":
                second = tensors[step.inputs[1]]
                if step.inputs[1] in last_used:  # its memory is reused for the sum
                    return second.add_(first)
                return first + second
            case "relu":
                return torch.relu(first)
            case "pad":
                return F.pad(first, self._paddings[step.output])
            case "max_pool":
                return F.max_pool2d(first, step.options["kernel"], step.options["stride"])
            case "resize":
                height, width = step.shape[1:3]
                return F.interpolate(first, (height, width), mode="bilinear", align_corners=False)
            case "depth_to_space":
                return _depth_to_space(first, step.options["block"])
            case "reshape":
                return first.permute(0, 2, 3, 1).reshape(len(first), *step.shape[1:])
            case "concatenation":
                return torch.cat([tensors[number] for number in step.inputs], step.options["axis"])
        raise ValueError(f"the operator {step.op} is not supported")

    def _convolve(self, step: Step, images: Tensor) -> Tensor:
        weight = self.get_buffer(f"weight_{step.output}")
        bias = self.get_buffer(f"bias_{step.output}")
        stride = step.options["stride"]
        padding = step.options.get("joined", 0)
        if step.options["same"]:
            vertical = same(images.shape[2], weight.shape[2], stride)
            horizontal = same(images.shape[3], weight.shape[3], stride)
            if vertical == horizontal and vertical[0] == vertical[1]:
                padding = vertical[0]
            else:  # TensorFlow puts the odd pixel at the right and below
                images = F.pad(images, [*horizontal, *vertical])
        groups = len(weight) if step.op == "depthwise" else 1
        return F.conv2d(images, weight, bias, stride, padding, groups=groups)


def _last_used(steps: list[Step], graph: Graph) -> list[tuple[int, ...]]:
    """Return for each step the computed tensors that no later step and no output needs."""
    needed = set(graph.outputs) | set(graph.constants) | {graph.input}
    ends = []
    for step in reversed(steps):
        ends.append(tuple(sorted(set(step.inputs) - needed)))
        needed.update(step.inputs)
    return ends[::-1]


def _torch_padding(pairs: np.ndarray) -> list[int]:
    """Turn padding of (B, H, W, C), a pair per dimension, into `F.pad`'s for (B, C, H, W)."""
    batch, rows, columns, channels = pairs.tolist()
    if any(batch):
        raise ValueError("padding of the batch is not supported")
    return [*columns, *rows, *channels]


def _depth_to_space(images: Tensor, block: int) -> Tensor:
    """Return (B, C, H * block, W * block); the file's channel order is (row, column, channel)."""
    batch, depth, height, width = images.shape
    channels = depth // block**2
    parts = images.reshape(batch, block, block, channels, height, width)
    spread = parts.permute(0, 3, 4, 1, 5, 2)  # (B, C, H, row, W, column)
    return spread.reshape(batch, channels, height * block, width * block)
