"""The places of the parts of the kit, how long there is, and how programs are run."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

LEAST_SECONDS = 5  # a step that has less left is not begun
PATIENCE = 2       # seconds that a program has to end when it is asked to


class KitError(Exception):
    """What ends the kit before any step."""


class StepError(Exception):
    """What ends a step: it is a result."""


class OutOfTime(StepError):
    """The time of the whole run is over."""


@dataclass(frozen=True)
class Settings:
    """What the kit was told."""

    kit: Path
    device: str
    seconds: int
    is_short: bool
    output: Path
    steps: tuple[str, ...]


@dataclass
class Session:
    """One run of the kit."""

    settings: Settings
    start: float = field(default_factory=time.monotonic)

    @property
    def work(self):
        """The folder of what is made on the machine and not a result."""
        return self.settings.kit / "work"

    @property
    def build(self):
        return self.work / "build"

    @property
    def networks(self):
        """The folder of the networks that are made on the machine."""
        return self.work / "networks"

    @property
    def bench(self):
        return self.build / "bin/csm_engine_bench"

    @property
    def is_cuda(self):
        return self.settings.device == "cuda"

    @property
    def n_cores(self):
        return len(os.sched_getaffinity(0))

    def model(self, name):
        shipped = self.settings.kit / "models" / f"{name}.pt"
        return shipped if shipped.exists() else self.networks / f"{name}.pt"

    def seconds_left(self):
        return self.settings.seconds - (time.monotonic() - self.start)

    def run(self, command, most=None, variables=None):
        """Runs a program to its end and returns its standard output.

        It is ended at the end of the run's time, or after `most` seconds. Errors: OutOfTime; StepError with the
        program's last lines if it fails.
        """
        left = self.seconds_left()
        if left < LEAST_SECONDS:
            raise OutOfTime("no time is left")
        limit = min(left, most or left)
        process = self.begin(command, variables)
        try:
            out, error = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            end(process)
            raise (OutOfTime if limit == left else StepError)(f"{Path(command[0]).name} was ended after {limit:.0f} s") from None
        if process.returncode != 0:
            raise StepError(f"{Path(command[0]).name} ended with {process.returncode}: {(error + out).strip()[-1500:]}")
        return out

    def begin(self, command, variables=None):
        """Starts a program in a group of its own, so that it can be ended with all that it started."""
        return subprocess.Popen([str(part) for part in command], env=self.environment() | (variables or {}), text=True,
                                start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run_bench(self, network, *arguments):
        """The lines that csm_engine_bench prints of a network, as dictionaries."""
        told = self.run([self.bench, self.model(network.name), "--device", self.settings.device, "--threads", self.n_cores,
                         "--patch-size", network.patch_size, *arguments])
        return [json.loads(line) for line in told.splitlines()]

    def run_module(self, module, *arguments):
        """What a module of the kit prints, run as a program, as a dictionary."""
        return json.loads(self.run([sys.executable, "-m", f"gpu_kit.{module}", *arguments]).splitlines()[-1])

    def environment(self):
        """The variables of the programs."""
        return {**os.environ, "CSM_TEST_DEVICE": "cuda:0" if self.is_cuda else "cpu", "PYTHONPATH": str(self.settings.kit),
                "PYTHONWARNINGS": "ignore"}

    def each(self, items, measure):
        """measure(item) of each item, a dictionary; the failure of one is a result and the next is measured."""
        for item in items:
            try:
                yield {"network": item.name, **measure(item)}
            except OutOfTime:
                raise
            except StepError as error:
                yield {"network": item.name, "failed": str(error)}


def end(process):
    """Ends a program of Session.begin and what it started.

    First by SIGTERM: ninja gives its compilers groups of their own, and ends them itself when it is asked to end.
    """
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
