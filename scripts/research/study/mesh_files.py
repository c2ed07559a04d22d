"""Mesh files for csm_mpi's --mesh files, exact or wrong by a known amount."""

import numpy as np

from study.known_faces import smooth_field

FILE_STRIDE = 5   # every 5th dense point is stored
FRAME = 619       # [px] of the picture that csm_mpi counts a canonical mesh on, if it is given none
ERROR_WIDTH = 0.2  # of the face's height: how far apart points err alike
ERRORS = ("shared", "smooth")


def write_canonical_mesh(canonical, path):
    """Writes the dense points of the canonical face for --canonical."""
    np.save(path, (canonical.vertices[::FILE_STRIDE] * FRAME / canonical.size).astype(np.float32))


def write_meshes(folder, names, meshes):
    """Writes one file for each image into a folder that is there; `meshes`: dense points (V x 2) in
    the image's px.
    """
    for name, mesh in zip(names, meshes):
        np.save(folder / f"{name}.npy", mesh[::FILE_STRIDE].astype(np.float32))


def mesh_arguments(folder, canonical, stride):
    """csm_mpi's options for the meshes in a folder and the canonical mesh, with every `stride`-th
    of the dense points, a multiple of FILE_STRIDE.
    """
    if stride % FILE_STRIDE:
        raise ValueError(f"{stride} is not a multiple of {FILE_STRIDE}")
    # Without a check: the meshes of a study may be wrong on purpose.
    return (
        "--mesh",
        "files",
        "--mesh-dir",
        folder,
        "--canonical",
        canonical,
        "--mesh-check",
        "off",
        "--vertex-stride",
        stride // FILE_STRIDE,
    )


def displace(mesh, kind, length, random):
    """The mesh (V x 2), off by `length` [px]: `shared`: all points by one vector; `smooth`: each by
    another, with this root mean square length.
    """
    if kind not in ERRORS:
        raise ValueError(f"{kind!r} is not a kind of mesh error")
    if kind == "shared":
        angle = random.uniform(0, 2 * np.pi)
        return mesh + length * np.array([np.cos(angle), np.sin(angle)])
    return mesh + length * smooth_field(mesh / np.ptp(mesh[:, 1]), ERROR_WIDTH, random)
