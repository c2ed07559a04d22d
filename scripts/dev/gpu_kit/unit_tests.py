"""The step "tests": the unit tests of the stages that compute, on the device."""

import json
from concurrent.futures import ThreadPoolExecutor

from gpu_kit.session import OutOfTime, StepError

PROGRAMS = ("test_core", "test_model", "test_network", "test_occlusion", "test_row_program", "test_explain", "test_sample_map")


N_AT_ONCE = 4  # a program waits for the device most of its start


def measure(session):
    """A result for each program; a short run builds few."""
    programs = [session.build / "bin" / name for name in PROGRAMS]
    built = [program for program in programs if program.exists()]
    with ThreadPoolExecutor(min(N_AT_ONCE, session.n_cores)) as pool:
        yield from pool.map(lambda program: {"program": program.name, **run_program(session, program)}, built)
    if not session.settings.is_short:
        yield from ({"program": program.name, "failed": "was not built"} for program in programs if program not in built)


def run_program(session, program):
    """The counts of one program, the tests that failed with the start of their messages, and why tests were skipped."""
    report = session.work / f"{program.name}.json"
    report.unlink(missing_ok=True)
    ended = ""
    try:
        # Their tensors are tiny: threads would wait for each other.
        session.run([program, f"--gtest_output=json:{report}", "--gtest_brief=1"], variables={"OMP_NUM_THREADS": "1"})
    except OutOfTime:
        raise
    except StepError as error:  # also where a test failed
        ended = str(error)
    if not report.exists():
        return {"failed": ended or "wrote no report"}
    return count(json.loads(report.read_text()))


def count(report):
    """The counts and failures in GoogleTest's JSON report."""
    tests = [(f"{suite['name']}.{test['name']}", test) for suite in report["testsuites"] for test in suite["testsuite"]]
    failed = {name: test["failures"][0]["failure"][:400] for name, test in tests if test.get("failures")}
    reasons = sorted({skip["message"].strip() for _, test in tests for skip in test.get("skipped", [])})
    n_skipped = sum(test.get("result") == "SKIPPED" for _, test in tests)
    found = {"n_tests": len(tests), "n_failed": len(failed), "n_skipped": n_skipped, "skipped_because": reasons,
             "seconds": float(report["time"].rstrip("s"))}
    return {**found, "failed": failed} if failed else found
