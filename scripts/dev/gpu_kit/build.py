"""The step "build": CSM's engines, their benchmark and their unit tests, with what the kit brings alone."""

import re
import resource
import sys
import time
from pathlib import Path

from gpu_kit.networks import Makers
from gpu_kit.session import OutOfTime, StepError

# Headers that may be on a machine and must not be needed.
FOREIGN = re.compile(r"/usr/(?:local/)?(?:include|lib)/(?:[\w-]+-linux-gnu/)?"
                     r"(spdlog|fmt|nlohmann|openssl|gtest|gmock|eigen3|opencv\w*|boost|hdf5|openmpi|mpi|mpich)\b")
# A short run: no optimisation, stages in few pieces, and of the tests one program alone.
SHORT_FLAGS = ("-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O0", "-DCMAKE_UNITY_BUILD_BATCH_SIZE=18")
SHORT_TARGETS = ("csm_engine_bench", "test_core")
TARGETS = ("csm_engine_bench", "unit_tests")


def measure(session):
    """Configures, builds, checks where the headers came from; the networks are made meanwhile."""
    makers = Makers(session)
    try:
        yield configure(session)
        yield from compile_targets(session)
        yield check_headers(session)
        yield from makers.results()
    finally:
        makers.end()


def configure(session):
    kit, short = session.settings.kit, session.settings.is_short
    start = time.monotonic()
    session.run(["cmake", "-S", kit / "source", "-B", session.build, "-G", "Ninja", "-DCSM_ENGINE_ONLY=ON",
                 f"-DCMAKE_MODULE_PATH={kit / 'gpu_kit/cmake'}", f"-DCSM_PYTHON={sys.executable}", "-DCCACHE_PROGRAM=OFF", "-DCMAKE_UNITY_BUILD=ON",
                 *(SHORT_FLAGS if short else ["-DCMAKE_BUILD_TYPE=Release"])])
    return {"part": "configure", "seconds": round(time.monotonic() - start, 1)}


def compile_targets(session):
    """The benchmark first, so that something can be measured if a test does not compile."""
    for target in SHORT_TARGETS if session.settings.is_short else TARGETS:
        start, before = time.monotonic(), _cpu_seconds()
        result = {"part": target, "cores": session.n_cores}
        try:
            session.run(["ninja", "-C", session.build, "-j", session.n_cores, target])
        except OutOfTime:
            raise
        except StepError as error:
            result["failed"] = str(error)
        yield {**result, "seconds": round(time.monotonic() - start, 1), "cpu_seconds": round(_cpu_seconds() - before, 1)}


def check_headers(session):
    """Which headers of the machine's own libraries were read: none should be."""
    read = session.run(["ninja", "-C", session.build, "-t", "deps"])
    found = sorted({Path(line.strip()).as_posix() for line in read.splitlines() if FOREIGN.match(line.strip())})
    result = {"part": "headers", "n_read": len(set(read.split())), "foreign": found[:10]}
    return {**result, "failed": "headers of the machine were read"} if found else result


def _cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
