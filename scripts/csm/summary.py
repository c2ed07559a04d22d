"""What a result file of csm_mpi holds, as text: the run, regions with standard errors, groups,
convergence, failures."""

import h5py
import numpy as np

from csm.report.group_confidence import confidence_sentence
from csm.report.number_text import readable_name
from csm.report.read_findings import all_remarks, read_findings, surest_first
from csm.report.read_intervals import read_intervals

FACTS = (
    "title",
    "task",
    "method",
    "confidence",
    "n_images",
    "n_failed",
    "seed",
    "program_version",
    "start_time",
    "end_time",
    "n_ranks",
    "command",
)


def describe(result):
    """The report as text."""
    unit = f" [{result.unit}]" if result.unit else ""
    sections = [
        *(f"WARNING: {warning}" for warning in result.warnings),
        *filter(None, [result.chosen]),
        _facts(result),
        *(f"note: {remark}" for remark in result.remarks),
        _map_line("CMS" + unit, result.cms),
    ]
    if result.classification:
        sections.append(_classification(result.classification))
    if result.groups:
        sections.append(
            "\n".join(_map_line(f"group {name}", group) for name, group in result.groups.items())
        )
    for part in (
        _findings(result.path, str(result.facts.get("confidence", "confidence"))),
        _regions(result, unit),
        _convergence(result.convergence),
        _failures(result.failures),
    ):
        if part:
            sections.append(part)
    return "\n\n".join(sections)


def _facts(result):
    rows = [("file", result.path)] + [
        (name, result.facts[name]) for name in FACTS if name in result.facts
    ]
    rows += [(f"input {name}", value) for name, value in result.inputs.items()]
    return "\n".join(f"{name:<18} {value}" for name, value in rows)


def _map_line(name, canonical):
    inside = canonical.covered
    if not inside.any():
        return f"{name}: no pixel has a value"
    values, errors = canonical.mean[inside], canonical.errors[inside]
    row, column = np.unravel_index(
        np.argmax(np.where(inside, canonical.mean, -np.inf)), inside.shape
    )
    error = np.nanmedian(errors) if np.isfinite(errors).any() else np.nan
    return (
        f"{name}: {canonical.n_images} images, mean {values.mean():.4g}, lowest {values.min():.4g},"
        f" highest {values.max():.4g} at (x {column}, y {row}), median standard error {error:.2g},"
        f" {100 * inside.mean():.1f} % of the pixels have a value"
    )


def _findings(path, confidence):
    """How sure the map is, and what tests over the whole face found, by column."""
    with h5py.File(path) as file:
        found = read_findings(file["entry"])
        intervals = read_intervals(file["entry"])
    confidence = readable_name(confidence)
    lines = intervals.sentences if intervals else []
    for column in found:
        lines.append(f"tested by {column.column}:")
        texts = list(column.sentences)
        for _, pair in surest_first([column]):
            about = confidence_sentence(column, pair, confidence)
            texts += [f"{' - '.join(pair.names)}: {about}"] if about else []
        texts += [f"note: {text}" for text in all_remarks(column)]
        lines += [f"  {text}" for text in texts]
    return "\n".join(lines)


def _classification(counts):
    """How often the network is right, and the table of labels against predictions."""
    n_labelled = counts["n_labelled"].sum()
    if n_labelled == 0:
        return "no image has a label that names a class"
    share, low, high = 100 * counts["accuracy"]
    n_persons = counts.get("n_persons", n_labelled)
    of_persons = f" of {n_persons} persons" if n_persons < n_labelled else ""
    lines = [
        f"right for {counts['n_right']} of {n_labelled} images{of_persons} with a label:"
        f" {share:.1f} % (95 % interval {low:.1f} to {high:.1f})"
    ]
    lines.append(
        f"{'label, predicted as':<24}" + "".join(f"{name:>14}" for name in counts["class"])
    )
    lines += [
        f"{name:<24}" + "".join(f"{n:>14}" for n in row)
        for name, row in zip(counts["class"], counts["confusion"], strict=False)
        if row.sum()
    ]
    return "\n".join(lines)


def _regions(result, unit):
    if not result.regions:
        return ""
    lines = [f"regions {result.region_units}, shares of the map over images"]
    lines = lines if result.region_units else []
    lines += [f"{'region':<14}{'mean' + unit:>16} {'standard error':>16} {'share':>8}"]
    for region in sorted(result.regions, key=lambda r: -r.mean if np.isfinite(r.mean) else np.inf):
        lines.append(
            f"{readable_name(region.name):<14}{region.mean:>16.4g} {region.error:>16.2g}"
            f" {100 * region.share:>7.1f}%"
        )
    return "\n".join(lines)


def _convergence(convergence):
    counts = convergence.get("image_count")
    if counts is None:
        return ""
    columns = [
        n
        for n in (
            "pearson_to_final",
            "rmse_to_final",
            "ssim_to_final",
            "spearman_to_final",
            "pearson_of_halves",
        )
        if n in convergence
    ]
    forwards = convergence.get("forwards", [""] * len(counts))
    lines = [f"{'images':>8}{'forwards':>12}" + "".join(f"{name:>20}" for name in columns)]
    lines += [
        f"{n:>8}{forwards[i]:>12}" + "".join(f"{convergence[name][i]:>20.4g}" for name in columns)
        for i, n in enumerate(counts)
    ]
    return "\n".join(lines)


def _failures(failures):
    if not failures:
        return "no image was left out"
    return "left out:\n" + "\n".join(
        f"{n:>8}  {reason}" for reason, n in sorted(failures.items(), key=lambda f: -f[1])
    )
