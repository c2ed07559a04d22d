"""Draws a result file of csm_mpi: the map over the mean face with its groups, the face regions, and
how the map settles. The map fades where its 95 % interval holds zero. Of a file of csm_test the
tested differences, and the kinds of explanations."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from csm.arguments import files_first
from csm.draw.convergence_figure import draw_convergence
from csm.draw.example_figure import draw_examples
from csm.draw.findings_figure import draw_clusters, draw_differences
from csm.draw.map_figure import draw_map_figure
from csm.draw.region_figure import draw_regions
from csm.errors import UserError
from csm.findings_file import is_findings_file, read_findings_file
from csm.result import open_result

FORMATS = ("png", "svg", "pdf")
FIGURES = (
    ("", draw_map_figure),
    ("_regions", draw_regions),
    ("_convergence", draw_convergence),
    ("_examples", draw_examples),
)
FINDINGS_FIGURES = (("", draw_differences), ("_clusters", draw_clusters))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", metavar="RESULT.h5", type=Path)
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="(default: the folder of the result)"
    )
    parser.add_argument(
        "--format", choices=FORMATS, nargs="+", default=["png"], help="(default: png)"
    )
    parser.add_argument("--dpi", type=int, default=130, help="of PNG (default: 130)")
    arguments = parser.parse_args(files_first(argv, "--format"))
    paths = write_figures(arguments.result, arguments.output, arguments.format, arguments.dpi)
    for path in paths:
        print(f"csm plot: {path}")
    if not paths:
        print(f"csm plot: {arguments.result} has no groups and one kind of maps: nothing to draw")
    return 0


def write_figures(
    result_path: Path, folder: Path | None = None, formats: list[str] | None = None, dpi: int = 130
) -> list[Path]:
    """Writes RESULT.png and RESULT_regions, _convergence and _examples, or other formats; of a file
    of csm_test FINDINGS.png and FINDINGS_clusters; returns the files. What the file lacks is not
    drawn. Errors: UserError for a file as the folder."""
    found: Any
    figures: Any = FIGURES
    if is_findings_file(result_path):
        found, figures = read_findings_file(result_path), FINDINGS_FIGURES
    else:
        found = open_result(result_path)
    folder = folder or found.path.parent
    if folder.suffix[1:] in FORMATS and not folder.is_dir():
        raise UserError(
            f"--output {folder} is the name of a file, but several figures are written to a "
            f"folder. Give a folder, such as {folder.with_suffix('')}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in figures:
        figure = draw(found)
        if figure is None:
            # That of an earlier file of this name would be taken for this one's.
            for kind in formats or ["png"]:
                (folder / f"{found.path.stem}{name}.{kind}").unlink(missing_ok=True)
            continue
        for kind in formats or ["png"]:
            paths.append(folder / f"{found.path.stem}{name}.{kind}")
            figure.savefig(paths[-1], dpi=dpi, facecolor="white")
    return paths
