#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <utility>

#include "csm/core/error.h"
#include "listing.h"
#include "shard_list.h"
#include "tar_records.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

std::optional<double> number_of(const Columns& columns, const char* name) {
  const std::optional<std::string> text = columns.find(name);
  double value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

/// The face box of the columns that a manifest names it by; none if one of the four is not a
/// number.
std::optional<Box> face_box_of(const Columns& columns) {
  const auto x = number_of(columns, "face_x");
  const auto y = number_of(columns, "face_y");
  const auto width = number_of(columns, "face_w");
  const auto height = number_of(columns, "face_h");
  if (!x || !y || !width || !height || !(*width > 0) || !(*height > 0)) return std::nullopt;
  return Box{*x, *y, *width, *height};
}

/// Brings the values of all samples under common names.
void set_columns(std::vector<NamedValues> values, Dataset& dataset) {
  std::unordered_map<std::string, std::size_t> column_of;
  for (const NamedValues& row : values) {
    for (const auto& [name, value] : row) {
      if (column_of.try_emplace(name, dataset.column_names.size()).second)
        dataset.column_names.push_back(readable_cell(name));
    }
  }
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<std::string> cells(names->size());
    for (auto& [name, value] : values[i]) cells[column_of.at(name)] = std::move(value);
    dataset.samples[i].columns = Columns(names, cells);
    dataset.samples[i].face_box = face_box_of(dataset.samples[i].columns);
  }
}

std::string describe_shared_keys(const std::vector<std::string>& names) {
  return std::to_string(names.size()) +
         " images of the shards are taken as images of their own, such as '" + names.front() +
         "', though WebDataset ends a key at the first dot and would take images with one key as "
         "parts " +
         "of one sample.";
}

}  // namespace

Dataset read_tar(const fs::path& path) {
  const ShardList list = list_shards(path);
  Dataset dataset;
  dataset.root = list.root;
  dataset.format = DatasetFormat::tar;
  PassedOver others = list.others;
  std::vector<NamedValues> values;
  std::vector<std::string> of_shared_keys;

  // The records of all shards, in their order; the id is SHARD/KEY.
  for (const fs::path& shard : list.shards) {
    const auto file = std::make_shared<const TarShard>(shard);
    const fs::path name = shard.lexically_relative(list.root).replace_extension();
    TarRecords found = read_records(shard);
    others.add(found.others);
    of_shared_keys.insert(of_shared_keys.end(), found.of_shared_keys.begin(),
                          found.of_shared_keys.end());
    for (TarRecord& record : found.records) {
      Sample sample;
      sample.id = (name / record.key).generic_string();
      sample.path = list.root / name / fs::path(record.image.name).lexically_normal();
      sample.member = {.shard = file, .offset = record.image.offset, .size = record.image.size};
      dataset.samples.push_back(std::move(sample));
      values.push_back(std::move(record.values));
    }
  }

  // What was passed over is reported, and the columns are those of all records together.
  report_others(others, "the shards '" + path.string() + "'", dataset);
  if (!of_shared_keys.empty()) dataset.remarks.push_back(describe_shared_keys(of_shared_keys));
  set_columns(std::move(values), dataset);
  return dataset;
}

void place_pairs(Dataset& pairs, const Dataset& images) {
  std::unordered_map<std::string, const Sample*> image_of_name;
  for (const Sample& image : images.samples) {
    image_of_name.emplace(image.id, &image);
    image_of_name.emplace(image.path.lexically_relative(images.root).generic_string(), &image);
  }
  const auto find = [&](const fs::path& path) -> const Sample& {
    const std::string name = path.lexically_relative(images.root).generic_string();
    const auto found = image_of_name.find(name);
    if (found == image_of_name.end()) {
      throw InputError({"the pairs name the image '" + name + "', which is in no shard", "",
                        "Write SHARD/KEY, such as '" + images.samples.front().id + "' (--pairs)."});
    }
    return *found->second;
  };
  for (Sample& pair : pairs.samples) {
    const Sample& first = find(pair.path);
    const Sample& second = find(pair.second_path);
    pair.path = first.path;
    pair.member = first.member;
    pair.second_path = second.path;
    pair.second_member = second.member;
  }
}

}  // namespace csm
