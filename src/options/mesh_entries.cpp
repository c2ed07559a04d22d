#include "option_kinds.h"
#include "stage_entries.h"

namespace csm {

using namespace kinds;
using enum OptionScope;

std::vector<OptionEntry> mesh_entries() {
  return in_group(
      "Mesh and canonical face",
      {choice(
           {"mesh", identity, its_names, "where the mesh of each face comes from"},
           [](auto& o) -> auto& { return o.mesh.mesh; }),
       path(
           {"mesh-dir", identity, "DIR", "one mesh file per image, for --mesh files"},
           [](auto& o) -> auto& { return o.mesh.mesh_dir; }),
       path(
           {"canonical", identity, "FILE",
            "mesh of the canonical face, or a frontal picture to fit it to"},
           [](auto& o) -> auto& { return o.mesh.canonical; }),
       path(
           {"canonical-image", identity, "FILE",
            "picture to paint on, none: the data set's mean face"},
           [](auto& o) -> auto& { return o.mesh.canonical_image; }),

       // The networks that fit a mesh.
       with_default(path(
                        {"detector-model", identity, "FILE", "face detector"},
                        [](auto& o) -> auto& { return o.mesh.detector_model; }),
                    "models/face_detector.pt"),
       with_default(path(
                        {"mesh-model", identity, "FILE", "network that fits the mesh"},
                        [](auto& o) -> auto& { return o.mesh.mesh_model; }),
                    "models/face_mesh.pt"),

       // The canonical face.
       integer(
           {"canonical-size", identity, "PX", "side of the canonical face and of the map [px]"},
           [](auto& o) -> auto& { return o.mesh.canonical_size; }, 32, 4096),
       integer(
           {"vertex-stride", identity, "N", "every N-th vertex of the mesh is used"},
           [](auto& o) -> auto& { return o.mesh.vertex_stride; }, 1, 1'000'000),

       // What is taken of an image.
       choice(
           {"mesh-check", identity, its_names,
            "compare meshes from files with their photos; off is for studies of wrong meshes: "
            "nothing is refused"},
           [](auto& o) -> auto& { return o.mesh.mesh_check; }),
       choice(
           {"face", identity, its_names, "which face of an image is used"},
           [](auto& o) -> auto& { return o.mesh.face; }),
       choice(
           {"visibility", identity, its_names, "which vertices are occluded"},
           [](auto& o) -> auto& { return o.mesh.visibility; })});
}

}  // namespace csm
