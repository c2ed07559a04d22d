#include "csm/store/saved_result.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>

#include "csm/core/error.h"
#include "csm/core/hdf5_turn.h"
#include "csm/core/magnitude.h"
#include "csm/core/version.h"
#include "group_schema.h"
#include "h5_file.h"
#include "h5_read.h"
#include "h5_write.h"
#include "plain_file.h"
#include "result_groups.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

/// The result whose maps were tested, in a file of csm_test.
constexpr const char* tested_name = "tested";

/// Errors: InputError for a file that csm_test wrote, H5Failure for a result without saved maps.
void require_saved_maps(const std::filesystem::path& path, const H5Handle& entry) {
  if (has_object(entry.get(), cis_group.name())) return;
  if (has_object(entry.get(), tested_name)) {
    throw InputError(
        {"'" + path.string() + "' is a file that csm_test wrote",
         "it has what was found, not the maps of the images",
         "Give the result that was tested, '" + read_text(entry.get(), tested_name) + "'."});
  }
  throw H5Failure("it has no map of each image (/entry/cis)");
}

/// Runs a reader on the open file, and says what cannot be read.
template <class Read>
auto read_from(const std::filesystem::path& path, Read&& read) {
  const Hdf5Turn turn;
  const QuietH5Errors quiet;
  try {
    const H5File file(path, H5Access::read);
    const H5Handle entry = open_group(file.get(), entry_group.name());
    require_saved_maps(path, entry);
    return read(entry);
  } catch (const H5Failure& failure) {
    throw InputError({"'" + path.string() + "' cannot be read as a result", failure.what(),
                      "Give a result file that csm_mpi has written with --save-cis."});
  }
}

/// Errors: H5Failure if a column of a table has not one value for each row.
template <class Value>
void require_length(const std::vector<Value>& column, std::string_view name, std::size_t n_rows) {
  if (column.size() == n_rows) return;
  throw H5Failure("/entry/images/" + std::string(name) + " has " + std::to_string(column.size()) +
                  " values for " + std::to_string(n_rows) + " images");
}

/// All rows of the images, with what tests need of them; the confidence may be NaN.
std::vector<ImageRow> read_all_rows(const H5Handle& entry) {
  const H5Handle images = open_group(entry.get(), images_group.name());
  const std::vector<std::int64_t> orders =
      read_integers(images.get(), std::string(name_of(image_fields, &ImageRow::order)));
  std::vector<ImageRow> rows(orders.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].order = orders[i];
  for (const auto member : {&ImageRow::id, &ImageRow::status, &ImageRow::label,
                            &ImageRow::predicted, &ImageRow::target}) {
    const std::string name(name_of(image_fields, member));
    std::vector<std::string> column = read_texts(images.get(), name);
    require_length(column, name, rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = std::move(column[i]);
  }
  std::unordered_set<std::string> ids;
  for (const ImageRow& row : rows) {
    if (!ids.insert(row.id).second)
      throw H5Failure("two images of /entry/images are named '" + row.id + "'");
  }
  const std::string name(name_of(image_fields, &ImageRow::confidence));
  const auto confidences = read_numbers(images.get(), name);
  require_length(confidences, name, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].confidence = confidences[i];
  return rows;
}

/// Fills the rows of the images with a map, in the order of the maps, and of those without.
void read_rows(const H5Handle& entry, const std::vector<std::int64_t>& orders,
               SavedResult& result) {
  const std::vector<ImageRow> all = read_all_rows(entry);
  std::unordered_map<std::int64_t, std::size_t> row_of;
  for (std::size_t i = 0; i < all.size(); ++i) row_of.emplace(all[i].order, i);
  for (const std::int64_t order : orders) {
    const auto found = row_of.find(order);
    if (found == row_of.end())
      throw H5Failure("the map of image " + std::to_string(order) +
                      " has no row of its own in /entry/images");
    ImageRow& row = result.images.emplace_back(all[found->second]);
    row.status = "ok";
    if (!std::isfinite(row.confidence)) {
      throw H5Failure("/entry/images/" + std::string(name_of(image_fields, &ImageRow::confidence)) +
                      " of '" + row.id + "' is not a number");
    }
    row_of.erase(found);
  }
  if (result.images.empty()) throw H5Failure("it has the map of no image");
  for (const ImageRow& row : all) {
    if (row_of.contains(row.order) && row.status != "ok") result.left_out.push_back(row);
  }
}

/// An array over the pixels of the map. Errors: H5Failure for another size, or if `is_valid` is
/// false of a value.
template <class IsValid>
Grid<float> read_pixels(hid_t parent, const std::string& name, int size, IsValid&& is_valid) {
  Grid<float> grid = read_grid(parent, name);
  if (grid.height() != size || grid.width() != size) {
    throw H5Failure("'" + name + "' has " + std::to_string(grid.height()) + " x " +
                    std::to_string(grid.width()) + " pixels, and the maps " + std::to_string(size) +
                    " x " + std::to_string(size));
  }
  for (std::int64_t q = 0; q < grid.size(); ++q) {
    if (is_valid(grid[q])) continue;
    throw H5Failure("'" + name + "' holds " + std::to_string(grid[q]) + " at row " +
                    std::to_string(q / size) + ", column " + std::to_string(q % size));
  }
  return grid;
}

/// The side of the maps of the images. Errors: H5Failure if they are not one square map an image.
int read_map_size(const H5Handle& cis, std::size_t n_images) {
  const std::array<std::int64_t, 3> shape = read_shape_of_maps(cis.get(), "cis");
  if (shape[0] != static_cast<std::int64_t>(n_images)) {
    throw H5Failure("/entry/cis/cis has " + std::to_string(shape[0]) +
                    " maps, and /entry/cis/order has " + std::to_string(n_images) + " images");
  }
  if (shape[1] != shape[2] || shape[1] < 1)
    throw H5Failure("the maps of /entry/cis/cis are not square");
  return static_cast<int>(shape[1]);
}

SavedResult read_entry_of_maps(const H5Handle& entry) {
  SavedResult result;
  const H5Handle cis = open_group(entry.get(), cis_group.name());
  read_rows(entry, read_integers(cis.get(), "order"), result);
  result.confidence = read_text(entry.get(), "confidence");
  result.confidence_unit = read_text(entry.get(), "confidence_unit");
  if (has_object(entry.get(), "warnings")) result.warnings = read_texts(entry.get(), "warnings");

  const int size = read_map_size(cis, result.images.size());
  const H5Handle map = open_group(entry.get(), cms_group.name());
  const Grid<float> cms =
      read_pixels(map.get(), map_name, size, [](float value) { return !std::isinf(value); });
  result.largest = largest_magnitude(cms.values());
  const auto attribute_of = [&](const std::string& object, const std::string& name) {
    const H5Handle dataset(H5Dopen2(cis.get(), object.c_str(), H5P_DEFAULT), &H5Dclose,
                           "opening a data set");
    return read_attribute(dataset.get(), name);
  };
  result.map_unit = attribute_of("cis", "units");
  result.map_value = attribute_of("cis", "long_name");

  // Where the regions of the face are.
  const H5Handle canonical = open_group(entry.get(), canonical_group.name());
  const Grid<float> regions = read_pixels(canonical.get(), "pixel_regions", size, [](float value) {
    return value >= 0 && value <= n_regions - 1;
  });
  result.pixel_regions = Grid<Region>(size, size);
  for (std::int64_t q = 0; q < regions.size(); ++q)
    result.pixel_regions[q] = static_cast<Region>(std::lround(regions[q]));
  const Grid<float> weights = read_pixels(cis.get(), "pixel_weights", size, [](float value) {
    return std::isfinite(value) && value >= 0;
  });
  result.pixel_weights = Grid<double>(size, size);
  std::copy(weights.values().begin(), weights.values().end(),
            result.pixel_weights.values().begin());

  if (has_object(entry.get(), classification_group.name()))
    result.classes =
        read_texts(open_group(entry.get(), classification_group.name()).get(), "class");
  return result;
}

/// Errors: InputError for an infinite value; NaN is a place without one.
void require_finite_map(const SavedResult& result, std::size_t image, const Grid<float>& map) {
  const auto is_infinite = [](float value) { return std::isinf(value); };
  if (std::none_of(map.values().begin(), map.values().end(), is_infinite)) return;
  throw InputError({"'" + result.path.string() + "' is damaged: the map of '" +
                        result.images[image].id + "' (/entry/cis/cis, index " +
                        std::to_string(image) + ") holds an infinite value",
                    "no confidence drops by that, and no test could be made with it",
                    "Take another copy of the file, or make the result again."});
}

constexpr auto findings_file_fields = std::tuple{
    field([](const SavedResult& tested) { return tested.path.string(); }, tested_name, "",
          "result file with the maps that were tested"),
};

}  // namespace

