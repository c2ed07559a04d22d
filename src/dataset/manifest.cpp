#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <system_error>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csv.h"
#include "listing.h"

namespace csm {
namespace {

constexpr std::array<std::string_view, 4> box_columns = {"face_x", "face_y", "face_w", "face_h"};

double parse_number(const CsvTable& table, const CsvRow& row, std::size_t column) {
  const std::string& cell = row.cells[column];
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    throw InputError(table.place(row) + ": " + table.header[column] + " is '" + cell +
                     "', which is not a number.");
  }
  return value;
}

/// The column `path`. Errors: InputError, with the first column whose cells look like image files.
std::size_t find_path_column(const CsvTable& table) {
  if (const auto column = table.column("path")) return *column;
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    const bool names_images =
        std::any_of(table.rows.begin(), table.rows.end(),
                    [&](const CsvRow& row) { return has_image_extension(row.cells[column]); });
    if (!names_images) continue;
    throw InputError({"'" + table.file.string() + "' has no column 'path'",
                      "its columns are " + join(table.header),
                      "Rename '" + table.header[column] + "', which names images, to path."});
  }
  return table.required_column("path");
}

/// The columns of the face box; empty if the manifest has none of them.
std::vector<std::size_t> find_box_columns(const CsvTable& table) {
  std::vector<std::size_t> columns;
  std::string missing;
  for (const std::string_view name : box_columns) {
    if (const auto index = table.column(name)) {
      columns.push_back(*index);
    } else {
      missing = name;
    }
  }
  if (!columns.empty() && columns.size() < box_columns.size()) {
    throw InputError("'" + table.file.string() +
                     "' has some of the columns face_x, face_y, face_w, face_h, but not '" +
                     missing + "'. Give all four or none.");
  }
  return columns;
}

std::optional<Box> parse_face_box(const CsvTable& table, const CsvRow& row,
                                  const std::vector<std::size_t>& columns) {
  if (columns.empty()) return std::nullopt;
  std::size_t n_empty = 0;
  for (const std::size_t column : columns) n_empty += row.cells[column].empty() ? 1U : 0U;
  if (n_empty == columns.size()) return std::nullopt;
  if (n_empty > 0)
    throw InputError(table.place(row) +
                     ": the face box has an empty cell. Give all four numbers or none.");
  const Box box{parse_number(table, row, columns[0]), parse_number(table, row, columns[1]),
                parse_number(table, row, columns[2]), parse_number(table, row, columns[3])};
  if (box.width <= 0 || box.height <= 0) {
    throw InputError(table.place(row) + ": face_w and face_h must be above 0 [px].");
  }
  return box;
}

std::string describe_unnamed(const CsvTable& table, const std::vector<std::size_t>& lines) {
  const std::string first = line_of_file(table.file, lines.front());
  if (lines.size() == 1) return first + " has no path, so the row is left out.";
  return std::to_string(lines.size()) + " rows have no path and are left out; the first is " +
         first + ".";
}

}  // namespace

std::string path_of_cell(const std::filesystem::path& root, const std::string& cell) {
  if (cell.find('\\') == std::string::npos) return cell;
  std::error_code ignored;
  if (std::filesystem::exists(root / cell, ignored)) return cell;
  std::string path = cell;
  std::replace(path.begin(), path.end(), '\\', '/');
  return path;
}

Dataset read_manifest(const std::filesystem::path& manifest, const std::filesystem::path& root) {
  const CsvTable table = read_csv(manifest);
  const std::size_t path_column = find_path_column(table);
  const std::vector<std::size_t> box = find_box_columns(table);

  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::manifest;
  std::vector<std::size_t> kept;
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    if (column == path_column) continue;
    kept.push_back(column);
    dataset.column_names.push_back(readable_cell(table.header[column]));
  }

  // One sample a row with a path; the cells of all other columns go with it.
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  std::vector<std::string> values(kept.size());
  std::vector<std::size_t> unnamed;  // lines of the rows without a path
  for (const CsvRow& row : table.rows) {
    if (row.cells[path_column].empty()) {
      unnamed.push_back(row.line);
      continue;
    }
    const std::string path = path_of_cell(root, row.cells[path_column]);
    Sample sample;
    sample.id = std::filesystem::path(path).lexically_normal().generic_string();
    sample.path = (root / path).lexically_normal();
    sample.face_box = parse_face_box(table, row, box);
    for (std::size_t i = 0; i < kept.size(); ++i) values[i] = row.cells[kept[i]];
    sample.columns = Columns(names, values);
    dataset.samples.push_back(std::move(sample));
  }
  if (!unnamed.empty()) dataset.warnings.push_back(describe_unnamed(table, unnamed));
  return dataset;
}

}  // namespace csm
