"""Accuracy of the converted models on labelled faces, through the reference fit. Prints Markdown tables.

The data folder holds london_set, fairface540, us_congress and lfw_fold1, each with images and manifest.csv; only images
with one face are used. `--scale` tries other sizes of the face_box crop than the contract's.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np
import torch
from csm.reference_fit import ROOT, ReferenceFitter, crop, load_network, read_image

SEED = 0


class Faces:
    """Rows of the manifests with their fits; images are read again when needed, so that memory stays small."""

    def __init__(self, data, limit):
        fitter, self.data, self.rows = ReferenceFitter(), data, []
        for name in ("london_set", "fairface540", "us_congress", "lfw_fold1"):
            with (data / name / "manifest.csv").open(newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["n_faces"] == "1"]
            order = np.random.default_rng(SEED).permutation(len(rows))[:limit]
            for i in sorted(order):
                fit = fitter.fit(read_image(data / name / rows[i]["path"]))
                if fit is not None:
                    self.rows.append((name, rows[i], fit))

    def outputs(self, name, scale, wanted=lambda name, row: True):
        """(data set, row, fit) of the wanted faces and each output of the network as an array."""
        network, contract = load_network(ROOT / f"models/{name}.pt")
        chosen = [item for item in self.rows if wanted(item[0], item[1])]
        results = []
        for folder, row, fit in chosen:
            with torch.no_grad():
                result = network(crop(read_image(self.data / folder / row["path"]), fit, contract, scale))
            results.append([t[0].double() for t in ([result] if torch.is_tensor(result) else result)])
        return chosen, [torch.stack(column) for column in zip(*results)], contract


def class_scores(outputs, contract):
    """(n x classes) logits by the contract's rules."""
    first = outputs[0]
    if contract.get("heads"):
        names = [output["name"] for output in contract["outputs"]]
        total = torch.zeros(len(first), 1, dtype=torch.double)
        for head in contract["heads"]:
            logits = outputs[names.index(head["output"])].log_softmax(1)
            groups = torch.stack([logits[:, group].logsumexp(1) for group in head["groups"]], 1)
            total = (total[:, :, None] + groups[:, None, :]).flatten(1)
        return total
    if contract["outputs"][0]["kind"] == "binary_logit":
        return torch.cat([torch.zeros_like(first), first], 1)
    return first


def gender(faces, name, scale):
    adults = {"0-2", "3-9", "10-19"}
    chosen, outputs, contract = faces.outputs(name, scale, lambda _, row: row["gender"] and row.get("age_band") not in adults)
    predicted = np.array(contract["classes"])[class_scores(outputs, contract).argmax(1).numpy()]
    truth, folders = np.array([row["gender"] for _, row, _ in chosen]), np.array([folder for folder, _, _ in chosen])
    for folder in dict.fromkeys(folders):
        here = folders == folder
        share = {g: (predicted == truth)[here & (truth == g)].mean() for g in ("male", "female")}
        print(f"| {name} | {folder}{' (20 and older)' if folder == 'fairface540' else ''} | {here.sum()} | "
              f"{(predicted == truth)[here].mean():.3f} | men {share['male']:.3f}, women {share['female']:.3f} |")


