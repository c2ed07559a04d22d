"""The step "environment": the machine and what is installed on it."""

import json
import os
import platform

from gpu_kit.session import StepError

VERSIONS = {"compiler": ("c++", "--version"), "cmake": ("cmake", "--version"), "ninja": ("ninja", "--version"),
            "driver": ("nvidia-smi", "--query-gpu=name,driver_version,memory.total,memory.used", "--format=csv,noheader")}


def measure(session):
    """One result."""
    import torch

    settings = session.settings
    found = {"device": settings.device, "short": settings.is_short, "cores": session.n_cores,
             "python": platform.python_version(), "torch": torch.__version__, "torch_cuda": torch.version.cuda,
             "system": f"{platform.system()} {platform.release()} {platform.machine()}", "libc": " ".join(platform.libc_ver()),
             "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9),
             "kit": json.loads((settings.kit / "kit.json").read_text())["commit"]}
    if session.is_cuda and torch.cuda.is_available():
        gpu = torch.cuda.get_device_properties(0)
        found |= {"gpu": gpu.name, "gpu_memory_gb": round(gpu.total_memory / 1e9, 1), "multiprocessors": gpu.multi_processor_count,
                  "capability": f"{gpu.major}.{gpu.minor}", "cudnn": torch.backends.cudnn.version()}
    for name, command in VERSIONS.items():
        try:
            found[name] = session.run(command, most=20).splitlines()[0]
        except (StepError, OSError, IndexError) as error:
            found[name] = f"unknown ({str(error)[:100]})"
    yield found
    if session.is_cuda and not torch.cuda.is_available():
        raise StepError("torch sees no CUDA device: everything below will fail. Is the driver there? nvidia-smi tells.")
