"""Reader of TFLite models: the operators that the MediaPipe face networks use, as a `Network` in NCHW."""

import numpy as np
from torch import nn

from .flatbuffer import Table
from csm.export.network import (Add, BilinearResize, CellsFirst, Flatten, LowestPad, Network, Step, ZeroPad, convolution,
                      prelu, same_padding)

ADD, CONV, DEPTHWISE, DEQUANTIZE, MAX_POOL, RELU, RESHAPE, RESIZE, PAD, PRELU = 0, 3, 4, 6, 17, 19, 22, 23, 34, 54
TENSOR_TYPES = {0: "<f4", 1: "<f2", 2: "<i4"}


class _Model:
    """The first subgraph of a TFLite file; constants are NumPy arrays by tensor id."""

    def __init__(self, data):
        root = Table.root(data)
        self.codes = [max(code.scalar(0, "b"), code.scalar(3, "i")) for code in root.tables(1)]
        graph = root.tables(2)[0]
        self.tensors = graph.tables(0)
        self.inputs, self.outputs = graph.numbers(1, "i"), graph.numbers(2, "i")
        self.operators = graph.tables(3)
        buffers = root.tables(4)
        self.constants = {}
        for i, tensor in enumerate(self.tensors):
            raw = buffers[tensor.scalar(2, "I")].raw(0)
            if len(raw):
                values = np.frombuffer(raw, TENSOR_TYPES[tensor.scalar(1, "b")])
                self.constants[i] = values.reshape(tensor.numbers(0, "i"))

    def shape(self, i):
        return self.tensors[i].numbers(0, "i")


def read_tflite(data):
    """The network in a TFLite file's bytes; image input, outputs in the file's order."""
    model = _Model(data)
    steps = []
    for operator in model.operators:
        code = model.codes[operator.scalar(0, "I")]
        inputs, outputs = operator.numbers(1, "i"), operator.numbers(2, "i")
        if code == DEQUANTIZE:
            model.constants[outputs[0]] = model.constants[inputs[0]].astype(np.float32)
            continue
        module = _module(model, code, inputs, outputs, operator.table(4))
        sources = tuple(str(i) for i in inputs if i not in model.constants)
        steps.append(Step(module, sources, str(outputs[0])))
    names = [_as_batch_rows(model, steps, i) for i in model.outputs]
    return Network(steps, str(model.inputs[0]), names)


def _as_batch_rows(model, steps, i):
    """The name of output `i`, flattened to (B x C) if it is a 1 x 1 picture."""
    shape = model.shape(i)
    if len(shape) == 4 and shape[1:3] == (1, 1):
        steps.append(Step(Flatten(), (str(i),), f"{i} flat"))
        return f"{i} flat"
    return str(i)


def _module(model, code, inputs, outputs, options):
    height, width = (model.shape(inputs[0]) + (1, 1))[1:3]
    if code == CONV:
        _expect(options.scalar(3, "b") == 0, "a fused activation")
        weight = model.constants[inputs[1]].transpose(0, 3, 1, 2)  # O H W I -> O I H W
        return _convolution(options, weight, model.constants[inputs[2]], height, width, groups=1)
    if code == DEPTHWISE:
        _expect(options.scalar(3, "i") == 1 and options.scalar(4, "b") == 0, "a depth multiplier or activation")
        weight = model.constants[inputs[1]].transpose(3, 0, 1, 2)  # 1 H W C -> C 1 H W
        return _convolution(options, weight, model.constants[inputs[2]], height, width, groups=len(weight))
    if code == MAX_POOL:
        stride, kernel = options.scalar(2, "i"), options.scalar(4, "i")
        sides = _padding(options, height, width, (kernel, kernel), stride)
        pool = nn.MaxPool2d(kernel, stride)
        return nn.Sequential(LowestPad(*sides), pool) if any(sides) else pool
    if code == PAD:
        widths = model.constants[inputs[1]]
        _expect(not widths[0].any() and widths[3][0] == 0, "padding of the batch, or before the channels")
        return ZeroPad(*widths[2], *widths[1], channels=widths[3][1])
    if code == RESIZE:
        _expect(not options.scalar(2, "?") and options.scalar(3, "?"), "a resize without half-pixel centres")
        return BilinearResize(*model.constants[inputs[1]])
    if code == RESHAPE:
        _, cells, channels = model.shape(outputs[0])
        _expect(model.shape(inputs[0])[3] == channels and height * width == cells, "a reshape of other kind")
        return CellsFirst()
    if code == PRELU:
        return prelu(model.constants[inputs[1]].reshape(-1))
    if code == RELU:
        return nn.ReLU()
    _expect(code == ADD and options.scalar(0, "b") == 0, f"operator {code}")
    return Add()


def _convolution(options, weight, bias, height, width, groups):
    stride = options.scalar(1, "i")
    _expect(stride == options.scalar(2, "i"), "unequal strides")
    sides = _padding(options, height, width, weight.shape[2:], stride)
    return convolution(weight, bias, stride, sides, groups)


def _padding(options, height, width, kernel, stride):
    """(left, right, top, bottom); option 0 is 0 for SAME and 1 for VALID."""
    if options.scalar(0, "b") == 1:
        return 0, 0, 0, 0
    return same_padding(width, kernel[1], stride) + same_padding(height, kernel[0], stride)


def _expect(condition, what):
    if not condition:
        raise ValueError(f"the TFLite file holds {what}, which this reader does not know. Was the file replaced?")
