#pragma once
#include <filesystem>

#include "csm/core/enum_names.h"

namespace csm {

enum class MeshSource { network, files };

constexpr auto enum_names(MeshSource) {
  return std::to_array<EnumName<MeshSource>>(
      {{MeshSource::network, "network"}, {MeshSource::files, "files"}});
}

enum class FaceChoice { largest, central };

constexpr auto enum_names(FaceChoice) {
  return std::to_array<EnumName<FaceChoice>>(
      {{FaceChoice::largest, "largest"}, {FaceChoice::central, "central"}});
}

enum class Visibility { all, front_facing };

constexpr auto enum_names(Visibility) {
  return std::to_array<EnumName<Visibility>>(
      {{Visibility::all, "all"}, {Visibility::front_facing, "front-facing"}});
}

/// Whether a mesh from a file is compared with its image. off: for studies of wrong meshes; nothing
/// is turned or refused.
enum class MeshCheck { on, off };

constexpr auto enum_names(MeshCheck) {
  return std::to_array<EnumName<MeshCheck>>({{MeshCheck::on, "on"}, {MeshCheck::off, "off"}});
}

struct MeshOptions {
  MeshSource mesh = MeshSource::network;  ///< --mesh
  std::filesystem::path mesh_dir;         ///< --mesh-dir: one mesh file per image, for --mesh files
  std::filesystem::path
      canonical;  ///< --canonical: mesh file of the canonical face, or an image that the mesh
                  ///< network is fitted to; empty: the network's own canonical face
  std::filesystem::path
      canonical_image;  ///< --canonical-image: to paint on; empty: the data set's mean face
  std::filesystem::path detector_model;     ///< --detector-model
  std::filesystem::path mesh_model;         ///< --mesh-model
  int canonical_size = 619;                 ///< --canonical-size S [px]
  int vertex_stride = 20;                   ///< --vertex-stride
  FaceChoice face = FaceChoice::largest;    ///< --face
  Visibility visibility = Visibility::all;  ///< --visibility
  MeshCheck mesh_check = MeshCheck::on;     ///< --mesh-check, for --mesh files
};

}  // namespace csm
