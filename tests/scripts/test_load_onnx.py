"""load_onnx: ONNX files as layers, compared with a second runtime, or refused by the operator's
name.
"""

import numpy as np
import onnx
import pytest
import torch
from csm.export.load_onnx import UnknownOperator, load_onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(3)
SHAPE = (3, 12, 10)  # of an image; not square, so that a transposition shows


def array(*shape, low=-1.0, high=1.0):
    return RANDOM.uniform(low, high, shape).astype(np.float32)


def save(path, nodes, constants, batch="N", outputs=("y",), opset=13):
    """An ONNX file of (operator, inputs, output, attributes)."""
    graph = helper.make_graph(
        [
            helper.make_node(
                op,
                inputs,
                [output] if isinstance(output, str) else output,
                name=f"node_{i}",
                **attributes,
            )
            for i, (op, inputs, output, attributes) in enumerate(nodes)
        ],
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, *SHAPE])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in constants.items()],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8), path
    )
    return path


def check(path, tolerance=1e-5):
    network = load_onnx(path)
    worst, _ = network.compare(array(3, *SHAPE))
    assert worst < tolerance
    return network


NETWORKS = {
    "uneven padding, scale and shift, softmax": (
        [
            ("Mul", ["x", "scale"], "a", {}),
            ("Add", ["a", "shift"], "b", {}),
            (
                "Conv",
                ["b", "w", "c"],
                "d",
                {"strides": [2, 2], "pads": [0, 1, 1, 2], "kernel_shape": [3, 3]},
            ),
            (
                "BatchNormalization",
                ["d", "gamma", "beta", "mean", "variance"],
                "e",
                {"epsilon": 1e-3},
            ),
            ("Relu", ["e"], "f", {}),
            ("GlobalAveragePool", ["f"], "g", {}),
            ("Flatten", ["g"], "h", {}),
            ("Gemm", ["h", "v", "u"], "i", {"transB": 1, "alpha": 0.5}),
            ("Softmax", ["i"], "y", {"axis": 1}),
        ],
        lambda: {
            "scale": array(1, 3, 1, 1),
            "shift": array(1, 3, 1, 1),
            "w": array(4, 3, 3, 3),
            "c": array(4),
            "gamma": array(4),
            "beta": array(4),
            "mean": array(4),
            "variance": array(4, low=0.5),
            "v": array(5, 4),
            "u": array(5),
        },
    ),
    "groups, clip, pooling, a residual, matrix product": (
        [
            (
                "Conv",
                ["x", "w"],
                "a",
                {"auto_pad": "SAME_UPPER", "strides": [2, 2], "group": 3, "kernel_shape": [3, 3]},
            ),
            ("Clip", ["a", "zero", "six"], "b", {}),
            (
                "MaxPool",
                ["b"],
                "c",
                {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1]},
            ),
            ("Add", ["b", "c"], "d", {}),
            ("PRelu", ["d", "slope"], "e", {}),
            ("AveragePool", ["e"], "f", {"kernel_shape": [2, 2], "strides": [2, 2]}),
            ("Reshape", ["f", "flat"], "g", {}),
            ("MatMul", ["g", "v"], "h", {}),
            ("Sub", ["one", "h"], "y", {}),
        ],
        lambda: {
            "w": array(3, 1, 3, 3),
            "zero": np.float32(0),
            "six": np.float32(0.5),
            "slope": array(3, 1, 1),
            "flat": np.array([-1, 18]),
            "v": array(18, 2),
            "one": array(2),
        },
    ),
    "split, concat, functions, pad, mean": (
        [
            ("Pad", ["x", "pads"], "a", {}),
            ("Split", ["a", "sizes"], ["b", "c"], {"axis": 1}),
            ("Sigmoid", ["b"], "d", {}),
            ("Tanh", ["c"], "e", {}),
            ("Concat", ["d", "e", "a"], "f", {"axis": 1}),
            ("HardSwish", ["f"], "g", {}),
            ("LeakyRelu", ["g"], "h", {"alpha": 0.2}),
            ("ReduceMean", ["h"], "y", {"axes": [2, 3], "keepdims": 0}),
        ],
        lambda: {"pads": np.array([0, 0, 1, 0, 0, 0, 2, 3]), "sizes": np.array([1, 2])},
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_layers_are_the_files_network(tmp_path, name):
    nodes, constants = NETWORKS[name]
    network = check(save(tmp_path / "net.onnx", nodes, constants(), opset=14))
    torch.jit.trace(network, torch.zeros(2, *SHAPE))


def test_a_batch_of_one_in_the_file_becomes_free(tmp_path):
    path = save(
        tmp_path / "net.onnx",
        [("Reshape", ["x", "flat"], "y", {})],
        {"flat": np.array([1, 360])},
        batch=1,
    )
    assert check(path)(torch.zeros(5, *SHAPE)).shape == (5, 360)


def test_several_outputs_come_in_the_files_order(tmp_path):
    path = save(
        tmp_path / "net.onnx",
        [("Relu", ["x"], "a", {}), ("Sigmoid", ["x"], "b", {})],
        {},
        outputs=("b", "a"),
    )
    first, second = check(path)(torch.full((1, *SHAPE), -1.0))
    assert first.max() > 0.2 and second.max() == 0


@pytest.mark.parametrize(
    "nodes, constants, part",
    [
        ([("Erf", ["x"], "y", {})], {}, "operator Erf"),
        ([("Conv", ["x", "w"], "y", {"dilations": [2, 2]})], {"w": array(2, 3, 3, 3)}, "dilations"),
        (
            [("Reshape", ["x", "shape"], "y", {})],
            {"shape": np.array([-1, 3, 60, 2])},
            "more than a row",
        ),
        ([("Softmax", ["x"], "y", {"axis": 1})], {}, "last of two"),
    ],
)
def test_what_is_not_translated_is_named(tmp_path, nodes, constants, part):
    with pytest.raises(UnknownOperator, match=part):
        load_onnx(save(tmp_path / "net.onnx", nodes, constants))


def test_a_wrong_translation_is_seen(tmp_path):
    path = save(tmp_path / "net.onnx", [("Relu", ["x"], "y", {})], {})
    network = load_onnx(path)
    save(path, [("Sigmoid", ["x"], "y", {})], {})
    assert network.compare(array(2, *SHAPE))[0] > 0.1
