#!/usr/bin/env python3
"""Checks that every stage includes and links only what is to its left, and that each third party keeps its place.

    scripts/check_layers.py [--root DIR]              the rules, by reading the sources
    scripts/check_layers.py --compile-headers BUILD   also compiles every public header alone (flags of BUILD)

Prints one line per fault, "file:line: what is wrong", and exits with 1 if there is one.
"""
import argparse
import json
import re
import shlex
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

# The data flow. `model` is left of `mesh`, because fitting a mesh uses networks.
STAGES = ["core", "cluster", "options", "dataset", "model", "mesh", "occlusion", "saliency", "reduce", "store", "report",
          "measure", "checkpoint", "run"]
# Stages beside the flow: what each may see besides itself. The benchmark of the engines is a program of several files.
BESIDE = {"explain": ["core", "options", "model", "occlusion"], "study": ["core", "options", "model", "explain"],
          "engine_bench": ["core", "options", "model", "occlusion"]}
# Stages of the flow that see a stage beside it: the composition makes and evaluates baseline maps, the others keep and show the evaluations.
SEES_BESIDE = {"measure": ["explain", "study"], "checkpoint": ["study"], "run": ["explain", "study"], "store": ["study"], "report": ["study"]}
# These build with LibTorch alone: whatever stands to their left, they do not see MPI.
WITHOUT_CLUSTER = {"options", "dataset", "model", "mesh", "occlusion", "saliency", "store", "report", "measure", "explain",
                   "study", "engine_bench"}

# What a program may see besides core: csm_mpi the composition and the list of methods.
PROGRAMS = {"csm_mpi.cpp": ["core", "cluster", "options", "explain", "run"]}

