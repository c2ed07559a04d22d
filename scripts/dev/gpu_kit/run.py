"""Runs the steps in their order until the time is over, and keeps every result as soon as it is there."""

import json
import time
import traceback

from gpu_kit import accuracy, build, environment, graphs, memory, profile, report, timings, unit_tests
from gpu_kit.session import KitError, OutOfTime, Session, StepError

STEPS = {"environment": environment, "build": build, "tests": unit_tests, "accuracy": accuracy, "timings": timings,
         "profile": profile, "memory": memory, "graphs": graphs}


class Recorder:
    """Keeps the results in a file, a line each, and prints them."""

    def __init__(self, session):
        self._session = session
        self._file = (session.settings.output / "results.jsonl").open("w")
        self.results = []

    def add(self, step, result):
        elapsed = round(time.monotonic() - self._session.start, 1)
        self.results.append({"step": step, "at": elapsed, **result})
        line = json.dumps(self.results[-1])
        self._file.write(line + "\n")
        self._file.flush()
        print(line, flush=True)


def run(settings):
    """Returns 0; 1 where a step failed or the time ended before the last one."""
    unknown = sorted(set(settings.steps) - set(STEPS))
    if unknown:
        raise KitError(f"--steps: '{unknown[0]}' is not a step. Steps are {', '.join(STEPS)}.")
    if not (settings.kit / "kit.json").is_file():
        raise KitError(f"--run: '{settings.kit}' holds no kit. Make one with --prepare.")
    session = Session(settings)
    for folder in (settings.output, session.networks):
        folder.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(session)
    for name in settings.steps:
        try:
            for result in STEPS[name].measure(session):
                recorder.add(name, result)
        except OutOfTime as ended:
            recorder.add(name, {"out_of_time": str(ended)})
            break
        except StepError as error:
            recorder.add(name, {"failed": str(error)})
        except Exception:  # a defect of the kit must not cost what the next steps find
            recorder.add(name, {"failed": traceback.format_exc()[-1500:]})
    (settings.output / "results.json").write_text(json.dumps(recorder.results, indent=1))
    tables = report.tables(recorder.results)
    (settings.output / "gpu.md").write_text(tables)
    print(tables)
    return int(any("failed" in result or "out_of_time" in result for result in recorder.results))
