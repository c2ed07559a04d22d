"""The readers of foreign formats, on small files made by hand or by other libraries."""

import json
import struct

import numpy as np
import onnx
import pytest
import torch
from convert.face_api_networks import _Residual
from convert.face_api_weights import read_manifest
from convert.face_geometry import read_topology
from convert.flatbuffer import Table
from csm.export.network import convolution, same_padding
from convert.onnx_reader import read_onnx
from convert.protobuf_wire import float_of, read_fields
from convert.tfjs_graph import read_graph
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [
        (112, 3, 2, (0, 1)),
        (7, 3, 2, (1, 1)),
        (56, 3, 1, (1, 1)),
        (56, 1, 2, (0, 0)),
        (192, 5, 2, (1, 2)),
        (6, 2, 2, (0, 0)),
    ],
)
def test_same_padding_puts_the_odd_pixel_after(size, kernel, stride, expected):
    assert same_padding(size, kernel, stride) == expected


def test_uneven_padding_equals_padding_by_hand():
    weight = np.random.default_rng(1).normal(size=(4, 3, 3, 3))
    image = torch.rand(2, 3, 8, 6)
    padded = torch.nn.functional.pad(image, (0, 1, 0, 1))
    expected = torch.nn.functional.conv2d(
        padded, torch.tensor(weight, dtype=torch.float32), stride=2
    )
    torch.testing.assert_close(convolution(weight, None, 2, (0, 1, 0, 1))(image), expected)


def test_flatbuffer_table_reads_scalars_vectors_and_defaults():
    # root offset | vtable: size 10, table 12, fields 0 (i32 at 4), 1 (vector at 8), 2 (absent) |
    # table | vector of 2 floats
    vtable = struct.pack("<HHHHH", 10, 12, 4, 8, 0) + b"\0\0"
    table = struct.pack("<iiI", 12, -7, 4)
    data = struct.pack("<I", 16) + vtable + table + struct.pack("<Iff", 2, 0.5, -2.0)
    root = Table.root(data)
    assert root.scalar(0, "i") == -7
    assert root.numbers(1, "f") == (0.5, -2.0)
    assert root.scalar(2, "i", 5) == 5 and root.scalar(9, "b") == 0
    assert root.numbers(2, "i") == ()


def test_protobuf_fields():
    data = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d" + struct.pack("<f", 1.5)
    assert read_fields(data)[:2] == [(1, 150), (2, b"hi")]
    assert float_of(read_fields(data)[2][1]) == 1.5


def test_topology_of_another_size_is_refused():
    mesh = b"\x1d" + struct.pack("<f", 1.0)
    with pytest.raises(ValueError, match="468 and 898"):
        read_topology(b"\x0a" + bytes([len(mesh)]) + mesh)


def test_quantised_weights(tmp_path):
    manifest = [
        {
            "paths": ["w.bin"],
            "weights": [
                {
                    "name": "a",
                    "shape": [2, 1],
                    "dtype": "float32",
                    "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0},
                },
                {"name": "b", "shape": [1], "dtype": "float32"},
            ],
        }
    ]
    (tmp_path / "m.json").write_text(json.dumps(manifest))
    (tmp_path / "w.bin").write_bytes(bytes([0, 5]) + struct.pack("<f", 2.25))
    tensors = read_manifest(tmp_path / "m.json")
    assert tensors["a"].tolist() == [[-1.0], [1.5]] and tensors["b"].tolist() == [2.25]
    (tmp_path / "w.bin").write_bytes(bytes(9))
    with pytest.raises(ValueError, match="9 bytes.*describes 6"):
        read_manifest(tmp_path / "m.json")


def test_dlib_block_grows_with_zeros_at_the_end():
    # 8 x 8 becomes 3 x 3 by the VALID convolution but 4 x 4 by the pool: the missing row and column
    # are zeros.
    weights = {}
    for name, n_in in (("b/conv1", 1), ("b/conv2", 2)):
        weights[f"{name}/conv/filters"] = np.zeros((3, 3, n_in, 2), "f4")
        weights |= {
            f"{name}/{part}": np.full(2, 1.5, "f4")
            for part in ("conv/bias", "scale/weights", "scale/biases")
        }
    image = torch.full((2, 1, 8, 8), 0.25)
    with torch.no_grad():
        out = _Residual(weights, "b", 8, down=True)(image)
    expected = torch.zeros(2, 2, 4, 4)
    expected[:, :, :3, :3] = 1.5 * 1.5 + 1.5
    expected[:, 0] += 0.25  # the skip has one channel; the second is zeros
    torch.testing.assert_close(out, expected)


