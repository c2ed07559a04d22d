"""Writes the report of a result: one HTML file that needs no network and no other file."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from csm.report import tables
from csm.report.charts import convergence_chart, region_chart
from csm.report.colour import (
    choose_scale,
    colour_tables,
    face_light,
    image_uri,
    overlay,
    shown_pixels,
)
from csm.report.finding_tables import finding_tables
from csm.report.image_rows import extreme_maps, image_table, map_agreement, rows_note
from csm.report.number_text import readable_name, readable_number
from csm.report.read_result import PageInput, read_page_input
from csm.report.report_error import ReportError
from csm.report.sentences import (
    group_sentence,
    lead_sentences,
    model_sentences,
    persons_text,
    predicted_sentence,
    strongest_regions,
)
from csm.report.views import (
    MOST_GROUPS,
    grey_face,
    make_views,
    pack_face,
    pack_snapshots,
    pack_views,
    value_with_unit,
)

_FOLDER = Path(__file__).resolve().parent
_SCRIPTS = ("unpack.js", "number_text.js", "face_maps.js", "paint.js", "surface.js", "stage.js",
            "readout.js", "viewer.js", "image_table.js", "main.js")


def write_report(result_path: str | os.PathLike[str], output_html: str | os.PathLike[str], *,
                 title: str | None = None) -> Path:
    """The path of the report, one HTML file with all that it shows.

    @param result_path a result file of csm_mpi (HDF5)
    @param output_html is replaced, if it exists; its folder is made
    @param title of the page; the result's own, if None
    Errors: ReportError, if the result cannot be read or the report cannot be written.
    """
    result = read_page_input(Path(result_path))
    output = Path(output_html)
    html = _environment().get_template("report.html.j2").render(_page(result, title))
    _replace_file(output, html)
    return output


def _page(result: PageInput, title: str | None) -> dict[str, Any]:
    """The values of the template."""
    views = make_views(result)
    agreement = map_agreement(result)
    regions = strongest_regions(result)
    return {
        "title": title or str(result.facts.get("title", "Canonical model saliency")),
        "result": result, "regions": regions, "region_axis": region_chart(regions),
        "of_persons": persons_text(result),
        "value": value_with_unit(result), "lead": lead_sentences(result),
        "views": views, "n_left_out_groups": max(0, len(result.groups) - MOST_GROUPS),
        "still": _still(result), "predicted": predicted_sentence(result),
        "group_text": group_sentence(result), "group_table": tables.group_table(result),
        "findings": finding_tables(result),
        "confusion": tables.confusion_table(result),
        "chart": convergence_chart(result), "convergence": tables.convergence_table(result),
        "extremes": extreme_maps(result, agreement), "rows_note": rows_note(result),
        "faithfulness": tables.faithfulness_tables(result),
        "method_rows": tables.method_rows(result), "failures": tables.failure_tables(result),
        "model_text": model_sentences(result), "ranks": tables.ranks_table(result),
        "inputs": tables.text_table(result, "inputs", ["input", "path, hash, source, licence"]),
        "versions": tables.text_table(result, "versions", ["program", "version"]),
        "options": tables.text_table(result, "options", ["option", "value"]),
        "process_options": tables.text_table(result, "process_options", ["option", "value"]),
        "data": {"views": pack_views(views, result.cms.mean.shape[1]),
                 "snapshots": pack_snapshots(result),
                 "face": pack_face(result), "images": image_table(result, agreement),
                 "colours": {name: table.ravel().tolist()
                             for name, table in colour_tables().items()},
                 "face_light": face_light(*grey_face(result))},
        "style": _static("report.css"),
        "script": "\n".join(_static(name) for name in _SCRIPTS)}


def _still(result: PageInput) -> str:
    """The overall map as an image, for readers without JavaScript."""
    shown = shown_pixels(result.cms.count)
    face, outside = grey_face(result)
    scale = choose_scale(result.cms.mean, shown)
    return image_uri(overlay(result.cms.mean, shown, face, outside, scale))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters |= {"readable": readable_name, "number": readable_number}
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    return environment


def _static(name: str) -> str:
    return (_FOLDER / "static" / name).read_text(encoding="utf-8")


def _replace_file(path: Path, text: str) -> None:
    """Writes the whole file or none, so that a reader never sees half a page."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ReportError(f"cannot write '{path}'", error.strerror or str(error),
                          "The result file is whole; make room or give another place.") from error
