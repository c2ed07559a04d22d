"""scripts/dev/check_layers.py finds each kind of fault, and the tree has none."""
import json
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/dev"))
import check_layers  # noqa: E402


@pytest.fixture
def tree(tmp_path):
    """A tree without faults."""
    files = {
        "include/csm/core/grid.h": "#pragma once\n#include <vector>\n",
        "include/csm/store/result.h": '#pragma once\n#include "csm/core/grid.h"\n',
        "src/store/result.cpp": (
            '#include "csm/store/result.h"\n\n#include <hdf5.h>\n\n#include "local.h"\n'
        ),
        "src/store/local.h": "#pragma once\n",
        "src/store/CMakeLists.txt": "csm_stage(store SOURCES result.cpp LINKS csm_core)\n",
        "include/csm/run/run.h": '#pragma once\n#include "csm/store/result.h"\n',
        "src/run/CMakeLists.txt": "csm_stage(run SOURCES run.cpp LINKS csm_store)\n",
        "src/csm_mpi.cpp": '#include "csm/run/run.h"\n',
    }
    for name, text in files.items():
        write(tmp_path, name, text)
    return tmp_path


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(root, capsys, *arguments):
    code = check_layers.main(["--root", str(root), *arguments])
    return code, capsys.readouterr().out


def test_a_tree_in_order_has_no_fault(tree, capsys):
    assert run(tree, capsys) == (0, "6 files, 0 faults\n")


@pytest.mark.parametrize(
    "name, text, message",
    [
        (
            "src/dataset/parse.cpp",
            '#include "csm/store/result.h"',
            "dataset includes csm/store/result.h",
        ),
        (
            "src/model/network.h",
            '#pragma once\n#include "csm/mesh/fitter.h"',
            "src/model/network.h:2: model",
        ),
        (
            "src/occlusion/drop.cpp",
            '#include "csm/cluster/session.h"',
            "occlusion includes csm/cluster/session.h",
        ),
        (
            "src/measure/job.cpp",
            '#include "csm/cluster/session.h"',
            "measure includes csm/cluster/session.h",
        ),
        (
            "src/explain/gradient.cpp",
            '#include "csm/mesh/fitter.h"',
            "explain includes csm/mesh/fitter.h",
        ),
        (
            "src/store/write.cpp",
            '#include "csm/options/options.h"',
            "store includes csm/options/options.h",
        ),
        (
            "src/csm_mpi.cpp",
            '#include "csm/run/run.h"\n#include "csm/model/network.h"',
            "a program includes",
        ),
        ("src/core/grid.cpp", "#include <mpi.h>", "MPI (mpi.h) is not allowed here"),
        ("src/report/page.cpp", "#include <hdf5.h>", "HDF5 (hdf5.h)"),
        ("src/mesh/obj_mesh.cpp", "#include <H5Fpublic.h>", "HDF5 (H5Fpublic.h)"),
        ("src/options/parse.cpp", "#include <boost/program_options.hpp>", "Boost.Program_options"),
        ("src/dataset/folder.cpp", "#include <opencv2/core.hpp>", "OpenCV"),
        ("src/saliency/cis.cpp", "  #  include <torch/script.h>", "LibTorch"),
        ("src/store/write.cpp", "#include <ATen/ATen.h>", "LibTorch"),
        ("src/run/run.cpp", "#include <spdlog/spdlog.h>", "spdlog"),
        ("src/store/write.cpp", '#include "../report/canvas.h"', "leaves the folder"),
        ("src/helpers/text.cpp", "int a;", "helpers is not a stage"),
        ("src/core/no_guard.h", "int a;", "without #pragma once"),
        (
            "src/core/CMakeLists.txt",
            "csm_stage(core\n  LINKS csm_store)",
            "src/core/CMakeLists.txt:2: core links csm_store",
        ),
        (
            "src/store/CMakeLists.txt",
            "csm_stage(store LINKS csm_core csm_cluster)",
            "store links csm_cluster",
        ),
        (
            "src/store/CMakeLists.txt",
            "csm_stage(store LINKS csm_core csm_mesh)",
            "csm_mesh and includes none of its headers",
        ),
        (
            "src/store/CMakeLists.txt",
            "csm_stage(store LINKS)",
            "add csm_core to src/store/CMakeLists.txt",
        ),
        (
            "include/csm/store/inner.h",
            "#pragma once",
            "include/csm/store/inner.h:1: no other stage and no program uses",
        ),
        (
            "src/checkpoint/keeper.cpp",
            "agree(communicator, [&] {});",
            "src/checkpoint/keeper.cpp:1: 'agree' communicates",
        ),
        (
            "src/checkpoint/keeper.cpp",
            "const auto all = ranks.all_gather(bytes);",
            "'ranks.all_gather' communicates",
        ),
    ],
)
def test_each_fault_is_named(tree, capsys, name, text, message):
    write(tree, name, text + "\n")
    code, output = run(tree, capsys)
    assert code == 1
    assert message in output
    assert output.endswith(" 1 faults\n")


@pytest.mark.parametrize("name, text", [
    ("src/cluster/session.cpp", "#include <mpi.h>"),
    ("src/mesh/hdf5_mesh.cpp", "#include <hdf5.h>"),
    ("src/mesh/landmarks.cpp", "#include <ATen/ATen.h>"),
    ("src/mesh/fit.cpp", '#include "csm/model/network.h"'),
    ("src/reduce/sums.cpp", '#include "csm/cluster/communicator.h"'),
    ("src/reduce/sums.cpp", "communicator.sum_to_root(sums);"),
    ("src/occlusion/rows.cpp", "const at::Tensor rows = input.gather(0, index);"),
    ("src/checkpoint/keeper.cpp", "// as after communicator.barrier()"),
    ("src/measure/image_worker.cpp", '#include "csm/explain/explainer.h"'),
    ("src/core/CMakeLists.txt", "# csm_store is not a link"),
])
def test_what_is_allowed_passes(tree, capsys, name, text):
    write(tree, name, text + "\n")
    assert run(tree, capsys)[0] == 0


def test_a_public_header_may_be_used_through_another_one(tree, capsys):
    write(
        tree,
        "include/csm/store/result.h",
        '#pragma once\n#include "csm/core/grid.h"\n#include "csm/store/inner.h"\n',
    )
    write(tree, "include/csm/store/inner.h", "#pragma once\n")
    assert run(tree, capsys) == (0, "7 files, 0 faults\n")


def test_an_empty_tree_is_no_success(tmp_path, capsys):
    assert run(tmp_path, capsys)[0] == 1


@pytest.mark.skipif(shutil.which("c++") is None, reason="there is no compiler")
def test_a_header_that_leans_on_others_is_found(tree, capsys):
    write(tree, "src/csm_mpi.cpp", '#include "csm/core/leaning.h"\n#include "csm/run/run.h"\n')
    write(
        tree,
        "include/csm/core/leaning.h",
        "#pragma once\ninline std::vector<int> three() { return {1, 2, 3}; }\n",
    )
    write(
        tree,
        "build/compile_commands.json",
        json.dumps(
            [
                {
                    "command": "/usr/bin/ccache c++ -I/nowhere -isystem /elsewhere -c a.cpp",
                    "file": "a.cpp",
                }
            ]
        ),
    )
    code, output = run(tree, capsys, "--compile-headers", str(tree / "build"))
    assert code == 1
    assert "include/csm/core/leaning.h:1: does not compile alone" in output
    assert "grid.h" not in output


def test_this_repository_has_no_fault(capsys):
    code, output = run(ROOT, capsys)
    assert code == 0, output
