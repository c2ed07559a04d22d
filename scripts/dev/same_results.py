"""Whether result files hold the same, bit for bit, in all but times, ranks and hosts."""

import subprocess

import h5py
import numpy as np

NOT_COMPARED = "/entry/process"  # times, ranks, hosts, command


def contents(path):
    """Returns {name: (kind, shape, bytes)} of every group, data set and attribute but those of /entry/process."""
    found = {}

    def keep(name, value):
        array = np.asarray(value)
        data = array.tobytes() if array.dtype != object else repr(array.ravel().tolist()).encode()
        found[name] = str(array.dtype), array.shape, data

    def visit(name, item):
        if f"/{name}".startswith(NOT_COMPARED):
            return
        found[name] = type(item).__name__
        if isinstance(item, h5py.Dataset):
            keep(name, item[()])
        for key, value in item.attrs.items():
            keep(f"{name}@{key}", value)

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return found


def check_same(paths):
    first = contents(paths[0])
    assert any(name.startswith("entry/cms/") for name in first)
    for path in paths[1:]:
        other = contents(path)
        assert other.keys() == first.keys()
        assert [name for name in first if other[name] != first[name]] == [], path
        compared = subprocess.run(["h5diff", "-c", f"--exclude-path={NOT_COMPARED}", paths[0], path], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert compared.returncode == 0, compared.stdout
        # Tables without a row (no failure, no region) are all that h5diff cannot compare.
        assert all(line.endswith("is an empty dataset") for line in compared.stdout.splitlines()), compared.stdout
