#!/usr/bin/env python3
"""Checks that every stage includes and links only what is before it, and that each third party keeps its place.

    scripts/dev/check_layers.py [--root DIR]              the rules, by reading the sources
    scripts/dev/check_layers.py --compile-headers BUILD   also compiles every public header alone (flags of BUILD)

The rules (docs/developer_guide.md, "Architecture"):
  1. A stage includes itself and the stages before it in the data flow.
  2. Its CMakeLists.txt links exactly the stages that it includes.
  3. A header under include/ is used by another stage or a program; others are in src/<stage>/.
  4. Only the files of COMMUNICATING call what all ranks must call.
  5. Each third party is included by the files of its place.
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

# The data flow. `model` is before `mesh`, because fitting a mesh uses networks; `options` is where all
# that a run can be asked for is known, before the stages that are asked.
STAGES = ["core", "cluster", "dataset", "model", "mesh", "occlusion", "explain", "saliency", "inference", "study", "reduce",
          "store", "report", "options", "measure", "checkpoint", "run"]
# These build with LibTorch alone (CSM_ENGINE_ONLY): they see no other stage.
ENGINE_ONLY = ["core", "model", "occlusion", "explain", "engine_bench"]
# These may see the cluster, for handles on the ranks that they pass on or call.
WITH_CLUSTER = {"core", "cluster", "reduce", "checkpoint", "run"}
# Programs of several files, and what they may see besides themselves.
BESIDE = {"engine_bench": ["core", "model", "occlusion"]}
# What a program of one file may see besides core: csm_mpi the run, its options and the list of methods.
PROGRAMS = {"csm_mpi.cpp": ["core", "cluster", "options", "explain", "run"],
            "csm_test.cpp": ["core", "cluster", "options", "store", "run"]}

# The files that may call what every rank must call in the same order.
COMMUNICATING = ["src/cluster/*", "src/reduce/*", "src/run/*", "src/checkpoint/restore.cpp"]
COLLECTIVE = re.compile(r"\b(?:agree|(?:\w|\)|\()+(?:\.|->)(?:sum_to_root|gather|all_gather\w*|broadcast|all_max|all_sum|barrier))\s*\(")

# Public headers that no stage or program includes yet, and why they are public.
PUBLIC_FOR_TESTS = {"csm/cluster/thread_ranks.h": "ranks that are threads of one process, for tests and machines without MPI's launcher"}

# Third party: how its headers begin, and the files (relative to the root) that may include them.
THIRD_PARTIES = {
    "MPI": (r"mpi\.h", ["src/cluster/mpi_*", "src/cluster/check_mpi.h", "src/cluster/session.cpp"]),
    "HDF5": (r"(hdf5(_hl)?|H5\w*)\.h", ["src/store/*", "src/mesh/hdf5_mesh.cpp"]),
    "Boost.Program_options": (r"boost/(?!math/|sort/)", ["src/options/command_line.cpp"]),
    "Boost.Math": (r"boost/math/", ["src/inference/confounds.cpp", "src/inference/student.cpp", "src/store/group_difference.cpp"]),
    "Boost.Sort": (r"boost/sort/", ["src/inference/cluster_enhancement.cpp"]),
    "OpenCV": (r"opencv2?/", ["src/dataset/decode.cpp", "src/mesh/warp*.cpp", "src/mesh/triangulate.cpp",
                              "src/model/onnx*.cpp", "src/report/*"]),
    "libcurl": (r"curl/", ["src/model/http_*"]),
    "OpenVINO": (r"openvino/", ["src/model/openvino_*"]),
    "libheif": (r"libheif/", ["src/dataset/decode_heif.cpp"]),
    "LibTorch": (r"(torch|ATen|c10)/", ["src/model/*", "include/csm/model/*", "src/mesh/*", "src/occlusion/*",
                                        "include/csm/occlusion/*", "src/explain/*", "include/csm/explain/*", "src/study/*",
                                        "src/engine_bench/*", "src/inference/labelled_sums.cpp", "src/inference/permutation_test.cpp", "src/inference/resampling.cpp"]),
    "spdlog": (r"(spdlog|fmt)/", ["src/core/log.cpp"]),
    "OpenSSL": (r"openssl/", ["src/core/hash.cpp"]),
    "Eigen": (r"Eigen/", ["src/core/*", "include/csm/core/*", "src/inference/*", "src/mesh/*",
                          "src/saliency/*", "src/study/impute.cpp"]),
    "zlib": (r"zlib\.h", ["src/store/cis_layout.cpp"]),
    "matio": (r"matio\.h", ["src/mesh/mat_mesh.cpp"]),
    "nlohmann json": (r"nlohmann/", ["src/dataset/tar_columns.cpp", "src/model/*", "src/mesh/*", "src/report/event_log.cpp"]),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LINK = re.compile(r"\bcsm_(\w+)\b")


def allowed_stages(stage):
    """The stages that a stage may see, itself among them."""
    if stage in BESIDE:
        return set(BESIDE[stage]) | {stage}
    seen = set(STAGES[:STAGES.index(stage) + 1])
    if stage in ENGINE_ONLY:
        return seen & set(ENGINE_ONLY)
    return seen if stage in WITH_CLUSTER else seen - {"cluster"}


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
            return f"{stage} includes {header}, but {other} is not before it"
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
        for number, bracket, header in includes_of(path):
            fault = check_include(relative, bracket, header)
            if fault:
                yield f"{relative}:{number}: {fault}"
        if path.suffix == ".h" and "#pragma once" not in path.read_text(encoding="utf-8"):
            yield f"{relative}:1: a header without #pragma once"


def includes_of(path):
    """The includes of a file as (line number, bracket, header)."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, *match.groups()


