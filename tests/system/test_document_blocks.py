"""Every block of the README and the tutorial runs as it is printed, one after another."""

import os
import re

import conftest
import pytest
from document_blocks import NETWORK, blocks_of, first_environment, make_place, run_bash

needs_models = pytest.mark.skipif(
    not (conftest.ROOT / "models/gender.pt").exists()
    or not (conftest.ROOT / "samples/faces/manifest.csv").exists(),
    reason="scripts/setup.sh makes the models and the sample faces")


def run_blocks(document, folder, names, monkeypatch):
    """Runs the blocks of a document in a folder; the Python blocks share the variables `names`."""
    environment = first_environment()
    monkeypatch.chdir(folder)
    for block in blocks_of((conftest.ROOT / document).read_text(encoding="utf-8")):
        if block.why_not:
            continue
        if block.language == "bash":
            environment = run_bash(block, folder, environment)
        elif block.language == "python":
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            exec(compile("\n" * block.line + block.code, document, "exec"), names)


@needs_models
def test_the_blocks_of_the_readme_run(tmp_path, monkeypatch):
    import torch

    names = {}
    exec(NETWORK, names)
    torch.manual_seed(1)
    folder = make_place(tmp_path / "tree")
    run_blocks("README.md", folder, {"my_network": names["ResNet18"](2)}, monkeypatch)
    written = {path.name for path in (folder / "results").iterdir()}
    assert {"gender.h5", "gender.html", "gender_explained.h5", "my_gender.h5"} <= written


@needs_models
def test_the_blocks_of_the_tutorial_run(tmp_path, monkeypatch):
    folder = make_place(tmp_path / "tree")
    run_blocks("docs/tutorial.md", folder, {}, monkeypatch)
    text = (conftest.ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
    named = {f"audit{end}" for end in re.findall(r"`audit(\w*\.png)`", text)}
    written = {path.name for path in (folder / "results").iterdir()}
    assert named == {"audit.png", "audit_convergence.png"}
    assert named | {"audit.html", "audit_figure.pdf", "halves.png"} <= written


def test_a_block_that_fails_is_named_with_its_line(tmp_path):
    (block,) = blocks_of("text\n\n```bash\ntrue\nls no_such_file\n```\n")
    with pytest.raises(AssertionError, match=r"line 3(.|\n)*no_such_file"):
        run_bash(block, tmp_path, dict(os.environ))


@pytest.mark.parametrize("text", [
    "```\nmpirun csm_mpi\n```\n", "```console\n$ csm_mpi\n```\n", "```bash\ncsm_mpi\n",
    "  ```bash\n  csm_mpi\n  ```\n", "<!-- not run: needs a cluster -->\ntext\n"])
def test_a_block_that_could_be_overlooked_is_a_fault(text):
    with pytest.raises(ValueError):
        blocks_of(text)


def test_only_the_block_after_a_mark_is_left_out():
    mark = "<!-- not run: needs a cluster -->\n"
    blocks = blocks_of(f"{mark}```bash\nsbatch\n```\nand\n```bash\ntrue\n```\n")
    assert [block.why_not for block in blocks] == ["needs a cluster", ""]
