#!/usr/bin/env python3
"""One baseline of csm_mpi, in a process of its own: prints {"n": patches or windows, "seconds": s} as JSON.

  baseline.py forwards MODEL --n-batches 57            a bare loop of batched forwards of the frozen network
  baseline.py captum MODEL --per-eval 8 --strides 2,3  Captum's Occlusion of one image

Both run the same TorchScript file as csm_mpi, frozen, in inference mode, on one thread. The input holds random numbers: dense float
arithmetic takes the same time for all of them.
"""

import argparse
import json
import sys
import time
import warnings
from pathlib import Path

import torch


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("forwards", "captum"))
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--layout", choices=("channels-last", "contiguous"), default="channels-last")
    parser.add_argument("--batch-size", type=int, default=32, help="forwards: images in a batch")
    parser.add_argument("--n-batches", type=int, default=10, help="forwards: batches that are timed")
    parser.add_argument("--patch-size", type=int, default=8, help="captum: side of the window [px]")
    parser.add_argument("--strides", type=_pair, default=(4, 4), metavar="Y,X", help="captum: steps of the window [px]")
    parser.add_argument("--per-eval", type=int, default=1, help="captum: perturbations_per_eval")
    given = parser.parse_args(argv)
    torch.set_num_threads(given.threads)
    warnings.filterwarnings("ignore")  # torch calls TorchScript deprecated; it is what both sides run
    network, contract = load_frozen(given.model, given.layout)
    if given.kind == "forwards":
        n, seconds = time_forwards(network, contract["input"], given)
    else:
        n, seconds = time_captum(network, contract, given)
    print(json.dumps({"n": n, "seconds": seconds}))
    return 0


def _pair(text):
    y, x = (int(part) for part in text.split(","))
    return y, x


def load_frozen(path, layout):
    """(frozen network, contract); the weights lie as the images do."""
    extra = {"contract.json": ""}
    network = torch.jit.load(str(path), map_location="cpu", _extra_files=extra).eval()
    if layout == "channels-last":
        network = network.to(memory_format=torch.channels_last)
    return torch.jit.freeze(network), json.loads(extra["contract.json"])


def laid_out(images, layout):
    return images.contiguous(memory_format=torch.channels_last if layout == "channels-last" else torch.contiguous_format)


def time_forwards(network, size, given):
    """(images, seconds) of batched forwards of one prepared input."""
    images = laid_out(torch.rand(given.batch_size, 3, size["height"], size["width"]), given.layout)
    with torch.inference_mode():
        for _ in range(3):  # the first calls prepare the graph
            network(images)
        start = time.perf_counter()
        for _ in range(given.n_batches):
            network(images)
        return given.batch_size * given.n_batches, time.perf_counter() - start


def time_captum(network, contract, given):
    """(windows, seconds) of Occlusion.attribute on one image."""
    from captum.attr import Occlusion  # a package that only this baseline needs

    used = next(i for i, output in enumerate(contract["outputs"]) if output["kind"] != "ignored")

    def logits(images):
        outputs = network(laid_out(images, given.layout))
        return (outputs if torch.is_tensor(outputs) else outputs[used]).flatten(1)

    height, width = contract["input"]["height"], contract["input"]["width"]
    image = laid_out(torch.rand(1, 3, height, width), given.layout)
    occlusion = Occlusion(logits)
    window = (3, given.patch_size, given.patch_size)

    with torch.inference_mode():
        for _ in range(3):  # the first calls prepare the graph
            logits(image.repeat(given.per_eval, 1, 1, 1))
        start = time.perf_counter()
        occlusion.attribute(image, sliding_window_shapes=window, strides=(3, *given.strides), baselines=0, target=0,
                            perturbations_per_eval=given.per_eval)
        seconds = time.perf_counter() - start
    return n_windows(height, given.patch_size, given.strides[0]) * n_windows(width, given.patch_size, given.strides[1]), seconds


def n_windows(side, patch_size, stride):
    """Windows along one axis: Captum adds one that reaches over the edge if the stride does not divide the rest."""
    return -(-(side - patch_size) // stride) + 1


def strides_for(n_patches, height, width, patch_size):
    """(y, x) steps, at most the patch as Captum wants, whose number of windows is nearest to n_patches; of equals the most alike."""
    choices = [(y, x) for y in range(1, patch_size + 1) for x in range(1, patch_size + 1)]

    def miss(strides):
        n = n_windows(height, patch_size, strides[0]) * n_windows(width, patch_size, strides[1])
        return abs(n - n_patches), abs(strides[0] - strides[1]), strides

    return min(choices, key=miss)


if __name__ == "__main__":
    sys.exit(main())
