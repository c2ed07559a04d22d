#!/usr/bin/env python3
"""Kills, stops and starves runs at random moments, lets them go on with other numbers of ranks, and compares the results.

    scripts/dev/fault_campaign.py [--runs N] [--seed N] [--program FILE]

Each run meets one to three faults, one after another, each on 1 to 4 ranks, and is then left alone until it is done. It has
survived if its result is the same, bit for bit outside /entry/process, as that of a run without a fault, if no result
was ever half-written, and if no process and no file but the result is left. Prints a table.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import h5py
import synthetic_run
from csm.result_schema import at
from same_results import contents

N_IMAGES = 60
AT_WORK, TO_THE_END = 8000, 1000  # rounds of the model: a fault meets the images at work, or the run's end is waited for
ATTEMPT_SECONDS = 300  # an attempt that takes longer hangs; a busy machine needs a minute
RESULT = {"result.h5"}
MORE = ("--save-cis", "--group-by", "predicted", "--fill", "noise", "--quiet")


class Survivor:
    """One output and the attempts at it."""

    def __init__(self, data, folder, random_numbers):
        self.data, self.folder, self.random = data, folder, random_numbers
        self.output = folder / "result.h5"
        self.checkpoints = folder / "result.h5.checkpoint"
        self.n_begun = 0    # images that all attempts together began, as far as is known
        self.problems = []

    def start(self, n_ranks, pace):
        """Starts an attempt; every image is saved, or the interval is so long that only signals save."""
        self.data.set_pace(pace)
        interval = self.random.choice((0, 0, 300))
        arguments = self.data.arguments(self.output, *MORE, "--checkpoint-interval", interval)
        return synthetic_run.launch(*arguments, n_ranks=n_ranks)

    def wait_until(self, condition, process, seconds=60):
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end and not condition():
            time.sleep(0.002)
        return process.poll() is None

    def has_begun(self):
        return any(path.stat().st_size > 0 for path in self.files("*.cis"))

    def files(self, pattern):
        try:
            return list(self.checkpoints.glob(pattern))
        except FileNotFoundError:
            return []

    def end(self, process):
        """Waits for the attempt's end and looks at what it left behind."""
        try:
            process.communicate(timeout=ATTEMPT_SECONDS)
        except subprocess.TimeoutExpired:
            kill_tree(process)
            process.communicate()
            self.problems.append("an attempt hangs")
        if self.output.exists():
            try:
                with h5py.File(self.output) as file:
                    file[at("cms/cms")][()]
            except (OSError, KeyError) as error:
                self.problems.append(f"half a result: {error}")
        left = orphans(self.output)
        if left:
            self.problems.append(f"processes left: {left}")
        return process.returncode

    def count_saved(self):
        """Images in the newest attempt's files, from the names of the part files' records."""
        return len({order for part in self.files("*.cis") for order in orders_in(part)})


def orders_in(part):
    """The positions of the whole maps in a part file."""
    data, at = part.read_bytes(), 0
    while at + 16 <= len(data):
        n_bytes = int.from_bytes(data[at + 8: at + 16], "little")
        if at + 16 + n_bytes > len(data):
            return
        yield int.from_bytes(data[at: at + 8], "little")
        at += 16 + n_bytes


def processes_of(output):
    """{process number: its parent} of every process with this output on its command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(output).encode() in (entry / "cmdline").read_bytes():
                found[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            pass
    return found


def ranks_of(process, output):
    """The ranks' process numbers: all but the launcher."""
    found = processes_of(output)
    return [pid for pid in found if pid != process.pid] or [process.pid]


