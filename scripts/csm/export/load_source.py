"""Loads the network that SOURCE of csm export names, with its weights."""

import importlib
import importlib.util
import inspect
import json
import sys
from pathlib import Path

import torch

from csm.contract import ContractError
from csm.export.file_kind import find_file_kind
from csm.export.load_weights import load_weights
from csm.export.user_code import refuse


def load_source(source, keyword_arguments=None, weights=None, trust=False, weights_key=None):
    """(network in evaluation mode, float32, on the CPU; whether it is TorchScript already)."""
    keyword_arguments = keyword_arguments or {}
    if source.endswith(".onnx"):
        return _load_onnx(Path(source)), False
    if source.endswith(".pt2"):
        return ExportedNetwork(Path(source)), False
    target, colon, attribute = source.rpartition(":")
    if not colon or source.endswith((".pt", ".pth")):
        if weights or keyword_arguments:
            raise ContractError(
                f"SOURCE {source} is read as a TorchScript file, which holds its weights already: "
                "--weights and --arguments do not go with it. Did you mean file.py:callable?"
            )
        return _load_script(Path(source)), True
    factory = getattr(_import(target), attribute, None)
    if not callable(factory):
        raise ContractError(
            f"{target} has no callable {attribute!r}. Which class or function makes the network?"
        )
    network = _call(factory, source, keyword_arguments)
    if weights:
        load_weights(network, weights, trust, weights_key)
    return network.eval().to("cpu", torch.float32), False


class ExportedNetwork(torch.nn.Module):
    """The network of a file of torch.export.save, in the mode that it was exported in.

    Raises ContractError if the file holds something else.
    """

    def __init__(self, path):
        super().__init__()
        if not path.is_file():
            raise ContractError(f"the file {path} of SOURCE does not exist.")
        description, advice = find_file_kind(path)
        if description and "torch.export" not in description:
            raise ContractError(f"SOURCE {path} {description}. {advice}")
        try:
            program = torch.export.load(path)
        except Exception as error:  # torch raises its own kinds for damaged files
            reason = str(error).strip().splitlines()[0]
            raise ContractError(
                f"SOURCE {path} cannot be read as an exported program: {reason}"
            ) from error
        # Its guards hold it to the number of images of its example, and cannot be traced.
        self.network = program.module(check_guards=False)
        self.network._forward_pre_hooks.clear()

    def forward(self, images):
        return self.network(images)

    def train(self, mode=True):
        return self


def _call(factory, source, keyword_arguments):
    """The module that the callable gives."""
    try:
        inspect.signature(factory).bind(**keyword_arguments)
    except TypeError as error:
        raise ContractError(
            f"{source} cannot be called with --arguments {json.dumps(keyword_arguments)}: {error}"
        ) from error
    except ValueError:
        pass  # a callable without a signature, such as one written in C
    try:
        network = factory(**keyword_arguments)
    except (Exception, SystemExit) as error:  # whatever the user's code raises
        raise refuse(error, f"{source} fails when it is called to make the network") from error
    if not isinstance(network, torch.nn.Module):
        raise ContractError(f"{source} returned a {type(network).__name__}, not a torch.nn.Module.")
    return network


def _import(target):
    if not target.endswith(".py"):
        sys.path.insert(0, str(Path.cwd()))
        try:
            return importlib.import_module(target)
        except (Exception, SystemExit) as error:
            raise refuse(error, f"the module {target} of SOURCE cannot be imported") from error
    path = Path(target)
    if not path.is_file():
        raise ContractError(f"the file {path} of SOURCE does not exist.")
    sys.path.insert(0, str(path.resolve().parent))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module  # so that classes of the file find their module
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise refuse(error, f"the file {path} of SOURCE cannot be loaded") from error
    return module


def _load_onnx(path):
    """The network of an ONNX file."""
    from csm.export.load_onnx import UnknownOperator, load_onnx

    if not path.is_file():
        raise ContractError(f"the file {path} of SOURCE does not exist.")
    try:
        return load_onnx(path)
    except UnknownOperator as error:
        raise ContractError(
            f"SOURCE {path} cannot be turned into layers: {error}. csm_mpi runs the file itself, as"
            f" a black box: --model {path} --contract FILE (docs/black_box.md)."
        ) from error


def _load_script(path):
    if not path.exists():
        raise ContractError(
            f"the file {path} of SOURCE does not exist. Valid: module:callable, file.py:callable, a"
            " .pt file."
        )
    if path.suffix == ".py":
        raise ContractError(
            f"SOURCE {path} names no callable. Give {path}:NAME, the class or function that makes"
            " the network."
        )
    try:
        return torch.jit.load(str(path), map_location="cpu").eval()
    except Exception as error:  # torch raises its own kinds for pickles, zips and truncated files
        description, advice = find_file_kind(path)
        if not description or description == "is a TorchScript file":
            description, advice = (
                f"cannot be read as TorchScript: {str(error).strip().splitlines()[0]}",
                "",
            )
        raise ContractError(f"SOURCE {path} {description}. {advice}".rstrip()) from error
