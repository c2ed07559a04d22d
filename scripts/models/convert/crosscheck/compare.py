"""Differences of the converted models from the outputs that the other runtimes wrote."""

import sys
from pathlib import Path

import numpy as np
import torch
from csm.contract import load_model
from inputs import NETWORKS, ROOT


RUNTIME = {"face_detector": "LiteRT", "face_mesh": "LiteRT", "pose": "onnxruntime", "recognition": "onnxruntime",
           "age": "TensorFlow.js", "gender_faceres": "TensorFlow.js"}


def main(folder):
    print("| model | output | second runtime | largest value | largest difference | relative |\n|---|---|---|---|---|---|")
    for name, (size, *_) in NETWORKS.items():
        network, contract = load_model(ROOT / f"models/{name}.pt")
        network = torch.jit.freeze(network)
        images = torch.from_numpy(np.fromfile(Path(folder) / f"{name}.nhwc", np.float32).reshape(3, size, size, 3))
        with torch.no_grad():
            results = network(images.permute(0, 3, 1, 2).contiguous())
        results = [results] if torch.is_tensor(results) else list(results)
        for k, (result, output) in enumerate(zip(results, contract["outputs"])):
            other = [np.fromfile(Path(folder) / f"{name}.{i}.{k}.other", np.float32) for i in range(3)]
            own, other = result.flatten(1).numpy(), np.stack(other)
            difference, largest = np.abs(own - other).max(), np.abs(other).max()
            print(f"| {name} | {output['name']} | {RUNTIME.get(name, 'face-api on TensorFlow.js')} | {largest:.4g} | "
                  f"{difference:.1e} | {difference / largest:.1e} |")


if __name__ == "__main__":
    main(sys.argv[1])
