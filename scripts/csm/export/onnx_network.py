"""The network of an ONNX file, and its check against a second runtime."""

import importlib.util

import numpy as np
import torch

from csm.export.network import Network


class OnnxNetwork(Network):
    """The translated network of an ONNX file, which can be compared with that file."""

    def __init__(self, steps, input_name, output_names, path):
        super().__init__(steps, input_name, output_names)
        self.path = str(path)

    def compare(self, batch):
        """The largest difference from a second runtime, relative to outputs above one, and that
        runtime's name.

        `batch`: (N, C, H, W), float32.
        """
        run, name = _second_runtime(self.path)
        with torch.inference_mode():
            ours = self(torch.from_numpy(batch))
        ours = [ours] if isinstance(ours, torch.Tensor) else list(ours)
        worst = 0.0
        for i in range(len(batch)):  # one by one: the file may hold a batch of one
            for mine, theirs in zip(ours, run(batch[i : i + 1]), strict=True):
                theirs = np.asarray(theirs).ravel()
                difference = np.abs(mine[i].numpy().ravel() - theirs)
                worst = max(worst, float((difference / np.maximum(1, np.abs(theirs))).max()))
        return worst, name


def _second_runtime(path):
    """(run(batch) -> outputs, its name): ONNX Runtime or OpenVINO if one is installed, else the
    ONNX package's reference, which is slow and takes batch normalisation of old files for
    training."""
    if importlib.util.find_spec("onnxruntime"):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return lambda batch: session.run(
            None, {session.get_inputs()[0].name: batch}
        ), f"ONNX Runtime {onnxruntime.__version__}"
    if importlib.util.find_spec("openvino"):
        import openvino

        compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        return lambda batch: list(compiled(batch).values()), "OpenVINO"
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(path)
    return lambda batch: evaluator.run(
        None, {evaluator.input_names[0]: batch}
    ), "the ONNX reference"
