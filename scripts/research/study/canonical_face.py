"""The canonical face of csm_mpi as the studies need it: regions, triangles, and the dense points as
places on the triangles.
"""

import json
from dataclasses import dataclass, replace

import h5py
import numpy as np
import torch
from csm.result_schema import at
from matplotlib.tri import Triangulation

from study.program import ROOT

MESH_MODEL = ROOT / "models" / "face_mesh.pt"


@dataclass
class CanonicalFace:
    """Positions in px of a canonical face of `size` x `size`; region numbers index `region_names`,
    0 is none.
    """

    size: int
    region_names: list
    pixel_regions: np.ndarray     # (size x size)
    surface: np.ndarray           # (468 x 3), z to the viewer
    triangles: np.ndarray         # (898 x 3), 0-based
    triangle_regions: np.ndarray  # (898)
    vertices: np.ndarray          # (V x 2) dense points
    vertex_triangles: np.ndarray  # (V) triangle of each dense point
    vertex_weights: np.ndarray    # (V x 3) its barycentric weights there

    def region(self, name):
        return self.region_names.index(name)

    def triangles_of(self, names):
        """(T x 3) the triangles of these regions."""
        return self.triangles[np.isin(self.triangle_regions, [self.region(name) for name in names])]

    def label(self, maps):
        """SavedMaps with the regions of this face, of a run on mesh files, which do not hold them.
        """
        return replace(maps, regions=self.pixel_regions, region_names=self.region_names)

    def dense(self, landmarks):
        """(V x 2) the dense points of a face with these landmarks (468 x 2 or more columns)."""
        corners = np.asarray(landmarks)[self.triangles[self.vertex_triangles], :2]  # (V x 3 x 2)
        return (corners * self.vertex_weights[:, :, None]).sum(axis=1)


def make_canonical_face(program, folder, *arguments, size=619):
    """The face that csm_mpi paints on, from a run on one image with no other work. `arguments`:
    --dataset and --model of a study.

    Errors: StudyError if the run fails.
    """
    path = program.run(
        folder / f"canonical_{size}.h5",
        *arguments,
        "--method",
        "centre_gaussian",
        "--limit",
        1,
        "--vertex-stride",
        1,
        "--canonical-size",
        size,
        "--group-by",
        "none",
    )
    return read_canonical_face(path)


def read_canonical_face(path, mesh_model=MESH_MODEL):
    """The canonical face in a result file that was made with --mesh network and --vertex-stride 1.
    """
    with h5py.File(path) as file:
        surface, triangles, uv, vertex_regions, vertices, pixel_regions = (
            file[at(f"canonical/{name}")][:]
            for name in (
                "surface_vertices",
                "triangles",
                "vertex_uv",
                "vertex_regions",
                "vertices",
                "pixel_regions",
            )
        )
        found, weights = locate(uv, landmark_uv(mesh_model), triangles)
        regions = np.zeros(len(triangles), int)  # a triangle lies in one region as a whole
        regions[found] = vertex_regions
        region_names = [name.decode() for name in file[at("canonical/region_names")][:]]
        return CanonicalFace(
            int(file[at("canonical/size")][()]),
            region_names,
            pixel_regions,
            surface,
            triangles,
            regions,
            vertices,
            found,
            weights,
        )


def landmark_uv(mesh_model):
    """(468 x 2) texture coordinates of the landmarks, of the topology that the mesh network
    carries.
    """
    files = {"topology.json": ""}
    torch.jit.load(str(mesh_model), map_location="cpu", _extra_files=files)
    return np.array(json.loads(files["topology.json"])["uv"])


def locate(points, corners, triangles):
    """(triangle, barycentric weights) of each point of the plane. @pre The triangles do not overlap
    and cover the points.
    """
    found = np.asarray(
        Triangulation(corners[:, 0], corners[:, 1], triangles).get_trifinder()(
            points[:, 0], points[:, 1]
        )
    )
    if (found < 0).any():
        raise ValueError(f"{(found < 0).sum()} points lie on no triangle")
    a, b, c = np.moveaxis(corners[triangles[found]], 1, 0)
    second, third = np.linalg.solve(np.stack([b - a, c - a], axis=2), (points - a)[:, :, None])[
        :, :, 0
    ].T
    return found, np.stack([1 - second - third, second, third], axis=1)