def onnx_shuffle_net(path):
    """Convolution, rectifier, pool, channel shuffle, split, sum, mean and dense layer, with a fixed
    batch of 1.
    """
    rng = np.random.default_rng(2)

    def constant(name, values):
        return numpy_helper.from_array(np.asarray(values), name)

    initialisers = [
        constant("w", rng.normal(size=(6, 3, 3, 3)).astype("f4")),
        constant("b", rng.normal(size=6).astype("f4")),
        constant("slope", rng.normal(size=(3, 1, 1)).astype("f4")),
        constant("g", rng.normal(size=(2, 3)).astype("f4")),
        constant("gb", np.ones(2, "f4")),
    ]
    node = helper.make_node
    shapes = {"five": np.array([1, 2, 3, 4, 5]), "four": np.array([1, 6, 4, 5])}
    nodes = [
        node(
            "Conv",
            ["x", "w", "b"],
            ["c"],
            kernel_shape=[3, 3],
            pads=[1, 0, 1, 2],
            strides=[1, 1],
            group=1,
            dilations=[1, 1],
        ),
        node("Relu", ["c"], ["r"]),
        node("MaxPool", ["r"], ["m"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]),
        node("Constant", [], ["five"], value=numpy_helper.from_array(shapes["five"])),
        node("Reshape", ["m", "five"], ["s1"]),
        node("Transpose", ["s1"], ["s2"], perm=[0, 2, 1, 3, 4]),
        node("Constant", [], ["four"], value=numpy_helper.from_array(shapes["four"])),
        node("Reshape", ["s2", "four"], ["s3"]),
        node("Split", ["s3"], ["h1", "h2"], axis=1, split=[3, 3]),
        node("PRelu", ["h2", "slope"], ["p"]),
        node("Add", ["h1", "p"], ["a"]),
        node("ReduceMean", ["a"], ["v"], axes=[2, 3], keepdims=0),
        node("Gemm", ["v", "g", "gb"], ["y"], alpha=1.0, beta=1.0, transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 10])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])],
        initialisers,
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=8), path
    )


def test_onnx_network_equals_the_reference_evaluator_for_any_batch(tmp_path):
    onnx_shuffle_net(tmp_path / "n.onnx")
    images = np.random.default_rng(4).normal(size=(3, 3, 8, 10)).astype("f4")
    evaluator = ReferenceEvaluator(str(tmp_path / "n.onnx"))
    expected = np.concatenate([evaluator.run(None, {"x": image[None]})[0] for image in images])
    with torch.no_grad():
        own = read_onnx(tmp_path / "n.onnx", ["y"])(torch.from_numpy(images)).numpy()
    np.testing.assert_allclose(own, expected, atol=1e-5)


def test_unknown_onnx_operator_is_named(tmp_path):
    graph = helper.make_graph([helper.make_node("Erf", ["x"], ["y"], name="odd")], "net",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 4, 4])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 4, 4])])
    onnx.save(helper.make_model(graph), tmp_path / "n.onnx")
    with pytest.raises(ValueError, match="odd: the operator Erf"):
        read_onnx(tmp_path / "n.onnx", ["y"])


def test_tfjs_graph_folds_the_batch_norm(tmp_path):
    rng = np.random.default_rng(3)
    tensors = {
        "k": rng.normal(size=(3, 3, 3, 1)).astype("f4"),
        "scale": rng.normal(size=3).astype("f4"),
        "shift": rng.normal(size=3).astype("f4"),
        "six": np.float32(6),
        "zero": np.float32(0),
        "axes": np.array([1, 2], "i4"),
        "w": rng.normal(size=(3, 2)).astype("f4"),
        "wb": np.ones(2, "f4"),
    }

    def node(name, op, *inputs, **attributes):
        return {"name": name, "op": op, "input": list(inputs), "attr": attributes}

    strides = {"strides": {"list": {"i": ["1", "2", "2", "1"]}}}
    nodes = [
        node("x", "Placeholder"),
        node("d", "DepthwiseConv2dNative", "x", "k", **strides),
        node("m", "Mul", "d", "scale"),
        node("a", "Add", "m", "shift"),
        node("r", "Relu", "a"),
        node("lo", "Minimum", "r", "six"),
        node("hi", "Maximum", "lo", "zero"),
        node("g", "Mean", "hi", "axes"),
        node("y", "_FusedMatMul", "g", "w", "wb", fused_ops={"list": {"s": ["Qmlhc0FkZA=="]}}),
    ]
    weights = [
        {"name": n, "shape": list(np.shape(v)), "dtype": str(np.asarray(v).dtype)}
        for n, v in tensors.items()
    ]
    (tmp_path / "w.bin").write_bytes(b"".join(np.asarray(v).tobytes() for v in tensors.values()))
    (tmp_path / "g.json").write_text(
        json.dumps(
            {
                "modelTopology": {"node": nodes},
                "weightsManifest": [{"paths": ["w.bin"], "weights": weights}],
            }
        )
    )
    image = rng.normal(size=(2, 3, 8, 8)).astype("f4") * 5
    padded = np.pad(image, ((0, 0), (0, 0), (0, 1), (0, 1)))
    maps = np.zeros((2, 3, 4, 4))
    for i in range(4):
        for j in range(4):
            window = padded[:, :, 2 * i:2 * i + 3, 2 * j:2 * j + 3]
            maps[:, :, i, j] = np.einsum("bchw,hwc->bc", window, tensors["k"][..., 0])
    maps = np.clip(maps * tensors["scale"][:, None, None] + tensors["shift"][:, None, None], 0, 6)
    expected = maps.mean((2, 3)) @ tensors["w"] + tensors["wb"]
    with torch.no_grad():
        own = read_graph(tmp_path / "g.json", ["y"], 8)(torch.from_numpy(image)).numpy()
    np.testing.assert_allclose(own, expected, atol=1e-5)