def age(faces, name, scale):
    def years(row):
        if row.get("age_band"):
            low, _, high = row["age_band"].rstrip("+").partition("-")
            return (int(low) + int(high or 79) + 1) / 2
        text = row.get("age") or row.get("age_about") or ""
        return float(text) if text.isdigit() else None

    chosen, outputs, contract = faces.outputs(name, scale, lambda _, row: years(row) is not None)
    predicted = class_scores(outputs, contract).argmax(1).numpy()
    expected = (outputs[0].softmax(1) @ torch.arange(1.0, 101.0, dtype=torch.double)).numpy()
    truth, folders = np.array([years(row) for _, row, _ in chosen]), np.array([folder for folder, _, _ in chosen])
    for folder in dict.fromkeys(folders):
        here = folders == folder
        distance = np.abs(predicted[here] - truth[here] // 10)
        print(f"| {name} | {folder} | {here.sum()} | {(distance == 0).mean():.3f} | within one bin "
              f"{(distance <= 1).mean():.3f}, r {np.corrcoef(expected[here], truth[here])[0, 1]:.3f}, "
              f"bias {np.mean(expected[here] - truth[here]):+.1f} years |")


def expression(faces, name, scale):
    names = {"neutral": "neutral", "smiling": "happy", "happiness": "happy"}

    def label(row):
        return names.get(row.get("expression") or row.get("expression_noisy"))

    chosen, outputs, contract = faces.outputs(name, scale, lambda _, row: label(row))
    predicted = np.array(contract["classes"])[class_scores(outputs, contract).argmax(1).numpy()]
    truth, folders = np.array([label(row) for _, row, _ in chosen]), np.array([folder for folder, _, _ in chosen])
    for folder in dict.fromkeys(folders):
        here = folders == folder
        share = {w: (predicted == truth)[here & (truth == w)].mean() for w in ("neutral", "happy")}
        print(f"| {name} | {folder} | {here.sum()} | {(predicted == truth)[here].mean():.3f} | neutral "
              f"{share['neutral']:.3f}, happy {share['happy']:.3f} |")


def pose(faces, name, scale):
    chosen, outputs, contract = faces.outputs(name, scale)
    degrees = [(logits.softmax(1) @ (3.0 * torch.arange(66, dtype=torch.double) - 99)).numpy() for logits in outputs[:2]]
    mesh = np.array([mesh_direction(fit.landmarks) for _, _, fit in chosen])
    counts = np.bincount(class_scores(outputs, contract).argmax(1).numpy(), minlength=9)
    for axis, angle in enumerate(("yaw", "pitch")):
        print(f"| {name} | all four | {len(chosen)} | | {angle} against the mesh: r {np.corrcoef(degrees[axis], mesh[:, axis])[0, 1]:.3f} |")
    print(f"| {name} | all four | {len(chosen)} | | {', '.join(f'{c} {n}' for c, n in zip(contract['classes'], counts))} |")


def mesh_direction(landmarks):
    """(yaw to the subject's own left, pitch up) [deg] of a weighted Procrustes fit of the canonical face."""
    if not hasattr(mesh_direction, "topology"):
        files = {"topology.json": ""}
        torch.jit.load(str(ROOT / "models/face_mesh.pt"), _extra_files=files)
        mesh_direction.topology = json.loads(files["topology.json"])
    weights = np.array(mesh_direction.topology["procrustes"])
    chosen, weight = weights[:, 0].astype(int), weights[:, 1:] / weights[:, 1].sum()
    a = np.array(mesh_direction.topology["vertices"])[chosen]
    b = landmarks[chosen] * [1, -1, -1]  # y up, z to the viewer
    u, _, vt = np.linalg.svd((weight * (b - (weight * b).sum(0))).T @ (a - (weight * a).sum(0)))
    forward = (u @ np.diag([1, 1, np.sign(np.linalg.det(u @ vt))]) @ vt)[:, 2]
    return np.degrees([np.arctan2(forward[0], forward[2]), np.arcsin(forward[1])])


def recognition(faces, name, scale):
    network, contract = load_network(ROOT / f"models/{name}.pt")
    folder = faces.data / "lfw_fold1"
    with (folder / "pairs.csv").open(newline="") as file:
        pairs = list(csv.DictReader(file))
    fitter, embeddings = ReferenceFitter(), {}
    for path in dict.fromkeys(pair[key] for pair in pairs for key in ("path_a", "path_b")):
        image = read_image(folder / path)
        with torch.no_grad():
            vector = network(crop(image, fitter.fit(image), contract, scale))[0].numpy()
        embeddings[path] = vector / np.linalg.norm(vector)
    same = np.array([pair["same_person"] == "1" for pair in pairs])
    cosines = np.array([embeddings[pair["path_a"]] @ embeddings[pair["path_b"]] for pair in pairs])
    even = np.arange(len(pairs)) % 2 == 0
    right = np.zeros(len(pairs), bool)
    for train in (even, ~even):  # the threshold comes from the other half
        threshold = max(cosines[train], key=lambda t: np.mean((cosines[train] >= t) == same[train]))
        right[~train] = ((cosines >= threshold) == same)[~train]
    print(f"| {name} | lfw_fold1 pairs | {len(pairs)} | {right.mean():.3f} | cosine of same {cosines[same].mean():.2f}, "
          f"of different {cosines[~same].mean():.2f} |")


EVALUATIONS = {"gender": gender, "gender_faceres": gender, "age": age, "expression": expression, "pose": pose,
               "recognition": recognition, "recognition_dlib": recognition}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of the labelled data sets")
    parser.add_argument("--models", nargs="+", choices=tuple(EVALUATIONS), default=list(EVALUATIONS))
    parser.add_argument("--limit", type=int, default=300, help="images per data set, drawn by a fixed seed (default: 300)")
    parser.add_argument("--scale", type=float, nargs="+", default=[None], help="crop scales (default: the contract's)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    faces = Faces(arguments.data, arguments.limit)
    for scale in arguments.scale:
        print(f"\ncrop scale: {scale or 'as in the contract'}\n\n| model | data | n | accuracy | |\n|---|---|---|---|---|")
        for name in arguments.models:
            EVALUATIONS[name](faces, name, scale)
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
