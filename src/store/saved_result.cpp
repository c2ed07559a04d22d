#include "csm/store/saved_result.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <unordered_map>

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
void require_saved_maps(const H5Handle& entry) {
  if (has_object(entry.get(), cis_group.name())) return;
  if (has_object(entry.get(), tested_name)) {
    throw InputError(
        {"the file is one that csm_test wrote", "it has what was found, not the maps of the images",
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
    require_saved_maps(entry);
    return read(entry);
  } catch (const H5Failure& failure) {
    throw InputError({"'" + path.string() + "' cannot be read as a result", failure.what(),
                      "Give a result file that csm_mpi has written with --save-cis."});
  }
}

/// The rows of the images with a map, in the order of the maps.
std::vector<ImageRow> read_rows(const H5Handle& entry, const std::vector<std::int64_t>& orders) {
  const H5Handle images = open_group(entry.get(), images_group.name());
  const auto texts = [&](std::string ImageRow::*member) {
    return read_texts(images.get(), std::string(name_of(image_fields, member)));
  };
  const std::vector<std::int64_t> all_orders =
      read_integers(images.get(), std::string(name_of(image_fields, &ImageRow::order)));
  const auto ids = texts(&ImageRow::id);
  const auto labels = texts(&ImageRow::label);
  const auto predicted = texts(&ImageRow::predicted);
  const auto targets = texts(&ImageRow::target);
  const auto confidences =
      read_numbers(images.get(), std::string(name_of(image_fields, &ImageRow::confidence)));

  std::unordered_map<std::int64_t, std::size_t> row_of;
  for (std::size_t i = 0; i < all_orders.size(); ++i) row_of.emplace(all_orders[i], i);
  std::vector<ImageRow> rows;
  for (const std::int64_t order : orders) {
    const auto found = row_of.find(order);
    if (found == row_of.end()) throw H5Failure("a map has no row in /entry/images");
    ImageRow& row = rows.emplace_back();
    row.order = order;
    row.status = "ok";
    row.id = ids.at(found->second);
    row.label = labels.at(found->second);
    row.predicted = predicted.at(found->second);
    row.target = targets.at(found->second);
    row.confidence = confidences.at(found->second);
  }
  return rows;
}

SavedResult read_entry_of_maps(const H5Handle& entry) {
  SavedResult result;
  const H5Handle cis = open_group(entry.get(), cis_group.name());
  result.images = read_rows(entry, read_integers(cis.get(), "order"));
  result.confidence = read_text(entry.get(), "confidence");
  result.confidence_unit = read_text(entry.get(), "confidence_unit");

  const H5Handle map = open_group(entry.get(), cms_group.name());
  const Grid<float> cms = read_grid(map.get(), map_name);
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
  const Grid<float> regions = read_grid(canonical.get(), "pixel_regions");
  result.pixel_regions = Grid<Region>(regions.height(), regions.width());
  for (std::int64_t q = 0; q < regions.size(); ++q)
    result.pixel_regions[q] = static_cast<Region>(std::lround(regions[q]));
  const Grid<float> weights = read_grid(cis.get(), "pixel_weights");
  result.pixel_weights = Grid<double>(weights.height(), weights.width());
  std::copy(weights.values().begin(), weights.values().end(),
            result.pixel_weights.values().begin());

  if (has_object(entry.get(), classification_group.name()))
    result.classes =
        read_texts(open_group(entry.get(), classification_group.name()).get(), "class");
  return result;
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
      if (is_wanted(i)) take(i, read_slice(cis.get(), "cis", static_cast<std::int64_t>(i)));
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
