"""The studies of known answers in their short forms; docs/reports/known_answers.md names the
commands of the long ones."""

import re
import subprocess
import sys

import conftest
import pytest

SCRIPTS = conftest.ROOT / "scripts" / "research"
pytestmark = pytest.mark.skipif(
    not (conftest.ROOT / "models/gender.pt").exists()
    or not (conftest.ROOT / "samples/faces/manifest.csv").exists(),
    reason="scripts/setup.sh makes the models and the sample faces",
)


def run_study(name, folder, *arguments):
    """The table's rows by their first cells."""
    result = subprocess.run(
        [
            sys.executable,
            SCRIPTS / f"{name}.py",
            "--output",
            folder,
            "--program",
            conftest.PROGRAM,
            *map(str, arguments),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        env=conftest.environment(),
    )
    assert result.returncode == 0, result.stderr
    assert (folder / "tables.md").is_file()
    return [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in (folder / "tables.md").read_text().splitlines()
        if line.startswith("|")
    ]


def number(cell):
    return float(re.match(r"-?[\d.]+", cell)[0])


def test_csm_finds_the_regions_that_a_network_is_known_to_read(tmp_path):
    rows = {row[0]: row[1:] for row in run_study("known_answers", tmp_path, "--quick")}
    base, wrong = rows["base"], rows["mesh off by 8 px, shared"]
    for network in range(3):
        # Six images at a stride of 80 give 0.69 to 0.74; patches of 5 px alone keep it below 0.9.
        assert number(base[network]) > 0.6
        assert number(wrong[network]) < number(base[network]) - 0.2
    assert base[6] == "1, 1, 1"
    assert number(base[7]) < -2, "the suppressor must be negative"
    assert (tmp_path / "maps.png").stat().st_size > 10_000
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob("results/*/*.h5")}
    assert len(times) == 6
    run_study("known_answers", tmp_path, "--quick")
    assert {path: path.stat().st_mtime_ns for path in times} == times, (
        "a study that is done must not run again"
    )


def test_csm_finds_a_planted_cue_and_a_map_without_knowledge_does_not(tmp_path):
    rows = run_study(
        "planted_cues",
        tmp_path,
        "--limit",
        16,
        "--train-share",
        0.5,
        "--cues",
        "cheek_tint",
        "--strengths",
        1,
        "--controls",
        0,
        "--methods",
        "csm,centre_gaussian",
        "--vertex-stride",
        80,
        "--steps",
        120,
        "--ranks",
        2,
    )
    network = next(row for row in rows if row[0] == "cheek_tint")
    assert number(network[4]) >= 75, "the cue was not learnt, so it cannot be found"
    assert network[7] == "1", "the planted region must have the highest mean"
    # The first table of the methods has shares; the cheek is 0.15 of the face.
    share = {
        name: number(next(row for row in rows if row[0] == name)[1])
        for name in ("csm", "centre_gaussian")
    }
    assert share["csm"] > 0.4
    assert share["centre_gaussian"] < 0.2
    assert (tmp_path / "maps_100.png").stat().st_size > 5_000


def test_wrong_meshes_blur_a_map(tmp_path):
    rows = {
        row[0]: row[1:]
        for row in run_study(
            "mesh_error", tmp_path, "--limit", 4, "--errors", 12, "--vertex-stride", 200
        )
    }
    assert number(rows["exact meshes"][0]) == 1
    assert number(rows["exact meshes"][1]) == 1
    assert len(rows) == 2 + 1 + 2 + 3
    for name, row in rows.items():
        if name.startswith("off by"):
            assert number(row[0]) < 0.9
    assert number(rows["alignment: none"][0]) < number(rows["alignment: five key points"][0])


def test_pasted_patches_turn_decisions_that_restored_pixels_turn_back(tmp_path):
    rows = run_study(
        "patch_lfw",
        tmp_path,
        "--dataset",
        conftest.ROOT / "samples/faces",
        "--limit",
        6,
        "--patches",
        60,
        "--methods",
        "xssab",
    )
    assert [row[0] for row in rows] == ["method", "---", "`xssab`"]
    assert 0 < number(rows[2][1]) < 100
    assert 0 < number(rows[2][2]) < 100
    assert (tmp_path / "restored.png").stat().st_size > 5_000
