"""A real Slurm of two nodes on this host: munged, slurmctld and two slurmd in a folder, under their own names and ports."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "scancel", "squeue", "sinfo")
NODES = ("csm1", "csm2")
SETTINGS = """ClusterName=csm
SlurmctldHost=localhost
SlurmctldPort={port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
TmpFS={folder}/tmp-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=5
SlurmdTimeout=8
MessageTimeout=5
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0
NodeName=csm[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[{first}-{last}] CPUs=2 RealMemory=2000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing_programs():
    return [name for name in PROGRAMS if shutil.which(name, path=search_path()) is None]


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def slurmstepd_above(pid):
    """The parent of a process, if that is a slurmstepd; it does not carry the node's name itself."""
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        return parent if Path(f"/proc/{parent}/comm").read_text().strip() == "slurmstepd" else None
    except (FileNotFoundError, ProcessLookupError):
        return None


class LocalSlurm:
    def __init__(self, folder, port=17300):
        self.folder = Path(folder)
        self.settings = self.folder / "slurm.conf"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "SBATCH_"))}
        self.environment |= {"SLURM_CONF": str(self.settings), "PATH": search_path(), "OMPI_ALLOW_RUN_AS_ROOT": "1",
                             "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        for name in ("state", *(f"{kind}-{node}" for kind in ("spool", "tmp") for node in NODES)):
            (self.folder / name).mkdir(parents=True)
        self.settings.write_text(SETTINGS.format(folder=folder, user=pwd.getpwuid(os.geteuid()).pw_name, port=port,
                                                 first=port + 1, last=port + 2))

    def start(self):
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.folder.chmod(0o755)
        self.run("munged", "--force", f"--key-file={key}", f"--socket={self.folder}/munge.socket",
                 f"--pid-file={self.folder}/munged.pid", f"--log-file={self.folder}/munged.log",
                 f"--seed-file={self.folder}/munge.seed")
        self.run("slurmctld", "-f", self.settings)
        for node in NODES:
            self.start_node(node)
        self.wait(lambda: self.states().count("idle") == len(NODES), "two idle nodes")

    def start_node(self, node):
        self.run("slurmd", "-N", node, "-f", self.settings)

    def kill_node(self, node):
        """As a node that loses its power: its slurmd and all that it has started."""
        marked = self.processes_of(node)
        victims = {int((self.folder / f"{node}.pid").read_text()), *marked, *map(slurmstepd_above, marked)} - {None}
        # All stand still before the first one dies, so that none can tell the controller of another's end.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for victim in victims:
                try:
                    os.kill(victim, number)
                except ProcessLookupError:
                    pass

    def stop(self):
        subprocess.run(["scancel", "--user", str(os.geteuid())], env=self.environment, check=False, capture_output=True)
        for name in ("csm1", "csm2", "slurmctld", "munged"):
            try:
                os.kill(int((self.folder / f"{name}.pid").read_text()), signal.SIGTERM)
            except (FileNotFoundError, ProcessLookupError, ValueError):
                pass

    def processes_of(self, node):
        """Every process that carries the node's name in its environment."""
        mark = f"SLURMD_NODENAME={node}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    if str(self.settings).encode() in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                pass
        return found

    def run(self, *arguments):
        finished = subprocess.run([str(argument) for argument in arguments], env=self.environment, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, f"{arguments}: {finished.stdout}{finished.stderr}"
        return finished.stdout

    def submit(self, *arguments, **variables):
        """sbatch; returns the number of the job."""
        finished = subprocess.run(["sbatch", "--parsable", *map(str, arguments)], env=self.environment | variables,
                                  cwd=self.folder, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.strip()

    def states(self):
        return self.run("sinfo", "--noheader", "-N", "-o", "%T").split()

    def job(self, number):
        """What scontrol shows of a job, as a dictionary."""
        fields = self.run("scontrol", "show", "job", number).split()
        return dict(field.split("=", 1) for field in fields if "=" in field)

    def state_of(self, number):
        return self.job(number)["JobState"]

    def wait(self, condition, what, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.2)
        logs = "\n".join(f"{path.name}: {path.read_text()[-1500:]}" for path in self.folder.glob("*.log"))
        raise AssertionError(f"{what}: not within {seconds} s\n{logs}")
