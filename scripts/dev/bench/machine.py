"""What a reader must know about the machine and the software, without its name; and who else used it."""

import os
import platform
import resource
import subprocess
from importlib import metadata
from pathlib import Path

FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_tile", "asimd", "sve")


def describe_machine():
    """One line on cores, flags, memory, kernel."""
    fields = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    flags = (fields.get("flags") or fields.get("Features") or "").split()
    known = " ".join(flag for flag in FLAGS if flag in flags)
    virtual = ", virtual machine" if "hypervisor" in flags else ""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (f"{os.cpu_count()} cores of {fields.get('model name', platform.machine())} ({known}){virtual}, "
            f"{memory:.0f} GiB, Linux {platform.release().split('-')[0]}, {' '.join(platform.libc_ver())}")


def describe_software(program, captum_site):
    """One line of versions."""
    csm = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip().splitlines()
    mpi = subprocess.run(["mpirun", "--version"], capture_output=True, text=True, check=False).stdout.strip().splitlines()
    versions = [csm[0] if csm else "csm_mpi", f"torch {metadata.version('torch')}", f"Python {platform.python_version()}", *mpi[:1]]
    if captum_site:
        found = [d.version for d in metadata.distributions(path=[str(captum_site)]) if d.metadata["Name"] == "captum"]
        versions += [f"captum {version}" for version in found]
    return ", ".join(versions)


class OtherLoad:
    """How much of the machine others took between two moments."""

    def __init__(self):
        self._start = self._now()

    def __str__(self):
        busy, stolen, whole, ours = (b - a for a, b in zip(self._start, self._now()))
        others = max(0.0, busy - ours)
        return (f"other processes took {100 * others / whole:.0f} % of the processor time, "
                f"the host {100 * stolen / whole:.0f} % (steal)")

    @staticmethod
    def _now():
        """(busy, stolen, all, our children's) processor seconds."""
        ticks = os.sysconf("SC_CLK_TCK")
        user, nice, system, idle, waiting, hard, soft, stolen = (
            int(field) / ticks for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
        busy = user + nice + system + hard + soft
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return busy, stolen, busy + stolen + idle + waiting, children.ru_utime + children.ru_stime
