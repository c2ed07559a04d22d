#include <array>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"
#include "csv.h"
#include "pair_list.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// Errors: InputError for text that is not a number above 0; "4.0" is 4, as tables with empty cells
/// write it.
int parse_count(std::string text, const std::string& place) {
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    throw InputError(place + ": '" + text + "' is not a number above 0.");
  }
  return value;
}

/// Where LFW's image of a person lies below the root: NAME/NAME_0001.jpg, or all images in one
/// folder. The first image that is found decides for all, so that a list of thousands does not ask
/// for each in every place.
class LfwPaths {
 public:
  explicit LfwPaths(const fs::path& root)
      : root_(root), folder_(lfw_image_folder(root).lexically_relative(root)) {}

  std::string path(const std::string& name, int number) {
    std::string digits = std::to_string(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    const std::string stem = name + "_" + digits;
    const std::array folders = {folder_ / name, fs::path("img"), fs::path("images"), fs::path()};
    for (std::size_t folder = 0; folder < folders.size() && !layout_; ++folder) {
      for (const char* ending : {".jpg", ".png", ".jpeg"}) {
        if (!layout_ && fs::exists(root_ / folders[folder] / (stem + ending)))
          layout_ = Layout{.folder = folder, .ending = ending};
      }
    }
    const Layout layout = layout_.value_or(Layout{});
    return (folders[layout.folder] / (stem + layout.ending)).lexically_normal().generic_string();
  }

 private:
  struct Layout {
    std::size_t folder = 0;
    const char* ending = ".jpg";
  };
  fs::path root_;
  fs::path folder_;
  std::optional<Layout> layout_;
};

/// Adds a row NAME A B of one person or NAME_1 A NAME_2 B of two.
void add_row(const std::vector<std::string>& cells, const std::string& fold,
             const std::string& place, LfwPaths& paths, PairList& list) {
  if (cells.size() != 3 && cells.size() != 4) {
    throw InputError(place + ": a row is NAME A B or NAME_1 A NAME_2 B, but this one has " +
                     std::to_string(cells.size()) +
                     " fields. LFW's pairs are in pairs.txt, pairsDevTrain.txt and " +
                     "pairsDevTest.txt; people*.txt list persons.");
  }
  const bool same_person = cells.size() == 3;
  const std::string& second_name = same_person ? cells[0] : cells[2];
  list.add(paths.path(cells[0], parse_count(cells[1], place)),
           paths.path(second_name, parse_count(cells.back(), place)), same_person, fold, place);
}

std::vector<std::string> split_fields(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> fields;
  for (std::string field; stream >> field;) fields.push_back(field);
  return fields;
}

/// The cells of a row of a CSV that are not empty; LFW's names have neither separators nor quotes.
std::vector<std::string> split_row(std::string line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  for (char& c : line) c = c == ';' || c == '\t' ? ',' : c;
  std::vector<std::string> cells;
  for (const std::string& cell : split(line, ',')) {
    if (std::string text = trim(cell); !text.empty()) cells.push_back(std::move(text));
  }
  return cells;
}

std::ifstream open_list(const fs::path& pairs) {
  std::ifstream stream(pairs);
  if (!stream)
    throw InputError("The pairs file '" + pairs.string() +
                     "' cannot be read (--pairs). Does it exist?");
  return stream;
}

void read_rows(const fs::path& pairs, LfwPaths& paths, PairList& list) {
  std::ifstream stream = open_list(pairs);
  int fold = 1;
  bool was_same = true;
  std::size_t line = 0;
  for (std::string text; std::getline(stream, text);) {
    const std::vector<std::string> cells = split_row(text);
    if (++line == 1 || cells.empty()) continue;
    const bool is_same = cells.size() == 3;
    if (is_same && !was_same) ++fold;
    was_same = is_same;
    add_row(cells, std::to_string(fold), line_of_file(pairs, line), paths, list);
  }
}

/// matchpairsX.csv for mismatchpairsX.csv and the other way round; empty for other names.
std::string name_of_other_kind(const std::string& name) {
  for (const auto& [kind, other] :
       {std::pair{"mismatchpairs", "matchpairs"}, {"matchpairs", "mismatchpairs"}}) {
    if (name.starts_with(kind)) return other + name.substr(std::string_view(kind).size());
  }
  return {};
}

}  // namespace

Dataset read_lfw_text(const fs::path& pairs, const fs::path& root) {
  std::ifstream stream = open_list(pairs);
  LfwPaths paths(root);
  PairList list(root);
  int n_folds = 1;
  int n_per_kind = 0;
  std::size_t line = 0;

  // The first line has the numbers of folds and pairs, each other line a pair.
  for (std::string text; std::getline(stream, text);) {
    const std::string place = line_of_file(pairs, ++line);
    const std::vector<std::string> fields = split_fields(text);
    if (fields.empty()) continue;
    if (n_per_kind == 0) {
      if (fields.size() > 2)
        throw InputError(place + ": LFW's numbers of folds and pairs are expected here.");
      if (fields.size() == 2) n_folds = parse_count(fields[0], place);
      n_per_kind = parse_count(fields.back(), place);
      continue;
    }
    const auto fold = int_size(list.dataset.samples) / (2 * n_per_kind) + 1;
    add_row(fields, std::to_string(fold), place, paths, list);
  }

  // A file that was cut off would be a smaller, unbalanced set.
  const auto n_promised =
      static_cast<std::size_t>(n_folds) * 2 * static_cast<std::size_t>(n_per_kind);
  if (list.dataset.samples.size() != n_promised) {
    throw InputError("'" + pairs.string() + "' promises " + std::to_string(n_promised) +
                     " pairs but has " + std::to_string(list.dataset.samples.size()) +
                     ". Is the file cut off?");
  }
  return list.dataset;
}

bool is_lfw_csv(const fs::path& pairs) {
  std::ifstream stream(pairs);
  std::string text;
  std::getline(stream, text);
  const std::vector<std::string> cells = split_row(to_lower(text));
  return cells.size() > 1 && cells[0] == "name" &&
         (cells[1] == "imagenum1" || cells[1] == "images");
}

Dataset read_lfw_csv(const fs::path& pairs, const fs::path& root) {
  std::string header;
  std::getline(open_list(pairs) >> std::ws, header);
  if (split_row(to_lower(header)).at(1) == "images") {
    throw InputError(
        {"'" + pairs.string() + "' lists persons, not pairs (--pairs)", "",
         "Give pairs.csv, or matchpairsDevTest.csv with mismatchpairsDevTest.csv beside it."});
  }
  LfwPaths paths(root);
  PairList list(root);
  const std::string name = pairs.filename().string();
  const std::string other = name_of_other_kind(name);
  const bool has_other = !other.empty() && fs::is_regular_file(pairs.parent_path() / other);
  const bool other_first = has_other && other.starts_with("match");
  if (other_first) read_rows(pairs.parent_path() / other, paths, list);
  read_rows(pairs, paths, list);
  if (has_other && !other_first) read_rows(pairs.parent_path() / other, paths, list);
  if (has_other) {
    list.dataset.remarks.push_back("The pairs of '" + name +
                                   "' are of one kind and were read together with those of '" +
                                   other + "', which lies beside it.");
  }
  return list.dataset;
}

}  // namespace csm
