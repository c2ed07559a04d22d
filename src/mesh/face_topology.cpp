#include "face_topology.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {
namespace {

/// Every entry of the list `field` as n numbers.
std::vector<std::vector<double>> read_rows(const nlohmann::json& root, const std::string& field,
                                           std::size_t n) {
  std::vector<std::vector<double>> rows;
  if (!root.contains(field) || !root.at(field).is_array())
    throw InputError("the list '" + field + "' is missing");
  for (const nlohmann::json& entry : root.at(field)) {
    if (!entry.is_array() || entry.size() != n) {
      throw InputError("'" + field + "' must hold lists of " + std::to_string(n) + " numbers");
    }
    std::vector<double> row;
    for (const nlohmann::json& value : entry) {
      if (!value.is_number() || !std::isfinite(value.get<double>()))
        throw InputError("'" + field + "' holds something that is not a number");
      row.push_back(value.get<double>());
    }
    rows.push_back(std::move(row));
  }
  if (rows.empty()) throw InputError("the list '" + field + "' is empty");
  return rows;
}

int read_index(double value, int n_vertices, const std::string& field) {
  if (value != std::floor(value) || value < 0 || value >= n_vertices) {
    throw InputError("'" + field + "' names the vertex " + std::to_string(value) +
                     ", but they run from 0 to " + std::to_string(n_vertices - 1));
  }
  return static_cast<int>(value);
}

}  // namespace

FaceTopology parse_topology(std::string_view json, const std::string& file_name) {
  FaceTopology topology;
  try {
    const nlohmann::json root = nlohmann::json::parse(json);
    for (const auto& row : read_rows(root, "vertices", 3))
      topology.canonical.vertices.push_back({row[0], row[1], row[2]});
    const int n_vertices = int_size(topology.canonical.vertices);
    for (const auto& row : read_rows(root, "triangles", 3)) {
      topology.canonical.triangles.push_back({read_index(row[0], n_vertices, "triangles"),
                                              read_index(row[1], n_vertices, "triangles"),
                                              read_index(row[2], n_vertices, "triangles")});
    }
    for (const auto& row : read_rows(root, "uv", 2)) topology.uv.push_back({row[0], row[1]});
    if (int_size(topology.uv) != n_vertices)
      throw InputError("'uv' and 'vertices' have different lengths");
    for (const auto& row : read_rows(root, "procrustes", 2)) {
      topology.procrustes.emplace_back(read_index(row[0], n_vertices, "procrustes"), row[1]);
    }
  } catch (const nlohmann::json::exception& error) {
    throw InputError("The topology of the mesh network '" + file_name +
                     "' cannot be read: " + error.what() +
                     ". Convert the network again (scripts/models/convert_models.py)?");
  } catch (const InputError& error) {
    throw InputError("The topology of the mesh network '" + file_name +
                     "' is wrong: " + error.what() +
                     ". Convert the network again (scripts/models/convert_models.py)?");
  }
  return topology;
}

}  // namespace csm
