"""Reader of TensorFlow.js graph models made of convolutions, batch norms, ReLU6, a global mean and dense layers."""

import base64
import json
from pathlib import Path

import numpy as np
from torch import nn

from .face_api_weights import read_weights
from csm.export.network import GlobalMean, Network, Step, convolution, linear, same_padding


def read_graph(path, output_nodes, input_size):
    """The network from the placeholder to the named nodes; `input_size` [px] is its square input's side."""
    path = Path(path)
    document = json.loads(path.read_text())
    weights = read_weights(document["weightsManifest"], path.parent)
    nodes = [n for n in document["modelTopology"]["node"] if n["op"] != "Const"]
    return _Builder(weights, input_size).network(nodes, output_nodes)


class _Builder:
    def __init__(self, weights, input_size):
        self.weights, self.sizes, self.steps = weights, {"": input_size}, []
        self.pending = {}  # a convolution whose scale and bias are still to come, by its output

    def network(self, nodes, output_nodes):
        source = next(n["name"] for n in nodes if n["op"] == "Placeholder")
        self.sizes[source] = self.sizes[""]
        for node in nodes:
            if node["op"] != "Placeholder":
                self._add(node)
        return Network(self.steps, source, output_nodes)

    def _add(self, node):
        op, name, inputs = node["op"], node["name"], node["input"]
        constants = [self.weights.get(i) for i in inputs]
        size = self.sizes.get(inputs[0])
        if op in ("Conv2D", "DepthwiseConv2dNative"):
            stride = int(node["attr"]["strides"]["list"]["i"][1])
            self.pending[name] = (inputs[0], constants[1].astype(np.float64), 0.0, stride, op != "Conv2D", size)
            self.sizes[name] = -(-size // stride)
        elif op in ("Mul", "Add"):
            self._fold(op, name, inputs[0], constants[1].reshape(-1).astype(np.float64))
        elif op == "Relu":
            self._convolve(name, inputs[0])
        elif op in ("Minimum", "Maximum"):
            # Relu, min(6), max(0) is one ReLU6; the bounds are checked, the steps pass through.
            bound = {"Minimum": 6.0, "Maximum": 0.0}[op]
            if float(constants[1]) != bound:
                raise ValueError(f"{name}: a bound of {float(constants[1])} where {bound} was expected")
            module = nn.ReLU6() if op == "Minimum" else nn.Identity()
            self._step(module, inputs[0], name, size)
        elif op == "Mean":
            self._step(GlobalMean(), inputs[0], name, 1)
        elif op == "_FusedMatMul":
            fused = [base64.b64decode(s).decode() for s in node["attr"]["fused_ops"]["list"]["s"]]
            layer = linear(constants[1].T, constants[2])
            self._step(nn.Sequential(layer, nn.ReLU()) if "Relu" in fused else layer, inputs[0], name, 1)
        elif op not in ("Sigmoid", "Softmax"):
            raise ValueError(f"{name}: the operator {op} is unknown to this reader. Was the model replaced?")

    def _step(self, module, source, name, size):
        self.steps.append(Step(module, (source,), name))
        self.sizes[name] = size

    def _fold(self, op, name, source, values):
        """Multiplies the pending convolution per output channel, or adds to its bias."""
        origin, kernel, bias, stride, depthwise, size = self.pending.pop(source)
        if op == "Mul":
            per_output = values[:, None] if depthwise else values
            kernel, bias = kernel * per_output, bias * values
        else:
            bias = bias + values
        self.pending[name] = (origin, kernel, bias, stride, depthwise, size)
        self.sizes[name] = self.sizes[source]

    def _convolve(self, name, source):
        origin, kernel, bias, stride, depthwise, size = self.pending.pop(source)
        # H W I O -> O I H W; depthwise H W C 1 -> C 1 H W.
        weight = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        sides = same_padding(size, weight.shape[2], stride) * 2
        layer = convolution(weight, bias, stride, sides, groups=len(weight) if depthwise else 1)
        self._step(layer, origin, name, self.sizes[source])
