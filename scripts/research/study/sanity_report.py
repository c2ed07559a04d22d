"""Writes the report of the sanity checks (Markdown) and draws its figures."""

import shlex

import matplotlib
import numpy as np

matplotlib.use("Agg")
from csm import methods
from csm.draw.colours import signed_colour_map
from matplotlib import pyplot

from study.map_similarity import MEASURES
from study.sanity_measures import chance_table, step_estimates, table_of, verdict_table

CONTROLS = methods.names(kind="control")
TITLES = {
    "spearman": "Spearman, values",
    "spearman_absolute": "Spearman, magnitudes",
    "ssim": "SSIM",
    "hog": "HOG",
}
KINDS = {"cis": "maps of single images (CIS)", "cms": "map of the model (CMS)"}


def write_report(path, findings, plan, arguments):
    """The verdicts and tables as Markdown."""
    lines = _introduction(findings, plan, arguments)
    for kind, title in KINDS.items():
        lines += ["", f"## Verdicts: {title}", "", *verdict_table(findings, kind)]
        if kind == "cms":
            lines += [
                "",
                "Agreement of the trained CMS of two halves of the images (a change of a map that "
                "does not agree with itself proves little): "
                + ", ".join(f"{one.method} {one.halves:.2f}" for one in findings)
                + ".",
            ]
    if any(one.chance for one in findings):
        lines += [
            "",
            "## How alike unrelated maps are",
            "",
            (
                "Mean similarity of the trained network's maps with the noise of the control "
                "`random` on another image. "
                "SSIM and HOG of unrelated maps are not 0."
            ),
            "",
            *chance_table(findings),
        ]
    for check in plan.checks:
        for kind, title in KINDS.items():
            for measure in MEASURES:
                of_trained = f"{TITLES[measure]} with the trained network's"
                lines += [
                    "",
                    f"## {check.capitalize()}, {title}: {of_trained}",
                    "",
                    *table_of(findings, plan, check, kind, measure),
                ]
    path.write_text("\n".join(lines) + "\n")


def _introduction(findings, plan, arguments):
    """The lines that say what was done, when a method fails, and which do."""
    failed = [one.method for one in findings if one.verdicts["cis"]["verdict"] == "fails"]
    command = " ".join(shlex.quote(argument) for argument in arguments.csm_arguments)
    return [
        "# Sanity checks",
        "",
        (
            f"Model {arguments.model.name}: {len(plan.layers)} layers in {len(plan.steps)} steps, "
            f"made random by `{arguments.scheme}`, seed {arguments.seed}; "
            f"{len(plan.full)} fully random networks. csm_mpi {command}"
        ),
        "",
        (
            "A method fails if its maps do not change; if at least half of the map (variance of "
            "the ranks) stays while the half of the layers nearer to the output is random; or if "
            "at least half of the trained network's map is what fully random networks show in "
            "common. It passes if less than half is so, with the whole interval of 95 %. The first "
            "columns are Spearman's correlation; if the difference is not below 0, the trained "
            "network's map is as like a random network's as these are like each other."
        ),
        "",
        f"**These methods fail on single images: {', '.join(failed) or 'none'}.** "
        + " ".join(
            f"The control `{name}` fails by design: it never looks at the network."
            for name in CONTROLS
            if name in failed
        ),
    ]


def write_figures(folder, findings, plan):
    """Draws sanity_cis.png, sanity_cms.png and sanity_maps.png; returns their paths."""
    paths = [folder / f"sanity_{kind}.png" for kind in (*KINDS, "maps")]
    for kind, path in zip(KINDS, paths):
        _save(draw_curves(findings, plan, kind), path)
    _save(draw_maps(findings, plan), paths[-1])
    return paths


def _save(figure, path):
    figure.savefig(path, dpi=100)
    pyplot.close(figure)


def draw_curves(findings, plan, kind):
    """A panel for each check and measure, a line for each method; bars are intervals of 95 % over
    the images.
    """
    n_rows = len(plan.checks)
    figure, axes = pyplot.subplots(
        n_rows,
        len(MEASURES),
        figsize=(5.0 * len(MEASURES), 4.5 * n_rows + 1.5),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    names = ["trained", *plan.step_names()]
    colours = pyplot.get_cmap("tab20").colors
    for axis_row, check in zip(axes, plan.checks):
        for axis, measure in zip(axis_row, MEASURES):
            for number, one in enumerate(findings):
                found = step_estimates(one.rows, check, kind, measure, len(plan.steps))
                centre = [1.0, *(value.mean for value in found)]
                spread = (
                    None
                    if kind == "cms"
                    else [0.0, *(np.nan_to_num(value.half_width) for value in found)]
                )
                is_control = one.method in CONTROLS
                axis.errorbar(
                    np.arange(len(centre)) + 0.02 * (number - len(findings) / 2),
                    centre,
                    spread,
                    label=one.method,
                    color="black" if one.method == "csm" else colours[number % 20],
                    lw=2.6 if one.method == "csm" else 1.3,
                    ls="--" if is_control else "-",
                    marker="o",
                    ms=3.5,
                    capsize=2,
                    elinewidth=0.8,
                )
            axis.axhline(0, color="grey", lw=0.6)
            axis.set_title(f"{check}: {TITLES[measure]}", fontsize=11)
            axis.set_xticks(
                range(len(names)),
                [name.replace(" to ", "\nto ") for name in names],
                rotation=50,
                ha="right",
                fontsize=8,
            )
    for axis in axes[:, 0]:
        axis.set_ylabel("similarity with the trained network's map")
    figure.suptitle(
        f"{KINDS[kind]} against randomised layers, from the output (left) to the input (right)"
        + ("; bars: 95 % over the images" if kind == "cis" else "")
    )
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=7, fontsize=9
    )
    return figure


def draw_maps(findings, plan):
    """The CMS of each method (rows) for the trained network and after each step of the cascade
    (columns), each on its own scale.
    """
    names = ["trained", *plan.step_names()][:len(findings[0].pictures)]
    figure, axes = pyplot.subplots(
        len(findings),
        len(names),
        figsize=(1.55 * len(names) + 1, 1.6 * len(findings) + 0.6),
        squeeze=False,
        layout="constrained",
    )
    for row, (axis_row, one) in enumerate(zip(axes, findings)):
        is_signed = any((picture[np.isfinite(picture)] < 0).any() for picture in one.pictures)
        for axis, picture, name in zip(axis_row, one.pictures, names):
            limit = np.nanpercentile(np.abs(picture), 99.5) or 1.0
            low = -limit if is_signed else np.nanpercentile(picture, 0.5)
            axis.imshow(
                picture,
                cmap=signed_colour_map() if is_signed else "viridis",
                vmin=low,
                vmax=limit if limit > low else low + 1,
            )
            axis.set(xticks=[], yticks=[])
            axis.set_frame_on(False)
            if row == 0:
                axis.set_title(name.replace(" to ", "\nto "), fontsize=7)
        axis_row[0].set_ylabel(one.method, fontsize=8)
    figure.suptitle(
        "CMS of the cascade: the layers above each column and all nearer to the output are random",
        fontsize=10,
    )
    return figure
