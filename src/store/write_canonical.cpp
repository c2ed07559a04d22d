#include <cstdint>
#include <string>
#include <vector>

#include "h5_write.h"
#include "write_parts.h"

namespace csm {
namespace {

void write_vertices(hid_t group, const CanonicalFace& canonical) {
  std::vector<double> positions;
  for (const Point2& vertex : canonical.vertices)
    positions.insert(positions.end(), {vertex.x, vertex.y});
  write_array<double>(
      group, "vertices", positions, {canonical.vertices.size(), 2},
      {"used vertices on the canonical face: x, y from the top left corner", "px", ""});
  std::vector<std::uint8_t> regions;
  for (const Region region : canonical.vertex_regions)
    regions.push_back(static_cast<std::uint8_t>(region));
  write_column(group, "vertex_regions", regions, {"index into region_names", "", ""});
  if (!canonical.vertex_uv.empty()) {
    std::vector<double> uv;
    for (const auto& pair : canonical.vertex_uv) uv.insert(uv.end(), pair.begin(), pair.end());
    write_array<double>(group, "vertex_uv", uv, {canonical.vertex_uv.size(), 2},
                        {"texture coordinates", "1", ""});
  }
}

void write_surface(hid_t group, const TriangleMesh& surface) {
  std::vector<double> positions;
  for (const Point3& vertex : surface.vertices)
    positions.insert(positions.end(), {vertex.x, vertex.y, vertex.z});
  write_array<double>(group, "surface_vertices", positions, {surface.vertices.size(), 3},
                      {"surface on the canonical face: x, y, z to the viewer", "px", ""});
  std::vector<std::int32_t> corners;
  for (const Triangle& triangle : surface.triangles)
    corners.insert(corners.end(), triangle.begin(), triangle.end());
  write_array<std::int32_t>(group, "triangles", corners, {surface.triangles.size(), 3},
                            {"0-based indices into surface_vertices", "", ""});
}

}  // namespace

void write_canonical(hid_t entry, const CanonicalFace& canonical) {
  const H5Handle group = create_group(entry, "canonical", "NXcollection");
  write_text(group.get(), "source", canonical.source);
  write_number<std::int64_t>(group.get(), "size", canonical.size,
                             {"side of the canonical face", "px", ""});
  write_texts(group.get(), "region_names",
              std::vector<std::string>(region_names.begin(), region_names.end()),
              {"left and right are the subject's own", "", ""});
  write_vertices(group.get(), canonical);
  write_surface(group.get(), canonical.surface);
  Grid<std::uint8_t> regions(canonical.pixel_regions.height(), canonical.pixel_regions.width());
  for (std::size_t i = 0; i < regions.size(); ++i) {
    regions.values()[i] = static_cast<std::uint8_t>(canonical.pixel_regions.values()[i]);
  }
  write_grid(group.get(), "pixel_regions", regions, {"index into region_names", "", ""});
  if (canonical.picture)
    write_picture(group.get(), "picture", *canonical.picture, "Picture of the canonical face");
}

}  // namespace csm
