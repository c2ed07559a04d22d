"""Loads the network that SOURCE of scripts/export_model.py names, with its weights."""

import importlib
import importlib.util
import json
import sys
from pathlib import Path

import torch

from convert.contract import ContractError


def load_source(source, keywords, weights, trust):
    """(network in evaluation mode, whether it is TorchScript already)."""
    target, colon, attribute = source.rpartition(":")
    if not colon or source.endswith((".pt", ".pth")):
        if weights or keywords:
            raise ContractError(f"SOURCE {source} is read as a TorchScript file, which holds its weights already: "
                                "--weights and --arguments do not go with it. Did you mean file.py:callable?")
        return _load_script(Path(source)), True
    factory = getattr(_import(target), attribute, None)
    if not callable(factory):
        raise ContractError(f"{target} has no callable {attribute!r}. Which class or function makes the network?")
    try:
        network = factory(**keywords)
    except TypeError as error:
        raise ContractError(f"{source} cannot be called with --arguments {json.dumps(keywords)}: {error}") from error
    if not isinstance(network, torch.nn.Module):
        raise ContractError(f"{source} returned a {type(network).__name__}, not a torch.nn.Module.")
    if weights:
        _load_weights(network, weights, trust)
    return network.eval(), False


def _import(target):
    if not target.endswith(".py"):
        sys.path.insert(0, str(Path.cwd()))
        try:
            return importlib.import_module(target)
        except ImportError as error:
            raise ContractError(f"the module {target} of SOURCE cannot be imported: {error}. "
                                "Is it installed in this Python, or in this folder?") from error
    path = Path(target)
    if not path.is_file():
        raise ContractError(f"the file {path} of SOURCE does not exist.")
    sys.path.insert(0, str(path.resolve().parent))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module  # so that classes of the file find their module
    specification.loader.exec_module(module)
    return module


def _load_script(path):
    if not path.is_file():
        raise ContractError(f"the file {path} of SOURCE does not exist. Valid: module:callable, file.py:callable, a .pt file.")
    try:
        return torch.jit.load(str(path), map_location="cpu").eval()
    except RuntimeError as error:
        raise ContractError(f"{path} is no TorchScript file (a state dict has no graph). If it holds weights only, give "
                            "the code as SOURCE (file.py:callable) and this file as --weights.") from error


def _load_weights(network, path, trust):
    if not path.is_file():
        raise ContractError(f"--weights {path} does not exist.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=not trust)
    except Exception as error:  # torch raises its own kinds for pickles, zips and truncated files
        raise ContractError(f"--weights {path} cannot be read as plain tensors: {str(error).splitlines()[0]} "
                            "If you trust the file, --trust-weights loads pickled objects (this runs code in it).") from error
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(state, dict) and isinstance(state.get(key), (dict, torch.nn.Module)):
            state = state[key]
    if isinstance(state, torch.nn.Module):
        state = state.state_dict()
    if not isinstance(state, dict):
        raise ContractError(f"--weights {path} holds a {type(state).__name__}, not a state dict.")
    if state and all(key.startswith("module.") for key in state):
        state = {key[len("module."):]: value for key, value in state.items()}
    own = network.state_dict()
    missing, extra = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    other = sorted(key for key in own.keys() & state.keys() if own[key].shape != state[key].shape)
    if missing or extra or other:
        words = [f"{len(keys)} {what} (such as {keys[0]})" for keys, what in
                 ((missing, "missing"), (extra, "unknown"), (other, "of another shape")) if keys]
        raise ContractError(f"--weights {path} does not fit the network: tensors {', '.join(words)}. "
                            "Is it the right class, with the right --arguments?")
    network.load_state_dict(state)