# Third party: how its headers begin, and the files (relative to the root) that may include them.
THIRD_PARTIES = {
    "MPI": (r"mpi\.h", ["src/cluster/mpi_*", "src/cluster/check_mpi.h", "src/cluster/session.cpp"]),
    "HDF5": (r"(hdf5(_hl)?|H5\w*)\.h", ["src/store/*", "src/mesh/hdf5_mesh.cpp"]),
    "Boost.Program_options": (r"boost/(?!math/)", ["src/options/command_line.cpp"]),
    "Boost.Math": (r"boost/math/", ["src/store/group_difference.cpp"]),
    "OpenCV": (r"opencv2?/", ["src/dataset/decode.cpp", "src/mesh/warp*.cpp", "src/mesh/triangulate.cpp",
                              "src/model/onnx*.cpp", "src/report/*"]),
    "libheif": (r"libheif/", ["src/dataset/decode_heif.cpp"]),
    "LibTorch": (r"(torch|ATen|c10)/", ["src/model/*", "include/csm/model/*", "src/mesh/*", "src/occlusion/*",
                                        "include/csm/occlusion/*", "src/explain/*", "include/csm/explain/*", "src/study/*",
                                        "src/engine_bench/*"]),
    "spdlog": (r"(spdlog|fmt)/", ["src/core/log.cpp"]),
    "OpenSSL": (r"openssl/", ["src/core/hash.cpp"]),
    "Eigen": (r"Eigen/", ["src/core/*", "include/csm/core/*", "src/mesh/*", "src/saliency/*"]),
    "zlib": (r"zlib\.h", ["src/store/cis_layout.cpp"]),
    "matio": (r"matio\.h", ["src/mesh/mat_mesh.cpp"]),
    "nlohmann json": (r"nlohmann/", ["src/dataset/tar_columns.cpp", "src/model/*", "src/mesh/*", "src/report/event_log.cpp"]),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LINK = re.compile(r"\bcsm_(\w+)\b")
# Libraries of a part of a stage.
PART_OF = {"option_texts": "options"}


def allowed_stages(stage):
    """The stages that a stage may see, itself among them."""
    if stage in BESIDE:
        return set(BESIDE[stage]) | {stage}
    seen = set(STAGES[:STAGES.index(stage) + 1]) | set(SEES_BESIDE.get(stage, []))
    return seen - {"cluster"} if stage in WITHOUT_CLUSTER else seen


def stage_of(path):
    """The stage of a file given relative to the root, or None for programs such as src/csm_mpi.cpp."""
    parts = path.parts
    if parts[:2] == ("include", "csm") and len(parts) > 3:
        return parts[2]
    return parts[1] if parts[0] == "src" and len(parts) > 2 else None


def check_include(path, bracket, header):
    """What is wrong with one include line, or None."""
    stage = stage_of(path)
    if header.startswith("csm/"):
        other = header.split("/")[1]
        if stage and other not in allowed_stages(stage):
            return f"{stage} includes {header}, but {other} is not to its left"
        if stage is None and other not in PROGRAMS.get(path.name, ["core"]):
            return f"a program includes {header}; it sees {', '.join(PROGRAMS.get(path.name, ['core']))} only"
        return None
    if bracket == '"':
        return f'"{header}" leaves the folder' if "/" in header else None
    for name, (pattern, places) in THIRD_PARTIES.items():
        if re.match(pattern, header) and not any(fnmatch(path.as_posix(), place) for place in places):
            return f"{name} ({header}) is not allowed here, only in {', '.join(places)}"
    return None


def source_files(root):
    for folder in ("include", "src"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp", ".in"):
                yield path


def check_sources(root):
    for path in source_files(root):
        relative = path.relative_to(root)
        stage = stage_of(relative)
        if stage and stage not in STAGES and stage not in BESIDE:
            yield f"{relative}:1: {stage} is not a stage; known: {', '.join(STAGES + list(BESIDE))}"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            fault = match and check_include(relative, *match.groups())
            if fault:
                yield f"{relative}:{number}: {fault}"
        if path.suffix == ".h" and "#pragma once" not in path.read_text(encoding="utf-8"):
            yield f"{relative}:1: a header without #pragma once"


def check_links(root):
    """The link lists of src/<stage>/CMakeLists.txt."""
    for path in sorted((root / "src").glob("*/CMakeLists.txt")):
        stage = path.parent.name
        if stage not in STAGES and stage not in BESIDE:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for other in LINK.findall(line.split("#")[0]):
                other = PART_OF.get(other, other)
                if (other in STAGES or other in BESIDE) and other not in allowed_stages(stage):
                    yield f"{path.relative_to(root)}:{number}: {stage} links csm_{other}, which is not to its left"


def compile_flags(build):
    """The compiler and the include paths and definitions of all files of a build."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    compiler, flags = None, []
    for command in commands:
        parts = [part for part in shlex.split(command["command"]) if not part.endswith("ccache")]
        if not parts[0].endswith("cc"):
            compiler = compiler or parts[0]
        for i, part in enumerate(parts):
            flag = ["-isystem", parts[i + 1]] if part == "-isystem" else [part] if part.startswith("-I") else []
            if flag and " ".join(flag) not in (" ".join(known) for known in flags):
                flags.append(flag)
    return compiler or "c++", [part for flag in flags for part in flag]


def check_headers(root, build):
    """Every public header compiles alone."""
    compiler, flags = compile_flags(build)
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((root / "include").rglob("*.h")):
            source = Path(folder) / "alone.cpp"
            source.write_text(f'#include "{path.relative_to(root / "include").as_posix()}"\n', encoding="utf-8")
            result = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-I", str(root / "include"), *flags,
                                     str(source)], capture_output=True, text=True, check=False)
            if result.returncode != 0:
                reason = next((line for line in result.stderr.splitlines() if "error:" in line), result.stderr.strip())
                yield f"{path.relative_to(root)}:1: does not compile alone: {reason}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the repository")
    parser.add_argument("--compile-headers", type=Path, metavar="BUILD", help="a build folder with compile_commands.json")
    options = parser.parse_args(arguments)
    faults = [*check_sources(options.root), *check_links(options.root)]
    if options.compile_headers:
        faults += check_headers(options.root, options.compile_headers)
    for fault in faults:
        print(fault)
    n_files = sum(1 for _ in source_files(options.root))
    if n_files == 0:
        print(f"{options.root}: no source file was found")
        return 1
    print(f"{n_files} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
