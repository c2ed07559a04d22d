"""An ONNX file as a torch module of plain layers, which csm_mpi reads one by one.

Every operator is translated or the file is refused by name: then csm_mpi runs the file itself, with
OpenVINO (docs/black_box.md). A batch of one that the file holds is made free. Shapes are followed
with the ONNX package's own inference.
"""

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper, shape_inference
from torch import nn
from torch.nn import functional

from csm.contract import ContractError
from csm.export.network import (
    Add,
    Channels,
    Concat,
    Flatten,
    GlobalMean,
    LowestPad,
    Step,
    convolution,
    linear,
    prelu,
    tensor,
)
from csm.export.onnx_network import OnnxNetwork


class Constant(nn.Module):
    """A sum, difference, product or quotient of a tensor and a constant.

    `operator`: of torch; `constant_first`: whether the constant is the left operand.
    """

    def __init__(self, operator, values, constant_first):
        super().__init__()
        self.operator, self.constant_first = operator, constant_first
        self.register_buffer("values", tensor(values))

    def forward(self, x):
        return (
            self.operator(self.values, x) if self.constant_first else self.operator(x, self.values)
        )


class Call(nn.Module):
    """A function of tensors."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *tensors):
        return self.function(*tensors)


class UnknownOperator(ContractError):
    """An operator, or a use of it, that is not translated."""


def load_onnx(path):
    """The network of an ONNX file, in evaluation mode, for any number of images (N x C x H x W).

    Errors: ContractError if the file cannot be read, UnknownOperator if a part of it cannot be
    translated.
    """
    try:
        model = shape_inference.infer_shapes(onnx.load(str(path)))
    except Exception as error:  # the package raises its own and protobuf's kinds
        raise ContractError(
            f"SOURCE {path} cannot be read as ONNX: {str(error).splitlines()[0]}"
        ) from error
    return _Translator(model.graph).network(path).eval()


def _attributes(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


class _Translator:
    """Turns the nodes of a graph into steps, one after the other."""

    def __init__(self, graph):
        self.graph = graph
        self.constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.shapes = {}
        for value in (*graph.input, *graph.value_info, *graph.output):
            if value.type.tensor_type.HasField("shape"):
                self.shapes[value.name] = [
                    d.dim_value or -1 for d in value.type.tensor_type.shape.dim
                ]
        self.steps = []

    def network(self, path):
        inputs = [value.name for value in self.graph.input if value.name not in self.constants]
        if len(inputs) != 1:
            raise UnknownOperator(
                f"the ONNX file has {len(inputs)} inputs, a model of faces has one"
            )
        for node in self.graph.node:
            self._add(node)
        return OnnxNetwork(self.steps, inputs[0], [value.name for value in self.graph.output], path)

    def _add(self, node):
        values = [self.constants.get(name) for name in node.input]
        attributes = _attributes(node)
        if node.op_type == "Constant":
            self.constants[node.output[0]] = numpy_helper.to_array(attributes["value"])
        elif node.op_type == "Identity" and values[0] is not None:
            self.constants[node.output[0]] = values[0]
        elif node.op_type == "Split":
            sizes = (
                values[1] if len(values) > 1 and values[1] is not None else attributes.get("split")
            )
            self._require(
                node,
                attributes.get("axis", 0) in (1,) and sizes is not None,
                "on another axis than the channels",
            )
            first = 0
            for name, width in zip(node.output, sizes, strict=True):
                self.steps.append(Step(Channels(first, first + int(width)), (node.input[0],), name))
                first += int(width)
        else:
            translate = getattr(self, f"op_{node.op_type.lower()}", None)
            if translate is None:
                raise UnknownOperator(
                    f"the operator {node.op_type} of the ONNX file is not translated"
                )
            module = translate(node, attributes, values)
            sources = tuple(name for name in node.input if name and name not in self.constants)
            self.steps.append(Step(module, sources, node.output[0]))

    @staticmethod
    def _require(node, condition, what):
        if not condition:
            raise UnknownOperator(
                f"the operator {node.op_type} '{node.name}' of the ONNX file is used {what}"
            )

    def _pads(self, node, attributes, kernel, strides):
        """(left, right, top, bottom)"""
        rule = attributes.get("auto_pad", b"NOTSET")
        if rule in (b"SAME_UPPER", b"SAME_LOWER"):
            height, width = self.shapes[node.input[0]][2:]
            sides = []
            for size, side, stride in (
                (width, kernel[1], strides[1]),
                (height, kernel[0], strides[0]),
            ):
                total = max((-(-size // stride) - 1) * stride + side - size, 0)
                small, large = total // 2, total - total // 2
                sides += (small, large) if rule == b"SAME_UPPER" else (large, small)
            return tuple(sides)
        top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
        return left, right, top, bottom

    # Layers with weights.
    def op_conv(self, node, attributes, values):
        strides = attributes.get("strides", [1, 1])
        self._require(
            node,
            values[1] is not None and values[1].ndim == 4,
            "without constant weights of two dimensions",
        )
        self._require(
            node,
            strides[0] == strides[1] and set(attributes.get("dilations", [1])) == {1},
            "with unequal strides or dilations",
        )
        bias = values[2] if len(values) > 2 else None
        pads = self._pads(node, attributes, values[1].shape[2:], strides)
        return convolution(values[1], bias, strides[0], pads, attributes.get("group", 1))

    def op_gemm(self, node, attributes, values):
        self._require(
            node,
            values[1] is not None and not attributes.get("transA", 0),
            "without constant weights",
        )
        weight = values[1] if attributes.get("transB", 0) else values[1].T
        bias = (
            None
            if len(values) < 3 or values[2] is None
            else np.broadcast_to(values[2].ravel() * attributes.get("beta", 1.0), weight.shape[:1])
        )
        return linear(weight * attributes.get("alpha", 1.0), bias)

    def op_matmul(self, node, attributes, values):
        self._require(
            node, values[1] is not None and values[1].ndim == 2, "without constant weights"
        )
        return linear(values[1].T, None)

    def op_batchnormalization(self, node, attributes, values):
        scale, bias, mean, variance = (tensor(value) for value in values[1:5])
        layer = nn.BatchNorm2d(len(scale), eps=attributes.get("epsilon", 1e-5))
        if len(self.shapes.get(node.input[0], (0,) * 4)) == 2:
            layer = nn.BatchNorm1d(len(scale), eps=attributes.get("epsilon", 1e-5))
        layer.load_state_dict(
            {"weight": scale, "bias": bias, "running_mean": mean, "running_var": variance},
            strict=False,
        )
        return layer

    def op_prelu(self, node, attributes, values):
        self._require(node, values[1] is not None, "without constant slopes")
        return prelu(values[1].reshape(-1))

    # Functions of each value.
    def op_relu(self, node, attributes, values):
        return nn.ReLU()

    def op_leakyrelu(self, node, attributes, values):
        return nn.LeakyReLU(attributes.get("alpha", 0.01))

    def op_sigmoid(self, node, attributes, values):
        return nn.Sigmoid()

    def op_tanh(self, node, attributes, values):
        return nn.Tanh()

    def op_elu(self, node, attributes, values):
        return nn.ELU(attributes.get("alpha", 1.0))

    def op_hardsigmoid(self, node, attributes, values):
        self._require(
            node,
            abs(attributes.get("alpha", 0.2) - 1 / 6) < 1e-5 and attributes.get("beta", 0.5) == 0.5,
            "with another slope than 1/6",
        )
        return nn.Hardsigmoid()

    def op_hardswish(self, node, attributes, values):
        return nn.Hardswish()

    def op_clip(self, node, attributes, values):
        low = attributes.get(
            "min", values[1] if len(values) > 1 and values[1] is not None else -np.inf
        )
        high = attributes.get(
            "max", values[2] if len(values) > 2 and values[2] is not None else np.inf
        )
        return nn.Hardtanh(float(low), float(high))

    def op_softmax(self, node, attributes, values):
        self._require(
            node, self._is_last_axis(node, attributes), "on another axis than the last of two"
        )
        return nn.Softmax(dim=1)

    def op_logsoftmax(self, node, attributes, values):
        self._require(
            node, self._is_last_axis(node, attributes), "on another axis than the last of two"
        )
        return nn.LogSoftmax(dim=1)

    def _is_last_axis(self, node, attributes):
        return len(self.shapes.get(node.input[0], ())) == 2 and attributes.get("axis", -1) in (
            1,
            -1,
        )

    def op_dropout(self, node, attributes, values):
        return nn.Identity()

    op_identity = op_dropout

    # Combinations.
    def _arithmetic(self, node, values, operator):
        if values[0] is None and values[1] is None:
            return Add() if operator is torch.add else Call(operator)
        constant_first = values[0] is not None
        constant = np.asarray(values[0 if constant_first else 1], np.float32)
        return Constant(operator, constant, constant_first)

    def op_add(self, node, attributes, values):
        return self._arithmetic(node, values, torch.add)

    def op_sub(self, node, attributes, values):
        return self._arithmetic(node, values, torch.sub)

    def op_mul(self, node, attributes, values):
        return self._arithmetic(node, values, torch.mul)

    def op_div(self, node, attributes, values):
        return self._arithmetic(node, values, torch.div)

    def op_concat(self, node, attributes, values):
        self._require(
            node,
            attributes["axis"] == 1 and all(value is None for value in values),
            "on another axis than the channels",
        )
        return Concat()

    # Pooling and shapes.
    def op_maxpool(self, node, attributes, values):
        kernel, strides = attributes["kernel_shape"], attributes.get("strides", [1, 1])
        left, right, top, bottom = self._pads(node, attributes, kernel, strides)
        pool = nn.MaxPool2d(
            tuple(kernel), tuple(strides), ceil_mode=bool(attributes.get("ceil_mode", 0))
        )
        return (
            nn.Sequential(LowestPad(left, right, top, bottom), pool)
            if any((left, right, top, bottom))
            else pool
        )

    def op_averagepool(self, node, attributes, values):
        kernel, strides = attributes["kernel_shape"], attributes.get("strides", [1, 1])
        left, right, top, bottom = self._pads(node, attributes, kernel, strides)
        self._require(node, left == right and top == bottom, "with unequal padding")
        return nn.AvgPool2d(
            tuple(kernel),
            tuple(strides),
            (top, left),
            ceil_mode=bool(attributes.get("ceil_mode", 0)),
            count_include_pad=bool(attributes.get("count_include_pad", 0)),
        )

    def op_globalaveragepool(self, node, attributes, values):
        return nn.AdaptiveAvgPool2d(1)

    def op_reducemean(self, node, attributes, values):
        axes = attributes.get("axes", values[1] if len(values) > 1 else None)
        self._require(
            node,
            axes is not None and sorted(int(axis) % 4 for axis in axes) == [2, 3],
            "on other axes than height and width",
        )
        return nn.AdaptiveAvgPool2d(1) if attributes.get("keepdims", 1) else GlobalMean()

    def op_flatten(self, node, attributes, values):
        self._require(node, attributes.get("axis", 1) == 1, "on another axis than the first")
        return Flatten()

    def op_squeeze(self, node, attributes, values):
        axes = attributes.get("axes", values[1] if len(values) > 1 else None)
        self._require(
            node,
            axes is not None and sorted(int(axis) % 4 for axis in axes) == [2, 3],
            "on other axes than height and width",
        )
        return Flatten()

    def op_reshape(self, node, attributes, values):
        """Everything after the images as one row; a batch of one in the shape means any number."""
        target = None if values[1] is None else [int(side) for side in values[1]]
        self._require(
            node,
            target is not None
            and len(target) == 2
            and (target[0] in (0, 1, -1) or target[1] == -1),
            "for more than a row an image",
        )
        return Flatten()

    def op_pad(self, node, attributes, values):
        pads = [int(v) for v in (attributes["pads"] if "pads" in attributes else values[1])]
        value = float(
            attributes.get("value", values[2] if len(values) > 2 and values[2] is not None else 0)
        )
        self._require(
            node,
            attributes.get("mode", b"constant") == b"constant"
            and len(pads) == 8
            and pads[0] == pads[4] == 0,
            "with another border than a constant",
        )
        sides = [side for axis in (3, 2, 1) for side in (pads[axis], pads[axis + 4])]
        return Call(
            lambda x: functional.pad(x, sides if sides[4:] != [0, 0] else sides[:4], value=value)
        )
