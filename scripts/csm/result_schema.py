"""The groups and data sets of a result file of csm_mpi, from schema.json, which the program's own
tables give."""

import json
import re
from functools import cache
from pathlib import Path

import h5py

SCHEMA_FILE = Path(__file__).resolve().parent / "schema.json"


@cache
def schema():
    """{schema_version, groups: [{path, about, optional?, texts?, fields: [{name, type, axes, unit,
    long_name, ...}]}]}."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


@cache
def known_paths():
    """{path of each group and data set, without the leading slash: its entry}."""
    paths = {}
    for group in schema()["groups"]:
        paths[group["path"].lstrip("/")] = group
        paths |= {
            f"{group['path'].lstrip('/')}/{field['name']}": field for field in group["fields"]
        }
    return paths


def at(path):
    """ "entry/images/id" for at("images/id"); "entry" for at(""). Errors: KeyError for a path that
    no result file has."""
    full = f"entry/{path}".rstrip("/")
    if full not in known_paths():
        raise KeyError(f"{full} is not in schema.json")
    return full


def name_of(path):
    """The last part of a path that is in the schema: "cms" for name_of("cms/cms")."""
    return at(path).rpartition("/")[2]


def find_faults(file):
    """What an open result file and the schema do not have alike: a list of texts, one a fault."""
    faults = []
    file["entry"].visititems(
        lambda name, item: faults.extend(_faults_of_item(f"/entry/{name}", item))
    )
    for group in schema()["groups"]:
        found = [name for name in _group_names(file) if _group_of(name) is group]
        if not found and not group.get("optional"):
            faults.append(f"{group['path']} is not in the file")
        for name in found:
            faults += [
                f"{name}/{field['name']} is not in the file"
                for field in group["fields"]
                if field["name"] not in file[name] and not field.get("optional")
            ]
    return faults


def _faults_of_item(path, item):
    if isinstance(item, h5py.Group):
        return [] if _group_of(path) else [f"{path} is not in the schema"]
    group = _group_of(path.rpartition("/")[0])
    field = (
        next((field for field in group["fields"] if field["name"] == path.rpartition("/")[2]), None)
        if group
        else None
    )
    if field is None:
        is_text = (
            bool(group)
            and "texts" in group
            and h5py.check_string_dtype(item.dtype)
            and item.shape == ()
        )
        return [] if is_text else [f"{path} is not in the schema"]
    faults = []
    found = "text" if h5py.check_string_dtype(item.dtype) else item.dtype.name
    if found != field["type"]:
        faults.append(f"{path} is of type {found}, not {field['type']}")
    if item.ndim != len(field["axes"]):
        faults.append(f"{path} has {item.ndim} axes, not {field['axes']}")
    long_names = [field["long_name"], field.get("baseline_name", field["long_name"])]
    if not any(_is_like(text, item.attrs.get("long_name", "")) for text in long_names):
        faults.append(
            f"{path} has the long_name {item.attrs.get('long_name')!r}, not {field['long_name']!r}"
        )
    if not _is_like(field["unit"], item.attrs.get("units", "")):
        faults.append(f"{path} has the units {item.attrs.get('units')!r}, not {field['unit']!r}")
    if item.attrs.get("equation", "") not in (
        field.get("equation", ""),
        "" if "baseline_name" in field else field.get("equation", ""),
    ):
        faults.append(
            f"{path} has the equation {item.attrs.get('equation')!r}, not"
            f" {field.get('equation', '')!r}"
        )
    return faults


def _group_names(file):
    names = ["/entry"]
    file["entry"].visititems(
        lambda name, item: names.append(f"/entry/{name}") if isinstance(item, h5py.Group) else None
    )
    return names


def _group_of(path):
    """The schema's entry of a group; names in braces are any name, unless there is an entry of that
    name."""
    groups = schema()["groups"]
    exact = (group for group in groups if group["path"] == path)
    return next(exact, None) or next(
        (
            group
            for group in groups
            if "{" in group["path"] and _is_like(group["path"], path, "[^/]+")
        ),
        None,
    )


def _is_like(template, text, meaning=".+"):
    """Whether a text is the template with something in the place of each name in braces."""
    parts = [re.escape(part) for part in re.split(r"\{\w+\}", template)]
    return re.fullmatch(meaning.join(parts), text) is not None
