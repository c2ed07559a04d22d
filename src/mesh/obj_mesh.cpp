#include <fstream>
#include <sstream>

#include "mesh_file.h"

namespace csm {
namespace {

/// The vertex index of a face corner "7", "7/1" or "7/1/2", 1-based; below zero it counts from the
/// last vertex read.
double corner_index(const std::string& corner, std::size_t n_vertices, std::size_t line,
                    const std::filesystem::path& path) {
  std::istringstream stream(corner);
  long index = 0;
  if (!(stream >> index) || index == 0)
    fail_mesh_file(path, "has a bad face corner '" + corner + "' in line " + std::to_string(line));
  if (index < 0) index += static_cast<long>(n_vertices) + 1;
  if (index < 1)
    fail_mesh_file(path, "has a bad face corner '" + corner + "' in line " + std::to_string(line));
  return static_cast<double>(index);
}

}  // namespace

RawMesh read_obj_mesh(const std::filesystem::path& path) {
  std::ifstream stream(path);
  RawMesh mesh;
  mesh.index_base = 1;
  mesh.vertices.n_columns = 3;
  mesh.triangles.n_columns = 3;

  // One vertex or face a line; other kinds of lines do not matter.
  std::size_t line = 0;
  for (std::string text; std::getline(stream, text);) {
    ++line;
    std::istringstream fields(text);
    std::string kind;
    fields >> kind;
    if (kind == "v") {
      double x = 0, y = 0, z = 0;
      if (!(fields >> x >> y >> z))
        fail_mesh_file(path, "has a bad vertex in line " + std::to_string(line));
      mesh.vertices.values.insert(mesh.vertices.values.end(), {x, y, z});
      ++mesh.vertices.n_rows;
    } else if (kind == "f") {
      std::vector<double> corners;
      for (std::string corner; fields >> corner;)
        corners.push_back(corner_index(corner, mesh.vertices.n_rows, line, path));
      if (corners.size() < 3)
        fail_mesh_file(path, "has a face of fewer than 3 corners in line " + std::to_string(line));
      for (std::size_t i = 2; i < corners.size(); ++i) {  // a polygon as a fan
        mesh.triangles.values.insert(mesh.triangles.values.end(),
                                     {corners[0], corners[i - 1], corners[i]});
        ++mesh.triangles.n_rows;
      }
    }
  }
  if (mesh.vertices.n_rows == 0) fail_mesh_file(path, "has no vertex line 'v x y z'");
  return mesh;
}

}  // namespace csm
