"""Measures how the maps of randomised networks compare with those of the trained one, image by
image (CIS) and for the model (CMS).
"""

from dataclasses import dataclass

import numpy as np
from csm.intervals import margin
from csm.result_file import ResultError
from csm.saved_maps import read_saved_maps

from study.map_similarity import MEASURES, prepare, similarity, standard_ranks
from study.network_plan import TRAINED, result_of
from study.sanity_verdict import (
    Estimate,
    estimate,
    pair_similarity,
    untrained_correlation,
    verdict,
)


@dataclass
class MethodFindings:
    """What the check found for one method; kinds are "cis" and "cms"."""

    method: str
    rows: list  # dicts of similarities.csv
    verdicts: dict  # kind -> dict of verdicts.csv
    # CMS (S x S, NaN outside the face) of the trained network and of each step of the cascade.
    pictures: list
    halves: float  # correlation of the CMS of two halves of the images, mean over random halves
    # {measure: mean similarity of the maps with those of other images by the control that is
    # noise}; empty without it.
    chance: dict


def measure_method(folder, plan, method, seed=1, noise=None):
    """The findings for a method whose results are all there. Errors: ResultError if runs saw
    different images.

    `noise` names the control whose maps have nothing in common with any other: how alike unrelated
    maps are.
    """
    trained = read_saved_maps(result_of(folder, TRAINED, method))
    mask = trained.is_covered
    if len(trained.images) < 2 or mask.sum() < 100:
        raise ResultError(
            f"{result_of(folder, TRAINED, method)} has {len(trained.images)} images that share "
            f"{mask.sum()} pixels; 2 and 100 are needed."
        )
    prepared = _Prepared(trained, mask)
    others = {
        network: _Prepared(_same_images(folder, network, method, trained), mask)
        for network in plan.networks
    }
    rows = []
    for check, networks in plan.checks.items():
        for number, network in enumerate(networks, 1):
            rows += _rows(check, number, network, method, prepared, others[network])
    for network in plan.full[1:]:
        rows += _rows("full", len(plan.steps), network, method, prepared, others[network])
    full = [others[network] for network in plan.full]
    pictures = [
        np.where(mask, one.maps.cms(), np.nan)
        for one in (prepared, *(others[network] for network in plan.cascading))
    ]
    verdicts = {
        "cis": _image_verdict(method, prepared, full, half_random(rows, len(plan.layers))),
        "cms": _model_verdict(method, prepared, full),
    }
    chance = (
        _chance(prepared, _Prepared(read_saved_maps(result_of(folder, TRAINED, noise)), mask))
        if noise
        else {}
    )
    return MethodFindings(
        method, rows, verdicts, pictures, agreement_of_halves(trained.maps[:, mask], seed), chance
    )


def _chance(own, noise):
    """{measure: mean similarity} of each image's map with the noise of the next image."""
    found = [
        similarity(a, b, own.mask) for a, b in zip(own.images, noise.images[1:] + noise.images[:1])
    ]
    return {measure: estimate([one[measure] for one in found]).mean for measure in MEASURES}


class _Prepared:
    """The maps of a run made ready: one for each image, and the CMS."""

    def __init__(self, maps, mask):
        self.maps, self.mask = maps, mask
        self.images = [prepare(values, mask) for values in maps.maps]
        self.cms = prepare(maps.cms(), mask)


def _same_images(folder, network, method, trained):
    path = result_of(folder, network.name, method)
    found = read_saved_maps(path)
    if found.images != trained.images:
        raise ResultError(
            f"{path} saw {len(found.images)} images, the trained network's run "
            f"{len(trained.images)}, and not the same ones. "
            "Delete it and run again."
        )
    if found.targets != trained.targets:
        raise ResultError(
            f"{path} measured other classes than the trained network's run: a random network "
            "predicts another class. Give --target label."
        )
    return found


def _rows(check, step, network, method, trained, other):
    head = {
        "check": check,
        "step": step,
        "network": network.name,
        "n_layers": len(network.chosen),
        "method": method,
    }
    named = [
        ("cis", name, a, b) for name, a, b in zip(trained.maps.images, trained.images, other.images)
    ]
    return [
        head | {"kind": kind, "image": name} | similarity(a, b, trained.mask)
        for kind, name, a, b in [*named, ("cms", "", trained.cms, other.cms)]
    ]


def half_random(rows, n_layers):
    """Estimate over the images of Spearman's correlation with the trained map at the first step of
    the cascade with half of all layers random; or None.
    """
    found = [
        row
        for row in rows
        if row["check"] == "cascading" and row["kind"] == "cis" and 2 * row["n_layers"] >= n_layers
    ]
    first = min((row["step"] for row in found), default=None)
    return estimate([row["spearman"] for row in found if row["step"] == first]) if found else None


