"""The Spack recipe, as far as it can be checked without Spack, and the issue templates."""

import ast
import re

import pytest
from conftest import ROOT

RECIPE = ROOT / "containers/spack/packages/csm/package.py"
# The package of Spack for each package that CMake looks for.
PACKAGES = {"nlohmann_json": "nlohmann-json", "spdlog": "spdlog", "OpenSSL": "openssl",
            "CURL": "curl", "MPI": "mpi", "HDF5": "hdf5", "OpenCV": "opencv", "Eigen3": "eigen",
            "Boost": "boost", "ZLIB": "zlib-api", "PkgConfig": "pkgconfig", "MATIO": "matio",
            "HEIF": "libheif"}


def calls_of(name):
    """The first arguments of the calls of a function in the recipe."""
    tree = ast.parse(RECIPE.read_text())
    return {call.args[0].value for call in ast.walk(tree) if isinstance(call, ast.Call)
            and getattr(call.func, "id", getattr(call.func, "attr", "")) == name}


def test_the_spack_recipe_knows_all_that_cmake_looks_for():
    cmake = (ROOT / "CMakeLists.txt").read_text()
    wanted = set(re.findall(r"(?:find_package|pkg_check_modules)\((\w+)", cmake)) - {"GTest"}
    assert wanted == set(PACKAGES)
    needed = {re.split("[@ ]", text)[0] for text in calls_of("depends_on")}
    assert set(PACKAGES.values()) | {"py-torch"} <= needed


def test_the_spack_recipe_sets_options_that_exist():
    cmake = "".join(path.read_text() for path in [ROOT / "CMakeLists.txt",
                                                  *(ROOT / "cmake").glob("*.cmake")])
    options = {name for name in calls_of("define") | calls_of("define_from_variant")
               if name.startswith("CSM_")}
    assert len(options) >= 5
    assert [name for name in options if not re.search(rf"\b{name}\b", cmake)] == []
    assert set(re.search(r"project\(csm VERSION ([\d.]+)", cmake).groups()) == calls_of("version")


@pytest.mark.parametrize("name", ["bug", "wrong_map", "model_or_data"])
def test_an_issue_template_asks_for_command_version_and_output(name):
    text = (ROOT / f".github/ISSUE_TEMPLATE/{name}.md").read_text()
    front = text.split("---")[1]
    assert re.search(r"^name: \S", front, re.MULTILINE)
    assert re.search(r"^about: \S", front, re.MULTILINE)
    assert "csm_mpi --version" in text and "```text" in text
    assert len(text.splitlines()) <= 40
