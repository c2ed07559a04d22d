"""What the values of a network's outputs are, looked at on pictures (src/model/output_facts.cpp
keeps the same rules)."""

from dataclasses import dataclass

import torch

from csm.contract import ContractError

TOLERANCE = 1e-3  # of sums of float32 (and float16) values
ENOUGH = 4  # images after which "all in [0, 1]" is not chance
TOO_SMALL = "taken as logits they give drops that are much too small, or of the wrong sign"
NO_LOGARITHM = "their logarithms would mean nothing"


@dataclass(frozen=True)
class Facts:
    """What the values (images x size) of one output have in common; `last` is the operator that it
    ends in (graph.py)."""

    n_images: int
    size: int
    lowest: float
    highest: float
    sums_to_one: bool
    sums_to_hundred: bool
    exponentials_sum_to_one: bool
    last: str

    @property
    def is_within_unit(self):
        return self.lowest >= -1e-6 and self.highest <= 1 + 1e-6

    @property
    def is_surely_within_unit(self):
        """The last operator shows it, or there are enough images."""
        return self.is_within_unit and (
            self.last in ("sigmoid", "softmax") or self.n_images >= ENOUGH
        )

    @property
    def range(self):
        return f"{self.lowest:.3g} to {self.highest:.3g}"


def find_facts(values, last="unknown"):
    """Facts of values (images x size)."""
    values = values.detach().double().reshape(len(values), -1)
    sums, positive = values.sum(1), bool((values >= -1e-6).all())
    return Facts(
        len(values),
        values.shape[1],
        float(values.min()),
        float(values.max()),
        positive and bool(((sums - 1).abs() < TOLERANCE).all()),
        positive and bool(((sums - 100).abs() < 100 * TOLERANCE).all()),
        bool((values <= 1e-6).all()) and bool(((values.exp().sum(1) - 1).abs() < TOLERANCE).all()),
        last,
    )


def find_kind_fault(name, kind, facts):
    """(what the values are, what would come of it, what to do) if they cannot be of this kind, else
    None."""
    if kind in ("logit", "binary_logit", "sigmoid_logits"):
        return _fault_of_scores(name, kind, facts)
    if kind == "probability":
        return _fault_of_probabilities(name, facts)
    if kind == "sigmoids":
        return _fault_of_sigmoids(name, facts)
    if (
        kind == "embedding"
        and facts.size > 1
        and (facts.sums_to_one or facts.exponentials_sum_to_one)
    ):
        return (
            "probabilities of classes: each image's sum is 1 (a softmax)",
            "their cosine says little of who is who",
            (
                "Export the layer before the classes, or name the tensor that is the embedding"
                " (--outputs NAME:ignored,NAME:embedding)."
            ),
        )
    return None


def _export_as(name, kind):
    return f"Give --outputs {name}:{kind}"


def _fault_of_scores(name, kind, facts):
    if facts.last == "linear":
        return None
    is_one = facts.size == 1
    if not is_one and facts.sums_to_one:
        return (
            "probabilities: each image's sum is 1 (a softmax)",
            TOO_SMALL,
            f"{_export_as(name, 'probability')}, or export the network without the softmax.",
        )
    if not is_one and facts.sums_to_hundred:
        return (
            "percentages: each image's sum is 100",
            TOO_SMALL,
            "Divide them by 100 in the network, and give them the kind probability.",
        )
    if facts.is_surely_within_unit:
        what = (
            f"the probability of the second class: all lie in [0, 1] ({facts.range})"
            if is_one
            else "independent probabilities: all lie in [0, 1], and no image's sum need be 1"
        )
        return (
            what,
            TOO_SMALL,
            (
                f"{_export_as(name, 'probability' if is_one else 'sigmoids')}, or export the"
                " network without the sigmoid."
            ),
        )
    if is_one and facts.last == "tanh":
        return (
            "those of a tanh",
            TOO_SMALL,
            (
                "Let the network return (1 + x) / 2 and give it the kind probability, or export "
                "it without the tanh."
            ),
        )
    if kind == "sigmoid_logits" and facts.exponentials_sum_to_one and not is_one:
        return (
            (
                "log-probabilities of classes that exclude each other: each image's exponentials"
                " sum to 1"
            ),
            "each class would stand against its own complement",
            f"{_export_as(name, 'logit')}.",
        )
    return None


