"""python -m gpu_kit.replay MODEL.pt: a batch through the network launch by launch, and replayed as a CUDA graph.

Prints one line of JSON with the milliseconds of each batch, the median of turns.
"""

import json
import sys
from statistics import median

import torch

BATCHES = (1, 16, 256)
N_TURNS = 15


def main(model):
    contract = {"contract.json": ""}
    network = torch.jit.freeze(torch.jit.load(model, map_location="cuda", _extra_files=contract).eval())
    size = json.loads(contract["contract.json"])["input"]
    results = {}
    with torch.inference_mode():
        for batch in BATCHES:
            images = torch.randn(batch, 3, size["height"], size["width"], device="cuda")
            results[str(batch)] = compare(network, images)
    print(json.dumps({"batches": results}))


def compare(network, images):
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):  # the warm-up that the capture asks for
        for _ in range(3):
            network(images)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        network(images)
    ways = {"eager_ms": lambda: network(images), "graph_ms": graph.replay}
    times = {way: [] for way in ways}
    for _ in range(N_TURNS):
        for way, work in ways.items():
            times[way].append(milliseconds(work))
    return {way: round(median(values), 4) for way, values in times.items()}


def milliseconds(work):
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    begin.record()
    work()
    end.record()
    end.synchronize()
    return begin.elapsed_time(end)


if __name__ == "__main__":
    main(sys.argv[1])