SavedResult read_saved_result(const std::filesystem::path& path) {
  SavedResult result = read_from(path, read_entry_of_maps);
  result.path = path;
  return result;
}

std::vector<RecordedOption> read_recorded_options(const std::filesystem::path& path) {
  return read_from(path, [](const H5Handle& entry) {
    const H5Handle group = open_group(entry.get(), options_group.name());
    std::vector<RecordedOption> options;
    for (std::string name : names_in(group.get())) {
      std::string value = read_text(group.get(), name);
      std::replace(name.begin(), name.end(), '_', '-');
      options.push_back({.name = std::move(name), .value = std::move(value)});
    }
    return options;
  });
}

void read_saved_maps(const SavedResult& result, const std::function<bool(std::size_t)>& is_wanted,
                     const std::function<void(std::size_t, const Grid<float>&)>& take) {
  read_from(result.path, [&](const H5Handle& entry) {
    const H5Handle cis = open_group(entry.get(), cis_group.name());
    for (std::size_t i = 0; i < result.images.size(); ++i) {
      if (!is_wanted(i)) continue;
      const Grid<float> map = read_slice(cis.get(), "cis", static_cast<std::int64_t>(i));
      require_finite_map(result, i, map);
      take(i, map);
    }
    return true;
  });
}

void write_findings_file(const std::filesystem::path& path, const SavedResult& tested,
                         const Inference& inference, const std::string& command) {
  const Hdf5Turn turn;
  const QuietH5Errors quiet;
  const std::filesystem::path partial = partial_path(path);
  try {
    H5File file(partial, H5Access::create);
    write_attribute(file.get(), "NX_class", "NXroot");
    write_attribute(file.get(), "default", entry_group.name());
    write_attribute(file.get(), "csm_schema", schema_version);
    const H5Handle entry = create_group(file.get(), entry_group);
    Result result;
    FieldTerms terms = terms_of(result);
    terms.map_unit = tested.map_unit;
    terms.confidence = tested.confidence;
    terms.confidence_unit = tested.confidence_unit;
    write_record(entry.get(), findings_file_fields, tested, terms);
    write_text(entry.get(), "program_version", version);
    write_text(entry.get(), "command", command);
    write_inference(entry.get(), inference, terms);
    file.close();
    if (std::rename(partial.c_str(), path.c_str()) != 0)
      throw H5Failure("renaming '" + partial.string() + "': " + std::strerror(errno));
  } catch (const H5Failure& failure) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw RunError({"cannot write the findings to '" + path.string() + "'", failure.what(),
                    "Make room or give another place with --output, and run again."});
  }
}

}  // namespace csm
