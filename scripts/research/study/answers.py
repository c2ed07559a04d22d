"""Whether classifiers are right on photos as they are and disturbed, at one crop of each photo."""

import json

import numpy as np
import torch
from csm import reference_fit
from csm.contract import load_model

from study.disturbances import DISTURBANCES, disturb
from study.program import StudyError


class DisturbedPhotos:
    """Photos whose faces were found before anything was disturbed: a loss is then the network's,
    not the face detector's, and all networks lose on the same photos.

    `photos`: [(path, label)]. Photos without a face are left out.
    """

    def __init__(self, photos, strengths, n_copies, seed):
        self.strengths, self.n_copies, self.seed = strengths, n_copies, seed
        fitter, self.found = reference_fit.ReferenceFitter(), []
        for path, label in photos:
            picture = reference_fit.read_image(path)
            fit = fitter.fit(picture)
            if fit is not None and fit.presence >= 0:
                self.found.append((str(path), label, picture, fit))
        self.crops = {}  # of one contract's input and crop

    def answers(self, model):
        """{disturbance: {path: share of right answers over the copies}} of the network of a file,
        "clean" among them. Errors: StudyError for a network that is not a classifier."""
        network, contract = load_model(model)
        key = json.dumps([contract["input"], contract["crop"]])
        if key not in self.crops:
            self.crops = {key: self.read_crops(contract)}  # of the last contract only
        is_right = {name: {} for name in ("clean", *DISTURBANCES)}
        with torch.no_grad():
            for (path, label, _, _), inputs in zip(self.found, self.crops[key], strict=True):
                for name, crops in inputs.items():
                    said = decide(network(crops), contract)
                    is_right[name][path] = float(np.mean([answer == label for answer in said]))
        return is_right

    def read_crops(self, contract):
        """[{disturbance: (copies x 3 x height x width) inputs}] of each photo; one copy if nothing
        is random."""
        rows = []
        for i, (_, _, picture, fit) in enumerate(self.found):
            row = {"clean": reference_fit.crop(picture, fit, contract)}
            for name in DISTURBANCES:
                random = np.random.default_rng((self.seed, i, DISTURBANCES.index(name)))
                copies = [
                    disturb(name, picture, fit.box, self.strengths, random)
                    for _ in range(1 if name == "blurred" else self.n_copies)
                ]
                row[name] = torch.cat([reference_fit.crop(one, fit, contract) for one in copies])
            rows.append(row)
        return rows


def decide(outputs, contract):
    """The class of each input, by the first output of the contract that is not ignored. Errors:
    StudyError for a kind that does not decide between classes."""
    outputs = outputs if isinstance(outputs, (tuple, list)) else (outputs,)
    given = [(i, one) for i, one in enumerate(contract["outputs"]) if one["kind"] != "ignored"]
    number, described = given[0]
    scores, classes = outputs[number].reshape(len(outputs[number]), -1), contract["classes"]
    if described["kind"] in ("logit", "probability") and scores.shape[1] == len(classes):
        return [classes[i] for i in scores.argmax(1).tolist()]
    if described["kind"] == "binary_logit":
        return [classes[int(is_second)] for is_second in (scores[:, 0] > 0).tolist()]
    raise StudyError(
        f"{contract['name']}: its output is a {described['kind']} of {scores.shape[1]}; the study "
        f"takes logits or probabilities of {len(classes)} classes, or a binary_logit."
    )