def _fault_of_probabilities(name, facts):
    if facts.size == 1:
        return (
            None
            if facts.is_within_unit
            else (
                f"not probabilities: they run from {facts.range}",
                NO_LOGARITHM,
                f"{_export_as(name, 'binary_logit')}.",
            )
        )
    if facts.sums_to_one:
        return None
    if facts.exponentials_sum_to_one:
        return (
            "log-probabilities: each image's exponentials sum to 1",
            NO_LOGARITHM,
            f"{_export_as(name, 'logit')}.",
        )
    if facts.sums_to_hundred:
        return (
            "percentages: each image's sum is 100",
            NO_LOGARITHM,
            "Divide them by 100 in the network.",
        )
    if facts.is_within_unit:
        return (
            "independent probabilities: all lie in [0, 1], but the images' sums are not 1",
            "a class would stand against the others instead of its own complement",
            f"{_export_as(name, 'sigmoids')}.",
        )
    return (
        f"not probabilities: they run from {facts.range}",
        NO_LOGARITHM,
        f"{_export_as(name, 'logit')}.",
    )


def _fault_of_sigmoids(name, facts):
    if not facts.is_within_unit:
        return (
            f"not probabilities: they run from {facts.range}",
            NO_LOGARITHM,
            f"{_export_as(name, 'sigmoid_logits')}.",
        )
    may_be_softmax = facts.last == "softmax" or (
        facts.last != "sigmoid" and facts.n_images >= ENOUGH
    )
    if facts.size > 1 and facts.sums_to_one and may_be_softmax:
        return (
            "probabilities of classes that exclude each other: each image's sum is 1 (a softmax)",
            "each class would stand against its own complement",
            f"{_export_as(name, 'probability')}.",
        )
    return None


def choose_kind(name, facts, n_classes):
    """(kind, why) of an output of a classifier that nobody has named; why is empty for logits.
    Raises ContractError with the readings if there are several."""
    is_one, binary = facts.size == 1, facts.size == 1 and n_classes == 2
    if not is_one and facts.sums_to_one:
        return "probability", "each image's sum is 1 (a softmax)"
    if not is_one and facts.exponentials_sum_to_one:
        return "logit", "they are log-probabilities, which equal logits"
    if facts.is_within_unit and facts.last == "sigmoid":
        return (
            ("probability", "it ends in a sigmoid: P(second class)")
            if binary
            else ("sigmoids", "they end in a sigmoid")
        )
    plain = "binary_logit" if binary else "logit"
    if facts.is_within_unit and facts.last != "linear":
        # A weak network's scores can all lie in [0, 1], but hardly over its whole width.
        if binary and facts.n_images >= ENOUGH and facts.lowest < 0.2 and facts.highest > 0.8:
            return "probability", f"its values lie in [0, 1] ({facts.range}): P(second class)"
        bounded = "probability" if binary else "sigmoids"
        raise ContractError(
            f"the values of output {name!r} lie in [0, 1] ({facts.range}): they can be"
            f" probabilities or scores. Say which: --outputs {name}:{bounded} (after a sigmoid) or"
            f" --outputs {name}:{plain} (before it)."
        )
    return plain, ""


def check_kinds(outputs, values, operators, shown):
    """Raises ContractError if the values (images x size, one tensor an output) are not of the kinds
    of `outputs`.

    `shown` names the images, such as "8 faces of samples/faces".
    """
    for output, rows, last in zip(outputs, values, operators, strict=False):
        if output["kind"] in ("ignored", "box", "landmarks"):
            continue
        fault = find_kind_fault(output["name"], output["kind"], find_facts(rows, last))
        if fault:
            what, harm, advice = fault
            raise ContractError(
                f"output {output['name']!r} is declared {output['kind']}, but its values on {shown}"
                f" are {what} ({harm}). {advice}"
            )
        if len(rows) > 1 and bool(torch.all(rows == rows[:1])):
            raise ContractError(
                f"output {output['name']!r} has the same values for all of {shown}, so no map can"
                " be made of it. Do --mean and --std fit the network, and are all its weights"
                " loaded?"
            )
