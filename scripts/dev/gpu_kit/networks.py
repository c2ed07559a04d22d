"""The networks that are measured, the most important first."""

import subprocess
import sys
from dataclasses import dataclass

from gpu_kit.session import OutOfTime, end


@dataclass(frozen=True)
class Measured:
    """A network and the side of its patches [px of the input], about 15 px of 224."""

    name: str
    patch_size: int = 15
    is_made: bool = False  # on the machine, with random weights; the others travel


ALL = (Measured("vgg16", is_made=True), Measured("resnet18", is_made=True), Measured("resnet50", is_made=True),
       Measured("mobilenet_v2", is_made=True), Measured("gender", 8), Measured("recognition", 8), Measured("expression", 8),
       Measured("pose"), Measured("age"))
TIMED = ALL[:6]
SMALL = ("--width", "0.25", "--input-size", "64")  # of a short run


def measured(session):
    """All of them; of a short run one that is made and one that travels."""
    return (Measured("resnet18", 8, is_made=True), Measured("pose")) if session.settings.is_short else ALL


def timed(session):
    """Those whose speed is wanted."""
    return measured(session) if session.settings.is_short else TIMED


class Makers:
    """Processes that make networks while the kit is being built."""

    def __init__(self, session):
        self._session = session
        script = session.settings.kit / "source/scripts/models/make_zoo.py"
        names = [network.name for network in measured(session) if network.is_made]
        small = SMALL if session.settings.is_short else ()
        self._processes = {name: session.begin([sys.executable, script, name, "--output", session.networks, *small],
                                               {"PYTHONPATH": str(session.settings.kit / "source/scripts")})
                           for name in names}

    def results(self):
        """Waits for each network."""
        for name, process in self._processes.items():
            yield {"network": name, **self._wait(process)}

    def _wait(self, process):
        try:
            out, error = process.communicate(timeout=max(self._session.seconds_left(), 0.1))
        except subprocess.TimeoutExpired:
            raise OutOfTime("a network was not made in time") from None
        return {"made": out.strip()} if process.returncode == 0 else {"failed": error.strip()[-1500:]}

    def end(self):
        """Ends those that still run."""
        for process in self._processes.values():
            if process.poll() is None:
                end(process)
