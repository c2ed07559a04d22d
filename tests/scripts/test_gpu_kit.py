"""scripts/dev/gpu_kit: a rehearsal on the CPU with nothing else at hand, its deadline, what it
reads from profiles, its tables.
"""

import importlib
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from conftest import ROOT

KIT = ROOT / "scripts/dev"
# All that a run finds on its PATH beside Python.
TOOLS = (
    "bash",
    "env",
    "cmake",
    "ninja",
    "g++",
    "gcc",
    "c++",
    "cc",
    "as",
    "ld",
    "ar",
    "ranlib",
    "uname",
    "cat",
    "mkdir",
    "rm",
)
MIB = 2**20


@pytest.fixture
def gpu_kit(monkeypatch):
    """part(name): a module of the kit."""
    monkeypatch.syspath_prepend(str(KIT))
    return lambda name: importlib.import_module(f"gpu_kit.{name}")


def run_kit(script, *arguments, **variables):
    return subprocess.run(
        [str(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"CSM_PYTHON": sys.executable, "OMP_WAIT_POLICY": "passive", **variables},
    )


def test_a_rehearsal_with_nothing_else_at_hand(tmp_path):
    if not (ROOT / "models/gender.pt").exists():
        pytest.skip("scripts/setup.sh has not made the models here")
    kit, tools = tmp_path / "kit", tmp_path / "bin"
    made = run_kit(KIT / "gpu_kit.sh", "--prepare", kit, **os.environ)
    assert made.returncode == 0, made.stderr
    assert sum(path.stat().st_size for path in kit.rglob("*") if path.is_file()) < 60 * MIB
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool))

    ran = run_kit(
        kit / "gpu_kit.sh",
        "--run",
        kit,
        "--device",
        "cpu",
        "--short",
        "--seconds",
        800,
        PATH=str(tools),
    )
    results = [
        json.loads(line) for line in (kit / "results/results.jsonl").read_text().splitlines()
    ]
    assert ran.returncode == 0, [
        result for result in results if "failed" in result or "out_of_time" in result
    ] or ran.stderr
    by_step = {}
    for result in results:
        by_step.setdefault(result["step"], []).append(result)
    assert list(by_step) == [
        "environment",
        "build",
        "tests",
        "accuracy",
        "timings",
        "profile",
        "memory",
        "graphs",
    ]
    headers = next(result for result in by_step["build"] if result.get("part") == "headers")
    assert headers["foreign"] == [] and headers["n_read"] > 1000
    assert all(result["n_tests"] > 0 and result["n_failed"] == 0 for result in by_step["tests"])
    for result in by_step["accuracy"]:
        assert set(result["engines"]) == {"full", "incremental", "gathered"}
        assert max(error["drop_error"] for error in result["engines"].values()) < 1e-3, result
    assert {result["network"] for result in by_step["timings"]} == {"resnet18", "pose"}
    assert all(
        sum(result["shares"].values()) == pytest.approx(1, abs=1e-3)
        for result in by_step["profile"]
    )
    assert all(result["is_kept"] for result in by_step["memory"] if "is_kept" in result)
    report = subprocess.run(
        [sys.executable, str(KIT / "gpu_report.py"), str(kit / "results/results.json")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "A short rehearsal" in report and "| resnet18 | off |" in report


def test_a_folder_that_is_no_kit_is_refused(tmp_path):
    found = run_kit(KIT / "gpu_kit.sh", "--run", tmp_path, PATH="/usr/bin:/bin")
    assert found.returncode == 2
    assert "holds no kit" in found.stderr
    unknown = run_kit(
        KIT / "gpu_kit.sh", "--run", tmp_path, "--steps", "tests,profiel", PATH="/usr/bin:/bin"
    )
    assert (
        unknown.returncode == 2
        and "'profiel' is not a step. Steps are environment, build" in unknown.stderr
    )
    (tmp_path / "file").touch()
    assert (
        "is not empty"
        in run_kit(KIT / "gpu_kit.sh", "--prepare", tmp_path, PATH="/usr/bin:/bin").stderr
    )


@pytest.fixture
def new_session(gpu_kit, tmp_path):
    session = gpu_kit("session")

    def make(seconds):
        return session.Session(
            session.Settings(
                kit=tmp_path,
                device="cpu",
                seconds=seconds,
                is_short=True,
                output=tmp_path,
                steps=(),
            )
        )

    return make


def test_a_program_is_ended_at_the_end_of_the_time_with_all_that_it_started(
    gpu_kit, new_session, tmp_path, monkeypatch
):
    session = gpu_kit("session")
    with pytest.raises(session.OutOfTime, match="no time is left"):
        new_session(session.LEAST_SECONDS - 1).run(["true"])
    monkeypatch.setattr(session, "LEAST_SECONDS", 0)
    late = tmp_path / "late"
    with pytest.raises(session.OutOfTime, match="sh was ended after"):
        new_session(0.5).run(["sh", "-c", f"(sleep 1; touch {late}) & wait"])
    with pytest.raises(session.StepError, match="sh was ended after"):
        new_session(60).run(["sh", "-c", "sleep 10"], most=0.2)
    time.sleep(1)
    assert not late.exists()


def test_the_failure_of_a_network_is_a_result_and_the_next_is_measured(gpu_kit, new_session):
    networks = gpu_kit("networks")

    def measure(network):
        return {
            "told": new_session(60).run(
                ["sh", "-c", "echo fine" if network.name == "b" else "echo broken >&2; exit 3"]
            )
        }

    found = list(new_session(60).each([networks.Measured("a"), networks.Measured("b")], measure))
    assert found == [
        {"network": "a", "failed": "sh ended with 3: broken"},
        {"network": "b", "told": "fine\n"},
    ]


def event(name, begin, duration, category="kernel", thread=1):
    return {"ph": "X", "name": name, "ts": begin, "dur": duration, "cat": category, "tid": thread}


def test_the_time_of_kernels_is_shared_out_by_kind(gpu_kit):
    found = gpu_kit("profile").summarise(
        [
            event("void at::native::indexSelectLargeIndex<float>", 0, 30),
            event("sm90_xmma_gemm_f32f32_f32", 30, 40),
            event("void at::native::indexFuncLargeIndex<add>", 70, 10),
            event("vectorized_elementwise_kernel<relu>", 80, 10),
            event("Memcpy HtoD (Pinned -> Device)", 65, 10, "gpu_memcpy"),
            event("aten::mm", 0, 500, "cpu_op"),
        ]
    )
    assert found["shares"] == {
        "gather": 0.3,
        "scatter": 0.1,
        "product": 0.4,
        "copies": 0.1,
        "other": 0.1,
    }
    assert found["busy_share"] == 1.0
    assert found["copies_beside_kernels"] == 1.0
    alone = gpu_kit("profile").summarise(
        [event("gemm", 0, 10), event("Memcpy DtoH", 5, 20, "gpu_memcpy")]
    )
    assert alone["copies_beside_kernels"] == 0.25


def test_operators_within_others_are_counted_once(gpu_kit):
    found = gpu_kit("profile").summarise(
        [
            event("aten::index_select", 0, 10, "cpu_op"),
            event("aten::empty", 2, 5, "cpu_op"),
            event("aten::addmm", 20, 30, "cpu_op"),
            event("aten::copy_", 0, 40, "cpu_op", thread=2),
        ]
    )
    assert (found["of"], found["n"]) == ("operators", 3)
    assert found["shares"]["gather"] == 0.125 and found["shares"]["copies"] == 0.5


def test_what_failed_and_what_is_missing_stands_under_the_tables(gpu_kit):
    results = [
        {"step": "accuracy", "network": "a", "failed": "csm_engine_bench ended with 3: no\nmemory"},
        {
            "step": "accuracy",
            "network": "b",
            "n_patches": 4,
            "engines": {"full": {"score_error": 1e-6, "drop_error": 2e-6}},
        },
        {"step": "graphs", "skipped": "needs a GPU"},
        {"step": "memory", "out_of_time": "ninja was ended after 3 s"},
    ]
    text = gpu_kit("report").tables(results)
    assert "| b | full | 4 | 1.0e-06 | 2.0e-06 |" in text
    assert "- a: **failed**: csm_engine_bench ended with 3: no memory" in text
    assert "not done: needs a GPU" in text
    assert "The time was over before the last step: ninja was ended after 3 s." in text
