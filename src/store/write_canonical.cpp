#include <cstdint>
#include <string>
#include <vector>

#include "pixel_axes.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

std::int64_t size_of(const CanonicalFace& canonical) { return canonical.size; }

std::vector<std::string> all_region_names(const CanonicalFace&) {
  return {region_names.begin(), region_names.end()};
}

H5Array<double> vertex_positions(const CanonicalFace& canonical) {
  H5Array<double> array{.values = {}, .shape = {canonical.vertices.size(), 2}};
  for (const Point2& vertex : canonical.vertices)
    array.values.insert(array.values.end(), {vertex.x, vertex.y});
  return array;
}

std::vector<std::uint8_t> vertex_region_indices(const CanonicalFace& canonical) {
  std::vector<std::uint8_t> regions;
  for (const Region region : canonical.vertex_regions)
    regions.push_back(static_cast<std::uint8_t>(region));
  return regions;
}

H5Array<double> texture_coordinates(const CanonicalFace& canonical) {
  H5Array<double> array{.values = {}, .shape = {canonical.vertex_uv.size(), 2}};
  for (const auto& pair : canonical.vertex_uv)
    array.values.insert(array.values.end(), pair.begin(), pair.end());
  return array;
}

H5Array<double> surface_positions(const CanonicalFace& canonical) {
  H5Array<double> array{.values = {}, .shape = {canonical.surface.vertices.size(), 3}};
  for (const Point3& vertex : canonical.surface.vertices)
    array.values.insert(array.values.end(), {vertex.x, vertex.y, vertex.z});
  return array;
}

H5Array<std::int32_t> triangle_corners(const CanonicalFace& canonical) {
  H5Array<std::int32_t> array{.values = {}, .shape = {canonical.surface.triangles.size(), 3}};
  for (const Triangle& triangle : canonical.surface.triangles)
    array.values.insert(array.values.end(), triangle.begin(), triangle.end());
  return array;
}

Grid<std::uint8_t> pixel_region_indices(const CanonicalFace& canonical) {
  Grid<std::uint8_t> regions(canonical.pixel_regions.height(), canonical.pixel_regions.width());
  auto index = regions.values().begin();
  for (const Region region : canonical.pixel_regions.values())
    *index++ = static_cast<std::uint8_t>(region);
  return regions;
}

constexpr auto canonical_fields = std::tuple{
    field(&CanonicalFace::source, canonical_source_name, "", "file or network, and its hash"),
    field(&size_of, "size", "px", "side of the canonical face"),
    field(&all_region_names, "region_names", "", "left and right are the subject's own")
        .with_axes("region"),
    field(&vertex_positions, "vertices", "px",
          "used vertices on the canonical face: x, y from the top left corner")
        .with_axes("vertex, coordinate"),
    field(&vertex_region_indices, "vertex_regions", "1", "index into region_names")
        .with_axes("vertex"),
    field(&texture_coordinates, "vertex_uv", "1", "texture coordinates")
        .with_axes("vertex, coordinate")
        .if_any(),
    field(&surface_positions, "surface_vertices", "px",
          "surface on the canonical face: x, y, z to the viewer")
        .with_axes("surface vertex, coordinate"),
    field(&triangle_corners, "triangles", "1", "0-based indices into surface_vertices")
        .with_axes("triangle, corner"),
    field(&pixel_region_indices, "pixel_regions", "1", "index into region_names"),
};

}  // namespace

void write_canonical(hid_t entry, const CanonicalFace& canonical) {
  const H5Handle group = create_group(entry, canonical_group);
  write_record(group.get(), canonical_fields, canonical, {});
  if (canonical.picture) write_rgb(group.get(), canonical_picture_group, *canonical.picture);
}

std::vector<GroupSchema> canonical_schema() {
  return {record_schema<CanonicalFace>(canonical_group, canonical_fields),
          rgb_schema(canonical_picture_group)};
}

}  // namespace csm
