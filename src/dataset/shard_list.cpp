#include "shard_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_paths = 1'000'000;

bool has_braces(const fs::path& path) { return path.string().find('{') != std::string::npos; }

bool is_tar(const fs::path& path) { return to_lower(path.extension().string()) == ".tar"; }

[[noreturn]] void fail_of_braces(const std::string& pattern) {
  throw InputError({"the shards '" + pattern + "' are not named by numbers (--dataset)", "",
                    "Write a range in braces, for example faces-{000000..000127}.tar."});
}

struct Range {
  std::size_t begin = 0;  ///< of the brace in the text
  std::size_t end = 0;    ///< one past it
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::size_t n_digits = 0;
};

std::uint64_t parse_digits(const std::string& text, const std::string& pattern) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    fail_of_braces(pattern);
  return value;
}

Range first_range(const std::string& text) {
  Range range;
  range.begin = text.find('{');
  const std::size_t close = text.find('}', range.begin);
  const std::size_t dots = text.find("..", range.begin);
  if (close == std::string::npos || dots == std::string::npos || dots > close) fail_of_braces(text);
  range.end = close + 1;
  range.n_digits = dots - range.begin - 1;
  range.first = parse_digits(text.substr(range.begin + 1, range.n_digits), text);
  range.last = parse_digits(text.substr(dots + 2, close - dots - 2), text);
  if (range.first > range.last || range.last - range.first >= most_paths) fail_of_braces(text);
  return range;
}

}  // namespace

bool names_shards(const fs::path& dataset) {
  constexpr std::array<std::string_view, 10> endings = {".tar",  ".tar.gz",  ".tgz", ".tar.bz2",
                                                        ".tbz2", ".tar.xz",  ".txz", ".tar.zst",
                                                        ".tzst", ".tar.zstd"};
  const std::string name = to_lower(dataset.string());
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_folder_of_shards(const fs::path& folder) {
  bool has_tar = false;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->path().filename().string().starts_with('.')) continue;
    if (entry->is_directory(ignored) || kind_of_file(entry->path()).use == FileUse::image)
      return false;
    has_tar = has_tar || is_tar(entry->path());
  }
  return has_tar;
}

std::vector<fs::path> expand_braces(const fs::path& pattern) {
  std::vector<std::string> texts{pattern.string()};
  while (texts.front().find('{') != std::string::npos) {
    std::vector<std::string> expanded;
    for (const std::string& text : texts) {
      const Range range = first_range(text);
      if (expanded.size() + (range.last - range.first) >= most_paths)
        fail_of_braces(pattern.string());
      for (std::uint64_t number = range.first; number <= range.last; ++number) {
        std::string digits = std::to_string(number);
        digits.insert(0, range.n_digits - std::min(range.n_digits, digits.size()), '0');
        expanded.push_back(text.substr(0, range.begin) + digits + text.substr(range.end));
      }
    }
    texts = std::move(expanded);
  }
  return {texts.begin(), texts.end()};
}

ShardList list_shards(const fs::path& dataset) {
  ShardList list;

  // A pattern of names, a folder of shards, or one shard.
  if (has_braces(dataset)) {
    list.shards = expand_braces(dataset);
    for (list.root = dataset.parent_path(); has_braces(list.root);
         list.root = list.root.parent_path()) {
    }
  } else if (fs::is_directory(dataset)) {
    list.root = dataset;
    for (const auto& entry : fs::directory_iterator(dataset)) {
      if (entry.path().filename().string().starts_with('.') || entry.is_directory()) continue;
      if (is_tar(entry.path())) {
        list.shards.push_back(entry.path());
      } else {
        list.others.add(kind_of_file(entry.path()), entry.path().filename().string());
      }
    }
    std::sort(list.shards.begin(), list.shards.end());
  } else {
    list.root = dataset.parent_path();
    list.shards.push_back(dataset);
  }

  if (list.root.empty()) list.root = ".";
  if (list.shards.empty()) {
    throw InputError(
        {"the folder '" + dataset.string() + "' holds no .tar file (--dataset-format tar)", "",
         "Name the shards, or pack the images with csm shards."});
  }
  return list;
}

}  // namespace csm
