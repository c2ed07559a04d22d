"""python -m gpu_kit.float64 MODEL.pt SCORES.pt: computes in float64 on the CPU what csm_engine_bench --scores kept.

Independent of CSM's C++: the occluded images, the forward and the scores are made here again.
Prints one line of JSON: of each engine the largest error of a score over the largest score, and the same of the drops.
"""

import json
import sys

import torch

BATCH = 16


def main(model, scores):
    contract = {"contract.json": ""}
    network = torch.jit.load(model, map_location="cpu", _extra_files=contract).eval().double()
    contract = json.loads(contract["contract.json"])
    kept = dict(torch.jit.load(scores).named_buffers())
    image, fill = kept["image"].double(), kept["fill"].double()
    results = {}
    with torch.inference_mode():
        clean = class_scores(network(image), contract)
        patches = kept["full_patches"]
        occluded = torch.cat([class_scores(network(occlude(image, fill, some)), contract) for some in patches.split(BATCH)])
    for engine in sorted(name.removesuffix("_covered") for name in kept if name.endswith("_covered")):
        found_clean, found = kept[f"{engine}_clean"].double(), kept[f"{engine}_covered"].double()
        drops = clean - occluded
        results[engine] = {"score_error": float((found - occluded).abs().max() / occluded.abs().max()),
                           "drop_error": float((found_clean - found - drops).abs().max() / drops.abs().max())}
    print(json.dumps({"n_patches": len(patches), "largest_drop": float((clean - occluded).abs().max()), "engines": results}))


def occlude(image, fill, patches):
    """(n x 3 x H x W) copies of the image, each with the fill under its patch (y1, y2, x1, x2)."""
    images = image.repeat(len(patches), 1, 1, 1)
    for copy, (y1, y2, x1, x2) in zip(images, patches.tolist()):
        copy[:, y1:y2, x1:x2] = fill[0, :, y1:y2, x1:x2]
    return images


def class_scores(outputs, contract):
    """(n x n_scores), as src/model/class_scores.cpp defines them for logits, embeddings and heads of logits."""
    outputs = [outputs] if torch.is_tensor(outputs) else list(outputs)
    values = [output.flatten(1) for output in outputs]
    if not contract.get("heads"):
        used = next(i for i, output in enumerate(contract["outputs"]) if output["kind"] != "ignored")
        if contract["outputs"][used]["kind"] not in ("logit", "embedding"):
            raise SystemExit(f"scores of kind {contract['outputs'][used]['kind']} are not computed here")
        return values[used]
    index_of = {output["name"]: i for i, output in enumerate(contract["outputs"])}
    scores = None
    for head in contract["heads"]:
        log_p = values[index_of[head["output"]]].log_softmax(1)
        groups = torch.stack([log_p[:, group].logsumexp(1) for group in head["groups"]], 1)
        scores = groups if scores is None else (scores.unsqueeze(2) + groups.unsqueeze(1)).flatten(1)
    return scores


if __name__ == "__main__":
    main(*sys.argv[1:])
