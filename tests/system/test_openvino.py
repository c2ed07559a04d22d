"""Model files that OpenVINO runs: ONNX, made here with its Python package."""

import json

import conftest
import numpy as np
import pytest
from foreign_models import one_error, run


def write_onnx(data, batch):
    """The classifier of the data set as ONNX for this batch ("N": any); constants of a Reshape hold it."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    n_values = 3 * conftest.HEIGHT * conftest.WIDTH
    weight = data.weight("classifier").reshape(2, n_values).T.astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Reshape", ["images", "shape"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weight"], ["scores"]),
        ],
        "linear",
        [
            helper.make_tensor_value_info(
                "images", TensorProto.FLOAT, [batch, 3, conftest.HEIGHT, conftest.WIDTH]
            )
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [batch, 2])],
        [
            numpy_helper.from_array(np.array([-1 if batch == "N" else batch, n_values]), "shape"),
            numpy_helper.from_array(weight, "weight"),
        ],
    )
    path = data.folder / "linear.onnx"
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path
    )
    path.with_suffix(".contract.json").write_text(json.dumps(conftest.contract()))
    return path


@pytest.fixture(scope="module")
def has_openvino():
    cache = conftest.PROGRAM.parents[1] / "CMakeCache.txt"
    return not cache.exists() or "OpenVINO_DIR:PATH=/" in cache.read_text()


@pytest.mark.parametrize("batch", ["N", 1])
def test_an_onnx_file_gives_the_map_of_the_same_network(
    run_csm, data, tmp_path, has_openvino, batch
):
    model = write_onnx(data, batch)
    if not has_openvino:
        one_error(
            run_csm(*data.arguments(tmp_path / "a.h5", "--model", model)),
            2,
            "needs OpenVINO",
            "--with-openvino",
        )
        return
    with run(run_csm, data, tmp_path / "script.h5") as script:
        wanted = script["entry/cms/cms"][:]
    for n_ranks in (1, 2):
        with run(
            run_csm, data, tmp_path / f"{n_ranks}.h5", "--model", model, n_ranks=n_ranks
        ) as file:
            np.testing.assert_allclose(file["entry/cms/cms"][:], wanted, rtol=1e-5, atol=1e-5)
            assert file["entry/inputs/model_kind"].asstr()[()] == "openvino"


def test_a_file_that_does_not_fit_is_refused(run_csm, data, tmp_path, has_openvino):
    if not has_openvino:
        pytest.skip("csm_mpi was built without OpenVINO")
    model = write_onnx(data, "N")
    contract = model.with_suffix(".contract.json")
    contract.write_text(
        json.dumps(conftest.contract(input=conftest.contract()["input"] | {"height": 17}))
    )
    one_error(run_csm(*data.arguments(tmp_path / "a.h5", "--model", model)), 2, "17 x 20 px")
    contract.unlink()
    one_error(run_csm(*data.arguments(tmp_path / "a.h5", "--model", model)), 2, "--contract")
    model.write_bytes(b"no network")
    contract.write_text(json.dumps(conftest.contract()))
    one_error(
        run_csm(*data.arguments(tmp_path / "a.h5", "--model", model)),
        2,
        "cannot be prepared by OpenVINO",
    )
