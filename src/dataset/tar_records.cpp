#include "tar_records.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

struct MemberName {
  std::string key;     ///< up to the first dot of the file's name, with its folders
  std::string stem;    ///< up to the last dot
  std::string ending;  ///< what follows it, in small letters
};

MemberName split_name(const std::string& name) {
  const std::string path = fs::path(name).lexically_normal().generic_string();
  const std::size_t file = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
  const std::size_t first = path.find('.', file);
  if (first == std::string::npos) return {path, path, ""};
  const std::size_t last = path.rfind('.');
  return {path.substr(0, first), path.substr(0, last), to_lower(path.substr(last + 1))};
}

std::string place_of(const fs::path& shard, const TarEntry& entry) {
  return "'" + entry.name + "' in the shard '" + shard.string() + "'";
}

/// The labels of a member; none if it is not one of labels.
NamedValues read_labels(const fs::path& shard, const TarEntry& entry, const std::string& ending,
                        TarReader& reader) {
  if (ending == "json") return fields_of_json(reader.content(entry), place_of(shard, entry));
  if (ending != "cls" && ending != "txt") return {};
  std::string text = trim(reader.content(entry));
  if (text.find('\0') != std::string::npos)
    throw InputError(
        {place_of(shard, entry) + " holds a zero byte", "it is the sample's label", "Write text."});
  if (text.empty()) return {};
  return {{ending, std::move(text)}};
}

FileKind kind_of_member(const TarEntry& entry, TarReader& reader) {
  if (std::optional<FileKind> kind = kind_of_ending(entry.name)) return *std::move(kind);
  const std::string begin = reader.begin_of(entry, n_format_bytes);
  return kind_of_content(entry.name, std::vector<std::uint8_t>(begin.begin(), begin.end()));
}

/// What the members of one shard are.
struct Members {
  std::vector<std::pair<MemberName, TarEntry>> images;
  std::unordered_map<std::string, NamedValues> labels;  ///< of a stem
  PassedOver others;
};

Members read_members(const fs::path& shard) {
  Members members;
  TarReader reader(shard);
  while (const std::optional<TarEntry> entry = reader.next()) {
    if (fs::path(entry->name).filename().string().starts_with('.')) continue;
    MemberName name = split_name(entry->name);
    const FileKind kind = kind_of_member(*entry, reader);
    if (kind.use == FileUse::image) {
      members.images.emplace_back(std::move(name), *entry);
      continue;
    }
    members.others.add(kind, entry->name);
    const NamedValues values = read_labels(shard, *entry, name.ending, reader);
    NamedValues& labels = members.labels[name.stem];
    labels.insert(labels.end(), values.begin(), values.end());
  }
  return members;
}

/// The images of one key.
struct KeyImages {
  std::string own;           ///< name of KEY.jpg; empty: there is none
  std::size_t n_longer = 0;  ///< of KEY.x.jpg
};

std::unordered_map<std::string, KeyImages> count_images(const fs::path& shard,
                                                        const Members& members) {
  std::unordered_map<std::string, KeyImages> images_of_key;
  for (const auto& [name, entry] : members.images) {
    KeyImages& images = images_of_key[name.key];
    if (name.stem != name.key) {
      ++images.n_longer;
      continue;
    }
    if (!images.own.empty()) {
      throw InputError({"the shard '" + shard.string() + "' has the images '" + images.own +
                            "' and '" + entry.name + "' under one key '" + name.key + "'",
                        "which of them is meant is not known",
                        "Pack each image under a key of its own; csm shards does."});
    }
    images.own = entry.name;
  }
  return images_of_key;
}

}  // namespace

TarRecords read_records(const fs::path& shard) {
  Members members = read_members(shard);
  const auto images_of_key = count_images(shard, members);
  TarRecords result;
  for (auto& [name, entry] : members.images) {
    const KeyImages& images = images_of_key.at(name.key);
    const bool is_longer = name.stem != name.key;
    if (is_longer && !images.own.empty()) {
      members.others.add(
          {FileUse::passed_over, "second image of a key (KEY.x.jpg beside KEY.jpg)", ""},
          entry.name);
      continue;
    }
    const bool shares_key = images.n_longer > 1;
    if (shares_key) result.of_shared_keys.push_back(entry.name);
    TarRecord& record = result.records.emplace_back();
    record.key = shares_key ? name.stem : name.key;
    record.values = members.labels[name.key];
    if (is_longer) {
      const NamedValues& own = members.labels[name.stem];
      record.values.insert(record.values.end(), own.begin(), own.end());
    }
    record.image = std::move(entry);
  }
  result.others = std::move(members.others);
  return result;
}

}  // namespace csm