def included_stages(root, stage):
    """The other stages whose headers a stage includes, each with the first place: {stage: "file:line"}."""
    found = {}
    for path in source_files(root):
        if stage_of(path.relative_to(root)) != stage:
            continue
        for number, _, header in includes_of(path):
            other = header.split("/")[1] if header.startswith("csm/") else stage
            if other in STAGES and other != stage:
                found.setdefault(other, f"{path.relative_to(root)}:{number}")
    return found


def check_links(root):
    """src/<stage>/CMakeLists.txt links exactly the stages that the stage includes."""
    for path in sorted((root / "src").glob("*/CMakeLists.txt")):
        stage = path.parent.name
        if stage not in STAGES:
            continue
        included = included_stages(root, stage)
        linked = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for other in LINK.findall(line.split("#")[0]):
                if other in STAGES and other != stage:
                    linked.setdefault(other, number)
        for other, number in linked.items():
            place = f"{path.relative_to(root)}:{number}"
            if other not in allowed_stages(stage):
                yield f"{place}: {stage} links csm_{other}, which is not before it"
            elif other not in included:
                yield f"{place}: {stage} links csm_{other} and includes none of its headers: remove the link"
        for other, place in included.items():
            if other not in linked and other in allowed_stages(stage):
                yield f"{place}: {stage} includes csm/{other}/ without the link: add csm_{other} to {path.relative_to(root)}"


def check_public_headers(root):
    """A header under include/ is used outside its stage, or by such a header of its own stage."""
    users, inner = {}, {}
    for path in source_files(root):
        relative = path.relative_to(root)
        for _, _, header in includes_of(path):
            if not header.startswith("csm/"):
                continue
            if stage_of(relative) != header.split("/")[1]:
                users[header] = True
            elif relative.parts[0] == "include":
                inner.setdefault(relative.relative_to("include").as_posix(), []).append(header)
    used, waiting = set(), [*users, *PUBLIC_FOR_TESTS]
    while waiting:
        header = waiting.pop()
        if header not in used:
            used.add(header)
            waiting += inner.get(header, [])
    for path in sorted((root / "include").rglob("*.h")):
        header = path.relative_to(root / "include").as_posix()
        if header not in used:
            stage = header.split("/")[1]
            yield (f"{path.relative_to(root)}:1: no other stage and no program uses this header: move it to src/{stage}/")


def check_communication(root):
    """Of the stages that see the cluster, only the files of the list communicate."""
    for path in source_files(root):
        relative = path.relative_to(root)
        if stage_of(relative) not in WITH_CLUSTER or path.suffix != ".cpp" or any(fnmatch(relative.as_posix(), place) for place in COMMUNICATING):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = COLLECTIVE.search(line.split("//")[0])
            if match:
                yield (f"{relative}:{number}: '{match.group().strip('( ')}' communicates; only "
                       f"{', '.join(COMMUNICATING)} may")


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
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the repository")
    parser.add_argument("--compile-headers", type=Path, metavar="BUILD", help="a build folder with compile_commands.json")
    options = parser.parse_args(arguments)
    faults = [*check_sources(options.root), *check_links(options.root), *check_public_headers(options.root),
              *check_communication(options.root)]
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
