"""Outputs of onnxruntime and of LiteRT on the cross-check inputs. Needs onnxruntime, ai-edge-litert and numpy."""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from ai_edge_litert.interpreter import Interpreter

PACKAGES = Path(__file__).resolve().parents[4] / ".csm/npm"


def main(folder):
    folder = Path(folder)
    assets = (PACKAGES / "mediapipe-face_mesh-0.4.1633559619/face_mesh_solution_packed_assets.data").read_bytes()
    detector = PACKAGES / "mediapipe-face_detection-0.4.1646425229/face_detection_full_range.tflite"
    for name, data in (("face_detector", detector.read_bytes()), ("face_mesh", assets[2495952:3737848])):
        interpreter = Interpreter(model_content=data)
        interpreter.allocate_tensors()
        source = interpreter.get_input_details()[0]["index"]
        for i, picture in enumerate(np.fromfile(folder / f"{name}.nhwc", np.float32).reshape(3, 1, 192, 192, 3)):
            interpreter.set_tensor(source, picture)
            interpreter.invoke()
            for k, detail in enumerate(interpreter.get_output_details()):
                interpreter.get_tensor(detail["index"]).astype(np.float32).tofile(folder / f"{name}.{i}.{k}.other")
    faceplugin = PACKAGES / "faceplugin-face-recognition-js-0.0.1/model"
    for name, file, size in (("pose", "fr_pose", 224), ("recognition", "fr_feature", 112)):
        session = onnxruntime.InferenceSession(faceplugin / f"{file}.onnx", providers=["CPUExecutionProvider"])
        pictures = np.fromfile(folder / f"{name}.nhwc", np.float32).reshape(3, 1, size, size, 3)
        for i, picture in enumerate(pictures):
            results = session.run(None, {"input": np.ascontiguousarray(picture.transpose(0, 3, 1, 2))})
            for k, result in enumerate(results):
                result.tofile(folder / f"{name}.{i}.{k}.other")


if __name__ == "__main__":
    main(sys.argv[1])
