"""The entries of a contract's `outputs`: as --outputs names them, or chosen from what the network
returns."""

from csm.contract import ContractError
from csm.export.output_kind import choose_kind, find_facts

KIND_OF_ROLE = {"embedding": "embedding", "detector": "box", "mesh": "landmarks"}


def name_outputs(contract, values, operators):
    """(outputs with their sizes, sentences on what was chosen). `values` holds one tensor (images x
    size) an output.

    Raises ContractError if --outputs does not fit, or if there is more than one reading.
    """
    sizes = [rows.shape[1] for rows in values]
    given = contract.get("outputs")
    if given:
        if len(given) != len(sizes):
            raise ContractError(
                f"the network returns {len(sizes)} tensors, --outputs names {len(given)}. "
                "Give one entry per returned tensor (kind `ignored` for those that are not used)."
            )
        return [{"size": size} | output for output, size in zip(given, sizes, strict=False)], []
    i = _only_reading(contract, sizes)
    name, remarks = contract["task"], []
    kind = KIND_OF_ROLE.get(contract["role"])
    if kind is None:
        kind, why = choose_kind(
            name, find_facts(values[i], operators[i]), len(contract.get("classes") or [])
        )
        if why:
            remarks.append(f"output {name!r} is taken as {kind}: {why}. --outputs overrides it")
    entries = [
        {"size": size, "name": f"unused_{k}", "kind": "ignored"} for k, size in enumerate(sizes)
    ]
    entries[i] = {"size": sizes[i], "name": name, "kind": kind}
    if len(sizes) > 1:
        remarks.append(
            f"of the {len(sizes)} tensors that the network returns (sizes {_list(sizes)}) number"
            f" {i + 1} is used, the others are ignored. --outputs overrides it"
        )
    return entries, remarks


def _only_reading(contract, sizes):
    """The index of the tensor that the role can mean."""
    n = len(contract.get("classes") or [])
    if len(sizes) == 1:
        return 0
    fitting = []
    if contract["role"] == "classifier" and not contract.get("heads"):
        fitting = [i for i, size in enumerate(sizes) if size == n or (n == 2 and size == 1)]
    if len(fitting) == 1:
        return fitting[0]
    kind = KIND_OF_ROLE.get(contract["role"], "logit")
    readings = [
        ",".join(f"{chr(97 + k)}:{kind if k == i else 'ignored'}" for k in range(len(sizes)))
        for i in fitting or range(len(sizes))
    ]
    raise ContractError(
        f"the network returns {len(sizes)} tensors, of {_list(sizes)} values an image; which is the"
        f" {contract['role']}'s output? Say it: --outputs {' or '.join(readings[:4])}."
    )


def _list(sizes):
    return ", ".join(map(str, sizes))
