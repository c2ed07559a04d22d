"""Reader of ONNX models made of convolutions, rectifiers, sums, channel splits and shuffles, and dense layers."""

import onnx
from onnx import helper, numpy_helper
from torch import nn

from csm.export.network import Add, Channels, Concat, Flatten, GlobalMean, Network, Step, convolution, linear, prelu


def read_onnx(path, output_names):
    """The network of an ONNX file up to the named outputs, with a free batch size."""
    graph = onnx.load(str(path)).graph
    return _Builder(graph).network(graph.input[0].name, output_names)


class _Builder:
    def __init__(self, graph):
        self.nodes = list(graph.node)
        self.constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
        self.steps = []

    def network(self, source, output_names):
        skip = 0
        for i, node in enumerate(self.nodes):
            if skip:
                skip -= 1
            elif node.op_type == "Constant":
                self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            elif node.op_type == "Reshape" and len(self._target(i)) == 5:
                skip = self._shuffle(i)
            else:
                self._add(i, node)
        return Network(self.steps, source, output_names)

    def _target(self, i):
        """The shape that node i reshapes to; its Constant is before it or among the initialisers."""
        return self.constants[self.nodes[i].input[1]]

    def _shuffle(self, i):
        """Reshape, transpose, reshape with a fixed batch of 1 is a channel shuffle; returns the nodes used up."""
        used = [n for n in self.nodes[i + 1:i + 4] if n.op_type != "Constant"]
        transpose, back = used[:2]
        groups = int(self._target(i)[1])
        if list(_attributes(transpose)["perm"]) != [0, 2, 1, 3, 4] or back.op_type != "Reshape":
            raise ValueError(f"{self.nodes[i].name}: a reshape that is not a channel shuffle. Was the model replaced?")
        self.steps.append(Step(nn.ChannelShuffle(groups), (self.nodes[i].input[0],), back.output[0]))
        return 3

    def _add(self, i, node):
        attributes = _attributes(node)
        if node.op_type == "Split":
            first = 0
            for name, width in zip(node.output, attributes["split"], strict=True):
                self.steps.append(Step(Channels(first, first + width), (node.input[0],), name))
                first += width
            return
        sources = tuple(name for name in node.input if name not in self.constants)
        values = [self.constants.get(name) for name in node.input]
        self.steps.append(Step(self._module(i, node, attributes, values), sources, node.output[0]))

    def _module(self, i, node, attributes, values):
        op = node.op_type
        if op == "Conv":
            top, left, bottom, right = attributes["pads"]
            return convolution(values[1], values[2] if len(values) > 2 else None, attributes["strides"][0],
                               (left, right, top, bottom), attributes["group"])
        if op == "Gemm":
            return linear(values[1], values[2])
        if op == "PRelu":
            return prelu(values[1].reshape(-1))
        if op == "MaxPool":
            # Torch pads a maximum with minus infinity, as ONNX does.
            return nn.MaxPool2d(attributes["kernel_shape"], attributes["strides"], attributes["pads"][:2])
        if op == "Reshape" and len(self._target(i)) == 2:
            return Flatten()
        if op == "ReduceMean" and list(attributes["axes"]) == [2, 3] and attributes["keepdims"] == 0:
            return GlobalMean()
        plain = {"Relu": nn.ReLU, "Add": Add, "Concat": Concat}
        if op not in plain:
            raise ValueError(f"{node.name}: the operator {op} is unknown to this reader. Was the model replaced?")
        return plain[op]()


def _attributes(node):
    return {a.name: helper.get_attribute_value(a) for a in node.attribute if a.type != onnx.AttributeProto.TENSOR}