def orphans(output, seconds=10):
    end = time.monotonic() + seconds
    while processes_of(output) and time.monotonic() < end:
        time.sleep(0.05)
    return sorted(processes_of(output))


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def kill_tree(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


# The faults. Each takes (survivor, n_ranks) and returns whether it met the run while it ran.


def at_some_image(survivor, process):
    running = survivor.wait_until(survivor.has_begun, process)
    time.sleep(survivor.random.uniform(0, 0.6))
    return running


def fault_by(act, wait=at_some_image, pace=AT_WORK):
    def fault(survivor, n_ranks):
        process = survivor.start(n_ranks, pace)
        wait(survivor, process)
        met = process.poll() is None
        if met:
            act(survivor, process)
        survivor.end(process)
        return met

    return fault


def kill_one(survivor, process):
    send(survivor.random.choice(ranks_of(process, survivor.output)), signal.SIGKILL)


def kill_all(survivor, process):
    for pid in [process.pid, *ranks_of(process, survivor.output)]:
        send(pid, signal.SIGKILL)


def to_launcher(number):
    return lambda survivor, process: process.send_signal(number)


def to_one_rank(number):
    return lambda survivor, process: send(survivor.random.choice(ranks_of(process, survivor.output)), number)


def while_a_checkpoint_is_written(survivor, process):
    survivor.wait_until(lambda: survivor.files("*.checkpoint.partial"), process)


def while_the_result_is_written(survivor, process):
    survivor.wait_until(lambda: survivor.output.with_name("result.h5.partial").exists() and survivor.checkpoints.exists(), process)
    time.sleep(survivor.random.uniform(0, 0.02))


def full_disk(survivor, n_ranks):
    """No file may grow beyond a few kilobytes: checkpoints, maps or the result cannot be written."""
    survivor.data.set_pace(TO_THE_END)
    limit = survivor.random.choice((8, 40, 200))
    shell = ["bash", "-c", f'trap "" XFSZ; ulimit -f {limit}; exec "$@"', "csm"]
    launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(n_ranks)] if n_ranks > 1 else []
    arguments = survivor.data.arguments(survivor.output, *MORE, "--checkpoint-interval", 0)
    process = subprocess.Popen([*launcher, *shell, str(synthetic_run.PROGRAM), *map(str, arguments)], env=synthetic_run.environment(),
                               text=True, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    return survivor.end(process) != 0


def damaged_checkpoint(survivor, n_ranks):
    """The newest checkpoint loses its end, or has a bit flipped, after all ranks were killed."""
    met = FAULTS["SIGKILL of all ranks"](survivor, n_ranks)
    files = sorted(survivor.files("*.checkpoint"), key=lambda path: path.stat().st_mtime)
    if files:
        content = bytearray(files[-1].read_bytes())
        if survivor.random.random() < 0.5:
            content = content[: survivor.random.randrange(len(content))]
        else:
            content[survivor.random.randrange(len(content))] ^= 1 << survivor.random.randrange(8)
        files[-1].write_bytes(bytes(content))
    return met and bool(files)


FAULTS = {
    "SIGKILL of one rank": fault_by(kill_one),
    "SIGKILL of all ranks": fault_by(kill_all),
    "SIGTERM to the launcher": fault_by(to_launcher(signal.SIGTERM)),
    "SIGINT to the launcher": fault_by(to_launcher(signal.SIGINT)),
    "SIGUSR1 to the launcher": fault_by(to_launcher(signal.SIGUSR1)),
    "SIGUSR1 to one rank": fault_by(to_one_rank(signal.SIGUSR1)),
    "SIGTERM to one rank": fault_by(to_one_rank(signal.SIGTERM)),
    "killed while a checkpoint is written": fault_by(kill_all, while_a_checkpoint_is_written),
    "killed while the result is written": fault_by(kill_all, while_the_result_is_written, TO_THE_END),
    "full disk": full_disk,
    "damaged checkpoint": damaged_checkpoint,
}


class Tally:
    """What is known of one kind of fault."""

    def __init__(self):
        self.n_faults = self.n_met = self.n_survived = 0
        self.repeated = []


def work_repeated(survivor, saved_before):
    """Images whose maps were on disk and that the next attempt does again, as a share of all."""
    with h5py.File(survivor.output) as file:
        n_restored = int(file[at("process/n_restored")][()])
    return max(0, saved_before - n_restored) / N_IMAGES


def one_run(data, folder, expected, names, random_numbers, tallies):
    """Returns the problems of one run under these faults."""
    survivor = Survivor(data, folder, random_numbers)
    met = [FAULTS[name](survivor, random_numbers.randint(1, 4)) for name in names]
    is_written = survivor.output.exists() and not survivor.checkpoints.exists()
    saved = survivor.count_saved()
    if not is_written:
        data.set_pace(synthetic_run.FAST)
        process = synthetic_run.launch(*data.arguments(survivor.output, *MORE), n_ranks=random_numbers.randint(1, 4))
        code = survivor.end(process)
        if code != 0:
            survivor.problems.append(f"the last attempt ended with {code}")
    if survivor.output.exists() and contents(survivor.output) != expected:
        survivor.problems.append("another result")
    # The lock of a run that was killed after its last step is harmless, the next run takes it over; and so is the file
    # that was to become one.
    left = {path.name for path in folder.iterdir() if not path.name.startswith(".result.lock.")} - RESULT
    left -= {"result.lock"} if is_written else set()
    if left:
        survivor.problems.append(f"files left: {sorted(left)}")
    for name, is_met in zip(names, met):
        tally = tallies[name]
        tally.n_faults += 1
        tally.n_met += is_met
        tally.n_survived += not survivor.problems
    if not is_written and survivor.output.exists():
        tallies[names[-1]].repeated.append(work_repeated(survivor, saved))
    return survivor.problems


def table(tallies):
    lines = ["| fault | times | met the run at work | survived | work repeated (mean, most) |", "|---|---|---|---|---|"]
    for name in FAULTS:
        tally = tallies[name]
        repeated = tally.repeated or [0]
        lines.append(f"| {name} | {tally.n_faults} | {tally.n_met} | {tally.n_survived} | "
                     f"{100 * sum(repeated) / len(repeated):.0f} %, {100 * max(repeated):.0f} % |")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=110, help="runs (default: 110)")
    parser.add_argument("--seed", type=int, default=1, help="of the faults and their moments (default: 1)")
    parser.add_argument("--program", type=Path, help="csm_mpi to try (default: that of build/release)")
    given = parser.parse_args(argv)
    if given.program:
        synthetic_run.PROGRAM = given.program.resolve()
    random_numbers = random.Random(given.seed)
    tallies = defaultdict(Tally)
    n_survived = 0
    with tempfile.TemporaryDirectory(prefix="csm_faults_") as place:
        data = synthetic_run.write_data(Path(place) / "data").add_copies(N_IMAGES).use_paced_model()
        reference = Path(place) / "undisturbed" / "result.h5"
        undisturbed = synthetic_run.launch(*data.arguments(reference, *MORE), n_ranks=2)
        _, error = undisturbed.communicate(timeout=300)
        if undisturbed.returncode != 0:
            print(f"fault_campaign: the undisturbed run failed: {error}", file=sys.stderr)
            return 1
        expected = contents(reference)
        order = list(FAULTS)
        for run in range(given.runs):
            names = [order[run % len(order)], *random_numbers.choices(order, k=random_numbers.randint(0, 2))]
            random_numbers.shuffle(names)
            folder = Path(place) / f"run_{run}"
            folder.mkdir()
            problems = one_run(data, folder, expected, names, random_numbers, tallies)
            n_survived += not problems
            for problem in problems:
                print(f"fault_campaign: run {run} ({', '.join(names)}): {problem}", file=sys.stderr, flush=True)
            if not problems:
                shutil.rmtree(folder)
    print(table(tallies))
    print(f"\n{n_survived} of {given.runs} runs survived.")
    return 0 if n_survived == given.runs else 1


if __name__ == "__main__":
    sys.exit(main())
