#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "csm/mesh/mesh_options.h"
#include "describe_result.h"

namespace csm {
namespace {

std::string share(std::int64_t n, std::int64_t n_all) {
  return std::to_string(n) + " of " + std::to_string(n_all);
}

/// @param n_used images in the map
std::string describe_shared_meshes(std::span<const ImageRow> rows, std::int64_t n_used) {
  std::unordered_map<std::int64_t, const ImageRow*> first_of;
  std::int64_t n_shared = 0;
  std::string example;
  for (const ImageRow& row : rows) {
    if (row.status != "ok" || row.mesh_key == 0) continue;
    const auto [met, is_new] = first_of.try_emplace(row.mesh_key, &row);
    if (is_new) continue;
    n_shared += 1;
    if (example.empty()) example = "'" + met->second->id + "' and '" + row.id + "'";
  }
  if (n_shared == 0) return "";
  return share(n_shared, n_used) + " images have the very same mesh as another image, such as " +
         example + ": unless the photos are the same, the vertices lie beside the face.";
}

}  // namespace

std::vector<std::string> describe_faces(std::span<const ImageRow> rows, FaceChoice choice) {
  std::int64_t n_used = 0;
  std::int64_t n_several = 0;
  std::int64_t n_turned = 0;
  for (const ImageRow& row : rows) {
    if (row.status != "ok") continue;
    n_used += 1;
    n_several += row.n_faces > 1 ? 1 : 0;
    n_turned += row.n_meshes_turned > 0 ? 1 : 0;
  }
  std::vector<std::string> remarks;
  if (n_several > 0) {
    remarks.push_back(
        share(n_several, n_used) + " images show more than one face: the " +
        (choice == FaceChoice::largest ? "largest" : "most central") +
        " one, or that of the face box or mesh, was used (n_faces of /entry/images).");
  }
  if (n_turned > 0) {
    remarks.push_back(
        "The meshes' y axis was turned over in " + share(n_turned, n_used) +
        " images: their files count y from the bottom of the photo, as PRNet's .obj files do.");
  }
  std::string shared = describe_shared_meshes(rows, n_used);
  if (!shared.empty()) remarks.push_back(std::move(shared));
  return remarks;
}

}  // namespace csm
