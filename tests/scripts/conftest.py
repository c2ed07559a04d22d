"""Makes the scripts importable and gives a synthetic result file on the schema of csm_mpi."""

import os
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [str(ROOT / "scripts" / part) for part in ("", "models", "research", "dev")]
sys.path[:0] = FOLDERS
# The scripts that the tests start find the package csm whether or not it is installed.
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(ROOT / "scripts"), os.environ.get("PYTHONPATH")])
)


def pytest_configure(config):
    # torch calls TorchScript deprecated; it is the format that LibTorch loads.
    config.addinivalue_line("filterwarnings", "ignore:.*torch.jit.*:DeprecationWarning")


def write_result(path, shift=0.0, size=(40, 32), unit="1", method=None):
    """A result whose CMS is a ramp plus `shift`; not square, so that a transposition shows."""
    height, width = size
    y, x = np.mgrid[:height, :width]
    cms = (x - 10.0 + 0.5 * y) / 100 + shift
    count = np.full(size, 9)
    count[:5] = 0
    cms[:5] = 0
    with h5py.File(path, "w") as file:
        file.attrs["csm_schema"] = "1.2"
        entry = file.create_group("entry")
        entry["title"], entry["n_images"], entry["n_failed"] = "synthetic gender", 9, 3
        if method:
            entry["method"] = method
        for name in ("cms", "groups/female", "groups/male"):
            group = entry.create_group(name)
            group["cms"] = (cms * (1 if name != "groups/male" else -1)).astype("f4")
            group["cms"].attrs["units"] = unit
            group["cms_errors"] = np.full(size, 0.01, "f4")
            group["count"] = count
            group["n_images"] = 9
            group["y"], group["x"] = height - 0.5 - np.arange(height), 0.5 + np.arange(width)
            if name != "cms":
                group["name"] = name.split("/")[1] + " faces"
        face = entry.create_group("mean_face")
        face.attrs["signal"] = "mean_face"
        face["mean_face"] = np.full((*size, 3), 128, "u1")
        regions = entry.create_group("regions")
        regions["name"] = np.array(["nose", "mouth", "none"], dtype=h5py.string_dtype())
        regions["mean"] = [0.2 + shift, -0.1, np.nan]
        regions["mean_errors"] = [0.03, 0.02, np.nan]
        regions["share"] = [0.6, 0.0, 0.0]
        convergence = entry.create_group("convergence")
        convergence["image_count"] = [1, 3, 9]
        convergence["forwards"] = [1900, 5800, 17400]
        convergence["pearson_to_final"] = [0.5, 0.9, 1.0]
        convergence["rmse_to_final"] = [0.2, 0.05, 0.0]
        convergence["pearson_of_halves"] = [np.nan, 0.4, 0.7]
        entry["process/command"] = "csm_mpi --task gender"
        entry["remarks"] = np.array(["no gallery was given"], dtype=h5py.string_dtype())
        entry["warnings"] = np.array(["the map is mostly noise"], dtype=h5py.string_dtype())
        counts = entry.create_group("classification")
        counts["class"] = np.array(["female", "male"], dtype=h5py.string_dtype())
        counts["n_labelled"], counts["n_predicted"], counts["n_right"] = [6, 0], [4, 5], 4
        counts["confusion"], counts["accuracy"] = [[4, 2], [0, 0]], [4 / 6, 0.3, 0.903]
        entry["inputs/model"] = "gender.pt"
        failures = entry.create_group("failures")
        failures["reason"] = np.array(["no face found", "not an image"], dtype=h5py.string_dtype())
        failures["n_images"] = [2, 1]
        entry["images/id"] = np.array(["a.jpg"] * 9, dtype=h5py.string_dtype())
    return path


def add_saved_maps(path, maps, names, targets, is_covered):
    """Adds the CIS of each image (n x H x W) to a result, as --save-cis does, in the reverse order
    of the table; `predicted` is the reverse of the targets.
    """
    n, text = len(maps), h5py.string_dtype()
    with h5py.File(path, "a") as file:
        del file["entry/images"]
        file["entry/cms/count"][:] = n * is_covered
        for column, values in (("id", names), ("target", targets), ("predicted", targets[::-1])):
            file[f"entry/images/{column}"] = np.array(values, dtype=text)
        file["entry/images/order"] = np.arange(n)
        file["entry/cis/order"] = np.arange(n)[::-1]
        file["entry/cis/cis"] = np.where(is_covered, maps, np.nan)[::-1].astype("f4")
        file["entry/canonical/region_names"] = np.array(["none", "nose"], dtype=text)
        file["entry/canonical/pixel_regions"] = is_covered.astype("u1")
    return path


@pytest.fixture
def result_file(tmp_path):
    return write_result(tmp_path / "run.h5")