def _image_verdict(method, trained, full, kept):
    """The verdict on the maps of single images: means and intervals over the images."""
    per_image = {
        "unchanged": [],
        "random_pairs": [],
        "difference": [],
        "values": [],
        "magnitudes": [],
    }
    for i, own in enumerate(trained.images):
        ranks = np.array([one.images[i].ranks for one in full])
        absolute = np.array([one.images[i].absolute for one in full])
        usable = ranks.any(axis=1)
        per_image["unchanged"].append(
            float((ranks[usable] @ own.ranks).mean())
            if usable.any() and not own.is_flat
            else np.nan
        )
        per_image["random_pairs"].append(pair_similarity(ranks))
        per_image["difference"].append(per_image["unchanged"][-1] - per_image["random_pairs"][-1])
        per_image["values"].append(untrained_correlation(own.ranks, ranks))
        per_image["magnitudes"].append(untrained_correlation(own.absolute, absolute))
    n_maps = len(trained.images) * (1 + len(full))
    n_flat = sum(
        one.images[i].is_flat for one in (trained, *full) for i in range(len(trained.images))
    )
    return _verdict_row(
        "cis",
        method,
        {name: estimate(values) for name, values in per_image.items()},
        n_flat / n_maps,
        kept,
    )


def _model_verdict(method, trained, full):
    """The verdict on the CMS, with jackknife intervals over the images."""
    n_images = len(trained.images)
    found = _model_values(trained, full, np.full(n_images, 1 / n_images))
    without = {
        tuple(weights): _model_values(trained, full, weights)
        for weights in (1 - np.eye(n_images)) / (n_images - 1)
    }
    estimates = {
        name: Estimate(
            value,
            margin(lambda weights, name=name: without[tuple(weights)][name], n_images),
            n_images,
        )
        for name, value in found.items()
    }
    return _verdict_row(
        "cms", method, estimates, float(np.mean([one.cms.is_flat for one in (trained, *full)]))
    )


def _model_values(trained, full, weights):
    """{name: value} of the CMS in which each image has its weight."""
    maps = [np.tensordot(weights, one.maps.maps[:, one.mask], 1) for one in (trained, *full)]
    ranks, absolute = (
        np.array([standard_ranks(change(values)) for values in maps])
        for change in (np.asarray, np.abs)
    )
    usable = ranks[1:].any(axis=1)
    unchanged, pairs = (
        float((ranks[1:][usable] @ ranks[0]).mean()) if usable.any() else np.nan,
        pair_similarity(ranks[1:]),
    )
    return {
        "unchanged": unchanged,
        "random_pairs": pairs,
        "difference": unchanged - pairs,
        "values": untrained_correlation(ranks[0], ranks[1:]),
        "magnitudes": untrained_correlation(absolute[0], absolute[1:]),
    }


def _verdict_row(kind, method, estimates, flat_share, kept=None):
    outcome, reason = verdict(
        estimates["unchanged"], estimates["values"], estimates["magnitudes"], kept
    )
    row = {
        "kind": kind,
        "method": method,
        "verdict": outcome,
        "reason": reason,
        "flat_share": flat_share,
    }
    for name, found in estimates.items():
        row |= {name: found.mean, f"{name}_half_width": found.half_width}
    return row


def agreement_of_halves(maps, seed, n_splits=50):
    """Mean Spearman correlation of the mean maps of two random halves of the images: maps (images x
    pixels).
    """
    random = np.random.default_rng(seed)
    found = []
    for _ in range(n_splits):
        order = random.permutation(len(maps))
        half = len(order) // 2
        found.append(
            standard_ranks(maps[order[:half]].mean(0))
            @ standard_ranks(maps[order[half : 2 * half]].mean(0))
        )
    return float(np.mean(found))


def step_estimates(rows, check, kind, measure, n_steps):
    """[Estimate of the similarity with the trained network's map] for each step; a CMS has no
    spread of its own.
    """
    found = []
    for step in range(1, n_steps + 1):
        values = [
            row[measure]
            for row in rows
            if (row["check"], row["kind"], row["step"]) == (check, kind, step)
        ]
        found.append(estimate(values))
    return found


def table_of(findings, plan, check, kind, measure="spearman"):
    """Lines of a Markdown table: similarity with the trained network's map after each step."""
    names = plan.step_names()
    lines = [
        "| method | " + " | ".join(f"`{name}`" for name in names) + " |",
        "|" + "---|" * (len(names) + 1),
    ]
    for one in findings:
        cells = step_estimates(one.rows, check, kind, measure, len(names))
        lines.append(
            f"| `{one.method}` | "
            + " | ".join(str(cell) if kind == "cis" else f"{cell.mean:.2f}" for cell in cells)
            + " |"
        )
    return lines


def chance_table(findings):
    """Lines of a Markdown table: how alike unrelated maps are."""
    lines = ["| method | " + " | ".join(MEASURES) + " |", "|" + "---|" * (len(MEASURES) + 1)]
    return lines + [
        f"| `{one.method}` | "
        + " | ".join(f"{one.chance[measure]:.2f}" for measure in MEASURES)
        + " |"
        for one in findings
        if one.chance
    ]


def verdict_table(findings, kind):
    """Lines of a Markdown table of the verdicts."""
    titles = (
        "method",
        "trained against random",
        "random against random",
        "difference",
        "there without training: values",
        "magnitudes",
        "flat maps",
        "verdict",
    )
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    for one in findings:
        row = one.verdicts[kind]
        cells = [
            f"{row[name]:.2f} ± {row[name + '_half_width']:.2f}"
            for name in ("unchanged", "random_pairs", "difference", "values", "magnitudes")
        ]
        lines.append(
            f"| `{one.method}` | "
            + " | ".join(cells)
            + f" | {100 * row['flat_share']:.0f} % | **{row['verdict']}**: {row['reason']} |"
        )
    return lines
