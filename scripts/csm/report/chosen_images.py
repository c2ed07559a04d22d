"""Which images --where of csm_mpi and csm_test chose, as people read it."""

from __future__ import annotations

import re

from csm.report.number_text import count_text, enumerate_texts

_NO_VALUE = ("", "all", "none")
_REMARK = re.compile(
    r"(\d+) of (\d+) images of the result are not among those of --where '(.*)'\.")
_ARGUMENT = re.compile(r" --where(?: |=)(.*?)(?= --[a-z]|$)")


def describe_where(where: str) -> str:
    """"sex=female and age=20..29" of a value of --where; empty if it chooses nothing."""
    if where.strip() in _NO_VALUE:
        return ""
    values: dict[str, list[str]] = {}
    for part in where.split(","):
        column, _, value = part.partition("=")
        values.setdefault(column.strip(), []).append(value.strip())
    return enumerate_texts(
        [f"{column}={enumerate_texts(of, 'or')}" for column, of in values.items()])


def chosen_by_run(where: str, limit: str, n_images: int) -> str:
    """"Only images with sex=female: 40 images." of a run's options; empty if it chose none.

    @param n_images those that were read, also if they could not be used
    """
    if not describe_where(where):
        return ""
    most = "" if limit in _NO_VALUE else f", at most {limit} of them"
    return f"Only images with {describe_where(where)}{most}: {count_text(n_images, 'image')}."


def chosen_by_test(command: str, remarks: list[str]) -> str:
    """"Only images with sex=female: 40 of 204 of the result." of a test; empty if it took all.

    @param remarks of the findings, which have the numbers
    """
    found = next(filter(None, map(_REMARK.fullmatch, remarks)), None)
    if found:
        n_left_out, n_images = int(found[1]), int(found[2])
        return (f"Only images with {describe_where(found[3])}: {n_images - n_left_out:,} of "
                f"{n_images:,} of the result.")
    argument = _ARGUMENT.search(command)
    where = describe_where(argument[1].strip(" '\"")) if argument else ""
    return f"Only images with {where}." if where else ""
