"""Whether the classes are in the right order, which only labelled faces show."""

import math

import torch

from csm.contract import ContractError

ENOUGH = 10  # labelled faces
CHANCE = 0.001  # of so few right answers by guessing


def class_scores(values, contract):
    """(n x classes) numbers whose largest is the class, from one tensor (n x size) an output."""
    outputs = contract["outputs"]
    if contract.get("heads"):
        names = [output["name"] for output in outputs]
        total = torch.zeros(len(values[0]), 1)
        for head in contract["heads"]:
            i = names.index(head["output"])
            logits = (
                values[i].clamp_min(1e-30).log()
                if outputs[i]["kind"] == "probability"
                else values[i].log_softmax(1)
            )
            groups = torch.stack([logits[:, group].logsumexp(1) for group in head["groups"]], 1)
            total = (total[:, :, None] + groups[:, None, :]).flatten(1)
        return total
    first = next(i for i, output in enumerate(outputs) if output["kind"] != "ignored")
    rows, kind = values[first], outputs[first]["kind"]
    if rows.shape[1] > 1:
        return rows
    return torch.cat([1 - rows, rows] if kind == "probability" else [-rows, rows], 1)


def check_order(values, contract, images):
    """A sentence on how many labelled faces are right, or "" if there are no labels of these
    classes.

    Raises ContractError if two classes are named in the wrong order.
    """
    classes = [name.lower() for name in contract["classes"]]
    known = [
        (i, classes.index(label.strip().lower()))
        for i, label in enumerate(images.labels)
        if label.strip().lower() in classes
    ]
    if not known:
        return ""
    predicted = class_scores(values, contract).argmax(1)
    right = sum(int(predicted[i]) == truth for i, truth in known)
    n, shown = len(known), images.shown.partition(" of ")[2]
    sentence = f"right for {right} of {n} labelled faces of {shown}"
    per_class = [
        f"{name} {sum(int(predicted[i]) == k for i, truth in known if truth == k)} of {total}"
        for k, name in enumerate(contract["classes"])
        if (total := sum(truth == k for _, truth in known))
    ]
    sentence += f" ({', '.join(per_class)})"
    if n < ENOUGH or _chance_of_at_most(right, n, 1 / len(classes)) > CHANCE:
        return (
            sentence
            if right > n / len(classes)
            else (
                f"{sentence}: no better than guessing. Do classes, colour, crop and normalisation"
                " fit the network?"
            )
        )
    if len(classes) == 2:
        raise ContractError(
            f"the network is {sentence}: the classes are in the wrong order. Give --classes"
            f" {','.join(reversed(contract['classes']))}, or --check-images none if these faces do"
            " not count."
        )
    return f"{sentence}: are the classes in the right order?"


def _chance_of_at_most(k, n, p):
    """Of at most k successes in n trials of chance p."""
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))
