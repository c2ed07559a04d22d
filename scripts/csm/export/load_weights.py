"""Weights as people have them: state dicts inside other dicts, with the prefixes of wrappers,
without counters."""

import warnings

import torch

from csm.contract import ContractError
from csm.export.file_kind import find_file_kind

# What training code wraps a network in: DataParallel, Lightning, torch.compile, and attributes of
# that name.
WRAPPERS = ("module.", "model.", "_orig_mod.", "net.", "network.", "backbone.", "encoder.")
COUNTER = "num_batches_tracked"  # of batch norms; older files lack it, and only training uses it


def load_weights(network, path, trust, key=None):
    """Copies the weights of a file into the network. `key` names the entry of the file that holds
    them."""
    state, name = _choose(_candidates(_read(path, trust)), network, path, key)
    own = network.state_dict()
    fitted, outside = _rename(state, own)
    missing = sorted(k for k in own.keys() - fitted.keys() if not k.endswith(COUNTER))
    extra = sorted(k for k in fitted.keys() - own.keys() if not k.endswith(COUNTER))
    other = sorted(k for k in own.keys() & fitted.keys() if own[k].shape != fitted[k].shape)
    if missing or extra or other:
        parts = [
            f"{len(keys)} {what} (such as {keys[0]})"
            for keys, what in (
                (missing, "missing"),
                (extra, "unknown"),
                (other, "of another shape"),
            )
            if keys
        ]
        entry = f", entry {name!r}," if name else ""
        raise ContractError(
            f"--weights {path}{entry} does not fit the network: tensors {', '.join(parts)}. "
            "Is it the right class, with the right --arguments?"
        )
    network.load_state_dict({k: fitted[k] for k in own.keys() & fitted.keys()}, strict=False)
    if name:
        print(f"csm export: the weights are the entry {name!r} of {path}")
    if outside:
        print(
            f"csm export: {len(outside)} tensors of {path} lie outside the network and are left"
            f" out: {', '.join(outside[:3])}{' ...' if len(outside) > 3 else ''}"
        )


def _read(path, trust):
    if not path.exists():
        raise ContractError(f"--weights {path} does not exist.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on TorchScript files, which are refused below
            state = torch.load(path, map_location="cpu", weights_only=not trust)
    except Exception as error:  # torch raises its own kinds for pickles, zips and truncated files
        description, advice = find_file_kind(path)
        if description and "pickle" not in description:
            raise ContractError(f"--weights {path} {description}. {advice}") from error
        raise ContractError(
            f"--weights {path} cannot be read as plain tensors:"
            f" {str(error).strip().splitlines()[0]} If you trust the file, --trust-weights loads"
            " pickled objects, such as a whole module (this runs code in it; its classes must be"
            " importable)."
        ) from error
    if isinstance(state, torch.jit.ScriptModule):
        raise ContractError(
            f"--weights {path} is a TorchScript file. Give it as SOURCE, without --weights."
        )
    return state


def _candidates(state):
    """{entry: dict of tensors} of a file; the entry is "" for the file itself, "a.b" inside other
    dicts."""
    found = {}

    def visit(value, name, depth):
        if isinstance(value, torch.nn.Module):
            value = value.state_dict()
        if not isinstance(value, dict) or depth > 3:
            return
        tensors = {k: v for k, v in value.items() if isinstance(k, str) and torch.is_tensor(v)}
        if tensors:
            found[name] = tensors
        for key, part in value.items():
            if key not in (
                "optimizer",
                "optimizer_state_dict",
                "optimizer_states",
                "scheduler",
                "lr_schedulers",
            ):
                visit(part, f"{name}.{key}" if name else str(key), depth + 1)

    visit(state, "", 0)
    return found


def _choose(candidates, network, path, key):
    """(state dict, its entry) that fits the network; several that fit and differ are refused."""
    if key is not None:
        if key not in candidates:
            raise ContractError(
                f"--weights-key {key}: {path} has no such entry with tensors; it has "
                f"{', '.join(repr(k) for k in candidates) or 'none'}."
            )
        return candidates[key], key
    if not candidates:
        raise ContractError(f"--weights {path} holds no state dict (names with tensors).")
    own = network.state_dict()
    wanted = {k for k in own if not k.endswith(COUNTER)}
    shares = {
        name: len(wanted & _rename(state, own)[0].keys()) for name, state in candidates.items()
    }
    fitting = [name for name, share in shares.items() if share == len(wanted)]
    if len(fitting) > 1:
        different = [
            name for name in fitting[1:] if not _same(candidates[fitting[0]], candidates[name])
        ]
        if different:
            names = ", ".join(repr(name) for name in fitting)
            raise ContractError(
                f"--weights {path} holds weights that fit the network more than once: {names}"
                " (averaged weights, such as `ema`, are mostly the ones to use). Say which:"
                " --weights-key NAME."
            )
    best = fitting[0] if fitting else max(candidates, key=lambda name: shares[name])
    return candidates[best], best


def _same(a, b):
    return a.keys() == b.keys() and all(
        a[k].shape == b[k].shape and bool((a[k] == b[k]).all()) for k in a
    )


def _rename(state, own):
    """(the tensors under the network's names, names left out) with the wrappers' prefixes taken off
    or put on."""
    wanted = {k for k in own if not k.endswith(COUNTER)}
    best, outside = state, []
    for prefix in _prefixes(state):
        inside = {k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}
        if len(wanted & inside.keys()) > len(wanted & best.keys()):
            best, outside = inside, sorted(k for k in state if not k.startswith(prefix))
    for prefix in _prefixes(own):
        longer = {prefix + k: v for k, v in state.items()}
        if len(wanted & longer.keys()) > len(wanted & best.keys()):
            best, outside = longer, []
    return best, outside


def _prefixes(names):
    """All chains of wrappers that a name begins with."""
    found = set()
    for name in names:
        prefix = ""
        while True:
            wrapper = next((w for w in WRAPPERS if name.startswith(prefix + w)), None)
            if wrapper is None:
                break
            prefix += wrapper
            found.add(prefix)
    return sorted(found)
