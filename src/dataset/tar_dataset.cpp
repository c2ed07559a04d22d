#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <unordered_map>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "listing.h"
#include "shard_list.h"
#include "tar_columns.h"
#include "tar_reader.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// WebDataset's rule: the key ends at the first dot of the file's name, what follows says what the member is.
struct MemberName {
  std::string key;     ///< with its folders
  std::string ending;  ///< "jpg", "json", "left.jpg"
};

MemberName split_name(const std::string& name) {
  const std::string path = fs::path(name).lexically_normal().generic_string();
  const std::size_t file = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
  const std::size_t dot = path.find('.', file);
  if (dot == std::string::npos) return {path, ""};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

/// What the members of one key give.
struct Record {
  std::string key;
  std::vector<TarEntry> images;         ///< key.jpg
  std::vector<TarEntry> longer_images;  ///< key.left.jpg: taken where there is no other
  NamedValues values;
};

std::string place_of(const fs::path& shard, const TarEntry& entry) {
  return "'" + entry.name + "' in the shard '" + shard.string() + "'";
}

void add_text(const fs::path& shard, const TarEntry& entry, const std::string& column, std::string text,
              Record& record) {
  text = trim(text);
  if (text.find('\0') != std::string::npos)
    throw InputError({place_of(shard, entry) + " holds a zero byte", "it is the sample's label", "Write text."});
  if (!text.empty()) record.values.emplace_back(column, std::move(text));
}

/// The records of a shard in the order of their first members.
std::vector<Record> read_records(const fs::path& shard) {
  std::vector<Record> records;
  std::unordered_map<std::string, std::size_t> place_of_key;
  TarReader reader(shard);
  while (const std::optional<TarEntry> entry = reader.next()) {
    const MemberName name = split_name(entry->name);
    if (fs::path(entry->name).filename().string().starts_with('.')) continue;
    const auto [found, is_new] = place_of_key.try_emplace(name.key, records.size());
    if (is_new) records.emplace_back().key = name.key;
    Record& record = records[found->second];
    const std::string ending = to_lower(name.ending);
    const bool is_longer = ending.find('.') != std::string::npos;
    if (ending == "json") {
      const NamedValues fields = fields_of_json(reader.content(*entry), place_of(shard, *entry));
      record.values.insert(record.values.end(), fields.begin(), fields.end());
    } else if (ending == "cls" || ending == "txt") {
      add_text(shard, *entry, ending, reader.content(*entry), record);
    } else if (has_image_extension("x." + ending)) {
      (is_longer ? record.longer_images : record.images).push_back(*entry);
    }
  }
  return records;
}

/// The image of a record; none where it has labels only.
std::optional<TarEntry> image_of(const fs::path& shard, const Record& record) {
  const std::vector<TarEntry>& images = record.images.empty() ? record.longer_images : record.images;
  if (images.size() > 1) {
    throw InputError({"the shard '" + shard.string() + "' has the images '" + images[0].name + "' and '" +
                          images[1].name + "' under one key '" + record.key + "'",
                      "a key ends at the first dot of the file's name",
                      "Pack each image under a key of its own; scripts/make_shards.py does."});
  }
  return images.empty() ? std::nullopt : std::optional(images.front());
}

std::optional<double> number_of(const Columns& columns, const char* name) {
  const std::optional<std::string> text = columns.find(name);
  double value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The face box of the columns that a manifest names it by; none where one of the four is no number.
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
      if (column_of.try_emplace(name, dataset.column_names.size()).second) dataset.column_names.push_back(name);
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

}  // namespace

Dataset read_tar(const fs::path& path) {
  const ShardList list = list_shards(path);
  Dataset dataset;
  dataset.root = list.root;
  dataset.format = DatasetFormat::tar;
  std::vector<NamedValues> values;
  for (const fs::path& shard : list.shards) {
    const auto file = std::make_shared<const TarShard>(shard);
    const fs::path name = shard.lexically_relative(list.root).replace_extension();
    for (Record& record : read_records(shard)) {
      const std::optional<TarEntry> image = image_of(shard, record);
      if (!image) continue;
      Sample sample;
      sample.id = (name / record.key).generic_string();
      sample.path = list.root / name / fs::path(image->name).lexically_normal();
      sample.member = {.shard = file, .offset = image->offset, .size = image->size};
      dataset.samples.push_back(std::move(sample));
      values.push_back(std::move(record.values));
    }
  }
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
