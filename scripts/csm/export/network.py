"""A network as a list of named steps over plain torch modules, ready for torch.jit.trace.

All tensors are NCHW. Every reader of this package ends in a `Network`.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Add(nn.Module):
    """Sum of two tensors of one shape."""

    def forward(self, left, right):
        return left + right


class Concat(nn.Module):
    """Concatenation along the channels."""

    def forward(self, *tensors):
        return torch.cat(tensors, dim=1)


class Channels(nn.Module):
    """Channels [first, last) of a tensor."""

    def __init__(self, first, last):
        super().__init__()
        self.first, self.count = int(first), int(last - first)

    def forward(self, x):
        return torch.narrow(x, 1, self.first, self.count)


class ZeroPad(nn.Module):
    """Zeros around H and W (left, right, top, bottom) and after the channels."""

    def __init__(self, left=0, right=0, top=0, bottom=0, channels=0):
        super().__init__()
        sides = [int(v) for v in (left, right, top, bottom)]
        self.sides = sides + [0, int(channels)] if channels else sides

    def forward(self, x):
        return functional.pad(x, self.sides)


class LowestPad(nn.Module):
    """Minus infinity around H and W (left, right, top, bottom): the neutral border of a maximum."""

    def __init__(self, left, right, top, bottom):
        super().__init__()
        self.sides = [int(left), int(right), int(top), int(bottom)]

    def forward(self, x):
        return functional.pad(x, self.sides, value=float("-inf"))


class BilinearResize(nn.Module):
    """Bilinear resize with half-pixel centres."""

    def __init__(self, height, width):
        super().__init__()
        self.size = (int(height), int(width))

    def forward(self, x):
        return functional.interpolate(x, size=self.size, mode="bilinear", align_corners=False)


class CellsFirst(nn.Module):
    """(B x C x H x W) as (B x H*W x C): one row per grid cell, row-major."""

    def forward(self, x):
        return x.flatten(2).transpose(1, 2)


class Flatten(nn.Module):
    """(B x C x 1 x 1) as (B x C)."""

    def forward(self, x):
        return x.flatten(1)


class Unflatten(nn.Module):
    """(B x n*m) as (B x n x m)."""

    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.unflatten(1, self.shape)


class GlobalMean(nn.Module):
    """Mean over H and W: (B x C x H x W) as (B x C)."""

    def forward(self, x):
        return x.mean(dim=(2, 3))


@dataclass
class Step:
    """One application of a module to named tensors."""

    module: nn.Module
    inputs: tuple
    output: str


class Network(nn.Module):
    """Runs its steps in order; returns one tensor, or a tuple if there are several outputs."""

    def __init__(self, steps, input_name, output_names):
        super().__init__()
        needed = _steps_behind(steps, output_names)
        self.steps = [(i, step.inputs, step.output) for i, step in enumerate(needed)]
        self.layers = nn.ModuleList(step.module for step in needed)
        self.input_name, self.output_names = input_name, list(output_names)

    def forward(self, image):
        values = {self.input_name: image}
        for i, inputs, output in self.steps:
            values[output] = self.layers[i](*(values[name] for name in inputs))
        results = tuple(values[name] for name in self.output_names)
        return results[0] if len(results) == 1 else results


def _steps_behind(steps, output_names):
    """The steps on which the outputs depend, in order."""
    wanted, kept = set(output_names), []
    for step in reversed(steps):
        if step.output in wanted:
            kept.append(step)
            wanted.update(step.inputs)
    return kept[::-1]


def tensor(values):
    """A float32 torch tensor that owns its memory."""
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32).copy())


def same_padding(size, kernel, stride):
    """(before, after) zeros of TensorFlow's SAME rule along one axis; the odd one goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def convolution(weight, bias, stride=1, padding=(0, 0, 0, 0), groups=1):
    """A convolution (weight is O x I/groups x kH x kW) with zeros (left, right, top, bottom) around
    it.

    Equal padding is the convolution's own; unequal padding is an explicit step before it.
    """
    out_channels, in_per_group, height, width = weight.shape
    left, right, top, bottom = padding
    even = left == right and top == bottom
    layer = nn.Conv2d(
        in_per_group * groups,
        out_channels,
        (height, width),
        stride=stride,
        padding=(top, left) if even else 0,
        groups=groups,
        bias=bias is not None,
    )
    with torch.no_grad():
        layer.weight.copy_(tensor(weight))
        if bias is not None:
            layer.bias.copy_(tensor(bias))
    return layer if even else nn.Sequential(ZeroPad(left, right, top, bottom), layer)


def linear(weight, bias):
    """A fully connected layer; weight is (out x in)."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    with torch.no_grad():
        layer.weight.copy_(tensor(weight))
        if bias is not None:
            layer.bias.copy_(tensor(bias))
    return layer


def prelu(slopes):
    """A leaky rectifier with one slope per channel."""
    layer = nn.PReLU(num_parameters=len(slopes))
    with torch.no_grad():
        layer.weight.copy_(tensor(slopes))
    return layer
