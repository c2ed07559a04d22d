"""Packs the images of a folder or a CSV manifest into tar shards, for file systems that are slow
with many small files.

    csm shards photos/manifest.csv --output shards/photos
    csm_mpi --dataset 'shards/photos-{000000..000012}.tar' ...      (or --dataset shards)

Each image becomes KEY.jpg (or .png, ...), the columns of its row KEY.json, as WebDataset has them;
KEY is the image's path without its ending, dots as '_'. Of a folder without a manifest the image's
own folder is the column identity. Manifests and folders are read by the rules of csm_mpi: what is
passed over is reported. The same input gives the same bytes.
"""

import argparse
import io
import json
import sys
import tarfile
from pathlib import Path

from csm.shards.folder_identity import find_identities
from csm.shards.image_files import IMAGES, describe, ending_of_content, list_folder
from csm.shards.manifest import InputError, read_manifest


def warn(message):
    print(f"csm shards: warning: {message}", file=sys.stderr)


def rows_of_manifest(manifest):
    """The (path relative to the manifest's folder, {column: text}) of each row that names an
    image."""
    found = read_manifest(manifest)
    if found.unnamed:
        warn(
            f"{len(found.unnamed)} rows of '{manifest}' have no path and are left out; the first is"
            f" line {found.unnamed[0]}."
        )
    return found.images


def rows_of_folder(folder):
    """The same for every image below a folder, in the order of csm_mpi."""
    images, passed_over = list_folder(folder)
    if passed_over:
        n_files = sum(map(len, passed_over.values()))
        warn(f"{n_files} files of '{folder}' are passed over: {describe(passed_over)}.")
    identities = find_identities(images)
    return [
        (name.as_posix(), {"identity": who} if who else {})
        for name, who in zip(images, identities, strict=True)
    ]


def ending_of(path, content):
    """The ending of an image in a shard: its own if that is one of images, else that of its
    format."""
    own = Path(path).suffix
    return own if own.lower() in IMAGES.split() else ending_of_content(content[:64]) or own


def key_of(path):
    """The key of an image: its path without the ending; a dot would end it too early."""
    name = Path(path)
    parts = [part for part in name.parts if part not in (name.anchor, "..")]
    return Path(*parts[:-1], name.stem.replace(".", "_")).as_posix()


def keys_of(paths):
    """{path: key}: if images would have one key, such as IMG_1.HEIC and IMG_1.JPG, the ending is a
    part of it (IMG_1_JPG)."""
    paths_of_key = {}
    for path in paths:
        paths_of_key.setdefault(key_of(path), []).append(path)
    keys = {}
    for key, others in paths_of_key.items():
        keys |= {
            path: key if len(others) == 1 else key + Path(path).suffix.replace(".", "_")
            for path in others
        }
    return keys


def add(shard, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    shard.addfile(member, io.BytesIO(content))


def make_shards(source, output, images_per_shard):
    """Writes OUTPUT-000000.tar and so on; returns their paths."""
    source = Path(source)
    if source.is_dir() and (source / "manifest.csv").is_file():
        source /= "manifest.csv"
    if not source.exists():
        raise InputError(f"'{source}' does not exist. Give a folder or a CSV manifest.")
    root = source if source.is_dir() else source.parent
    rows = rows_of_folder(source) if source.is_dir() else rows_of_manifest(source)
    if not rows:
        raise InputError(f"'{source}' holds no image.")
    keys = keys_of(path for path, _ in rows)
    if len(keys) < len(rows):
        raise InputError(f"'{source}' names an image twice.")
    path_of_key = {}
    for path, key in keys.items():
        other = path_of_key.setdefault(key, path)
        if other != path:
            raise InputError(
                f"'{other}' and '{path}' would have one key, '{key}'. Rename one of them."
            )
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    shards = []
    for first in range(0, len(rows), images_per_shard):
        shards.append(output.with_name(f"{output.name}-{len(shards):06}.tar"))
        partial = shards[-1].with_name(shards[-1].name + ".partial")
        with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as shard:
            for path, columns in rows[first : first + images_per_shard]:
                try:
                    content = (root / path).read_bytes()
                except OSError as error:
                    raise InputError(
                        f"'{root / path}' cannot be read: {error.strerror}."
                    ) from error
                add(shard, keys[path] + ending_of(path, content), content)
                if columns:
                    add(
                        shard,
                        keys[path] + ".json",
                        json.dumps(columns, ensure_ascii=False).encode(),
                    )
        partial.rename(shards[-1])
    return shards


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "source", metavar="PATH", help="a folder of images, or a CSV file with the column path"
    )
    parser.add_argument(
        "--output",
        required=True,
        metavar="PREFIX",
        help="the shards are PREFIX-000000.tar and so on",
    )
    parser.add_argument(
        "--images-per-shard", type=int, default=10_000, metavar="N", help="default 10,000"
    )
    options = parser.parse_args(arguments)
    if options.images_per_shard < 1:
        parser.error("--images-per-shard must be 1 or more")
    shards = make_shards(options.source, options.output, options.images_per_shard)
    print(f"{len(shards)} shards, {shards[0]} to {shards[-1]}")
    return 0
