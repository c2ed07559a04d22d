"""Draws a result file of csm_mpi: the CMS over the mean face, its standard error, regions and convergence."""

import argparse
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

from csm.result_file import read_result  # noqa: E402
from csm.signed_colours import signed_colour_map  # noqa: E402


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", metavar="RESULT.h5")
    parser.add_argument("--output", type=Path, help="folder for the pictures (default: beside the result)")
    parser.add_argument("--opacity", type=float, default=0.7, help="of the map over the face, 0 to 1 (default: 0.7)")
    arguments = parser.parse_args(argv)
    result = read_result(arguments.result)
    folder = arguments.output or result.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in (("cms", draw_maps), ("regions", draw_regions), ("convergence", draw_convergence)):
        figure = draw(result, arguments.opacity)
        if figure is not None:
            path = folder / f"{result.path.stem}_{name}.png"
            figure.savefig(path, dpi=120)
            pyplot.close(figure)
            print(f"csm plot: {path}")
    return 0


def draw_maps(result, opacity):
    """The CMS, every group's CMS and the standard error, side by side; one colour scale for the signed maps."""
    maps = {f"CMS of {result.cms.n_images} images": result.cms}
    maps |= {f"{name} ({group.n_images} images)": group for name, group in result.groups.items()}
    limit = max(_limit(canonical.shown()) for canonical in maps.values())
    figure, axes = pyplot.subplots(1, len(maps) + 1, figsize=(5.2 * (len(maps) + 1), 4.6), layout="constrained")
    drawn = None
    for axis, (title, canonical) in zip(axes, maps.items()):
        drawn = draw_over_face(axis, canonical.shown(), result.mean_face, limit, opacity)
        axis.set_title(title)
    figure.colorbar(drawn, ax=axes[:-1], label=_label(result))
    errors = np.where(result.cms.coloured, result.cms.errors, np.nan)
    shown = axes[-1].imshow(errors, cmap="viridis", vmin=0)
    axes[-1].set_title("standard error of the CMS")
    axes[-1].set_axis_off()
    figure.colorbar(shown, ax=axes[-1], label=_label(result))
    figure.suptitle(str(result.facts.get("title", result.path.name)))
    return figure


def draw_over_face(axis, values, face, limit, opacity):
    """A signed map over the grey face; what is drawn, for a colour bar."""
    if face is not None:
        axis.imshow(face.mean(axis=2), cmap="gray", vmin=0, vmax=255)
    drawn = axis.imshow(values, cmap=signed_colour_map(), vmin=-limit, vmax=limit, alpha=opacity if face is not None else 1)
    axis.set_axis_off()
    return drawn


def draw_regions(result, _):
    """Bars of the region means with their standard errors."""
    regions = sorted((r for r in result.regions if np.isfinite(r.mean)), key=lambda r: r.mean)
    if not regions:
        return None
    figure, axis = pyplot.subplots(figsize=(6.5, 0.35 * len(regions) + 1.3), layout="constrained")
    axis.barh([r.name for r in regions], [r.mean for r in regions],
              xerr=np.nan_to_num([r.error for r in regions]), color="0.6", capsize=3)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel(_label(result) + ", bars: 1 standard error")
    return figure


def draw_convergence(result, _):
    """Agreement with the final map and of two halves against the number of images."""
    counts = result.convergence.get("image_count")
    if counts is None or len(counts) < 2:
        return None
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name, label in (("pearson_to_final", "Pearson to final"), ("spearman_to_final", "Spearman to final"),
                        ("ssim_to_final", "SSIM to final"), ("pearson_of_halves", "Pearson of two halves")):
        if name in result.convergence:
            left.plot(counts, result.convergence[name], marker="o", markersize=3, label=label)
    left.legend()
    left.set_ylabel("agreement")
    if "rmse_to_final" in result.convergence:
        right.plot(counts, result.convergence["rmse_to_final"], marker="o", markersize=3, color="black")
    right.set_ylabel("RMSE to final" + (f" [{result.unit}]" if result.unit else ""))
    forwards = result.convergence.get("forwards")
    each = f" ({forwards[-1] / max(1, counts[-1]):.0f} forwards each)" if forwards is not None else ""
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_xlabel("images" + each)
        axis.grid(alpha=0.3)
    return figure


def _limit(values):
    return float(np.nanmax(np.abs(values), initial=0)) or 1.0


def _label(result):
    return result.value_name + (f" [{result.unit}]" if result.unit else "")
