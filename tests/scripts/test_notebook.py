"""docs/analysis.ipynb runs from its first cell to its last, on a result that is made here."""

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from report_result import add_findings, write_report_result

NOTEBOOK = ROOT / "docs/analysis.ipynb"


def execute(notebook, folder):
    """The notebook with the outputs of its cells, run in FOLDER/docs."""
    (folder / "docs").mkdir()
    resources = {"metadata": {"path": str(folder / "docs")}}
    return NotebookClient(notebook, timeout=120, kernel_name="python3",
                          resources=resources).execute()


def outputs_of(cell):
    """The texts of a cell's outputs, and the kinds of all."""
    texts = [output.get("text", "") or output.get("data", {}).get("text/plain", "")
             for output in cell.outputs]
    return "".join(texts), {kind for output in cell.outputs for kind in output.get("data", {})}


def test_the_notebook_runs(tmp_path):
    (tmp_path / "results").mkdir()
    add_findings(write_report_result(tmp_path / "results/gender.h5"))
    done = execute(nbformat.read(NOTEBOOK, as_version=4), tmp_path)
    outputs = [outputs_of(cell) for cell in done.cells if cell.cell_type == "code"]
    assert "text/html" in outputs[0][1], "the result shows itself"
    assert sum("image/png" in kinds for _, kinds in outputs) >= 4
    text = "".join(text for text, _ in outputs)
    assert "29 images" in text and "The maps differ on 50 % of the face." in text
    assert "'images.csv', 'map.pdf', 'regions.csv'" in text
    assert "Warning" not in text
    assert (tmp_path / "results/analysis/map.pdf").stat().st_size > 1000


def test_a_notebook_without_its_result_fails(tmp_path):
    with pytest.raises(CellExecutionError, match="gender.h5"):
        execute(nbformat.read(NOTEBOOK, as_version=4), tmp_path)


def test_the_notebook_is_small_and_holds_no_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert NOTEBOOK.stat().st_size < 20_000
    assert all(cell.outputs == [] and cell.execution_count is None
               for cell in notebook.cells if cell.cell_type == "code")
