"""Canonical saliency maps of face models: what csm_mpi found, as Python values, tables and images.

    import csm
    result = csm.open("results/gender.h5")
    result.plot()

Nothing heavy is imported before it is used: `csm.serve` runs in a Python that has NumPy alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from csm.explaining import explain as explain
    from csm.result import Result as Result
    from csm.result import open_result as open  # noqa: A004

__version__ = "0.2.0"
__all__ = ["Result", "__version__", "explain", "open"]

_PLACES = {
    "Result": ("csm.result", "Result"),
    "explain": ("csm.explaining", "explain"),
    "open": ("csm.result", "open_result"),
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'csm' has no attribute '{name}'")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
