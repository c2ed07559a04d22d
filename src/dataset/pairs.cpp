#include <array>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/csv.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// Adds pairs to a data set of pairs; both formats end here.
class PairList {
 public:
  explicit PairList(const fs::path& root) {
    dataset.root = root;
    dataset.column_names = {"same_person", "fold"};
    names_ = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  }

  void add(const std::string& first, const std::string& second, const std::string& same_person,
           const std::string& fold) {
    Sample sample;
    sample.id = fs::path(first).lexically_normal().generic_string() + "|" +
                fs::path(second).lexically_normal().generic_string();
    sample.path = (dataset.root / first).lexically_normal();
    sample.second_path = (dataset.root / second).lexically_normal();
    const std::vector<std::string> values{same_person, fold};
    sample.columns = Columns(names_, values);
    dataset.samples.push_back(std::move(sample));
  }

  Dataset dataset;

 private:
  Columns::Names names_;
};

std::string parse_same_person(const std::string& text, const std::string& place) {
  const std::string word = to_lower(text);
  if (word == "1" || word == "true" || word == "yes" || word == "same") return "1";
  if (word == "0" || word == "false" || word == "no" || word == "different") return "0";
  throw InputError(place + ": same_person is '" + text + "'. It can be 1 (same) or 0 (different).");
}

Dataset read_pairs_csv(const fs::path& pairs, const fs::path& root) {
  const CsvTable table = read_csv(pairs);
  const std::size_t first = table.required_column("path_a");
  const std::size_t second = table.required_column("path_b");
  const std::size_t same = table.required_column("same_person");
  const std::optional<std::size_t> fold = table.column("fold");
  PairList list(root);
  for (const CsvRow& row : table.rows) {
    if (row.cells[first].empty() || row.cells[second].empty()) {
      throw InputError(table.place(row) + ": a path is empty. A pair needs two images.");
    }
    list.add(row.cells[first], row.cells[second], parse_same_person(row.cells[same], table.place(row)),
             fold ? row.cells[*fold] : "");
  }
  return list.dataset;
}

int parse_count(const std::string& text, const std::string& place) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    throw InputError(place + ": '" + text + "' is no number above 0.");
  }
  return value;
}

/// Where LFW's image of a person lies below the root: NAME/NAME_0001.jpg, or all images in one folder. The first image
/// that is found tells for all, so that a list of thousands does not ask for thousands of files.
class LfwPaths {
 public:
  explicit LfwPaths(const fs::path& root) : root_(root), folder_(lfw_image_folder(root).lexically_relative(root)) {}

  std::string path(const std::string& name, int number) {
    std::string digits = std::to_string(number);
    digits.insert(0, digits.size() < 4 ? 4 - digits.size() : 0, '0');
    const std::string file = name + "_" + digits + ".jpg";
    const std::array candidates = {folder_ / name / file, fs::path("img") / file, fs::path("images") / file,
                                   fs::path(file)};
    for (std::size_t i = 0; i < candidates.size() && !layout_; ++i) {
      if (fs::exists(root_ / candidates[i])) layout_ = i;
    }
    return candidates[layout_.value_or(0)].lexically_normal().generic_string();
  }

 private:
  fs::path root_;
  fs::path folder_;
  std::optional<std::size_t> layout_;  ///< index of the candidate
};

/// LFW's pairs.txt: "folds<TAB>pairs per kind" (or only the number of pairs), then for each fold the same-person rows
/// NAME A B and the different-person rows NAME_1 A NAME_2 B.
Dataset read_lfw_pairs(const fs::path& pairs, const fs::path& root) {
  std::ifstream stream(pairs);
  if (!stream) throw InputError("The pairs file '" + pairs.string() + "' cannot be read (--pairs). Does it exist?");
  LfwPaths paths(root);
  PairList list(root);
  int n_folds = 1;
  int n_per_kind = 0;
  std::size_t line = 0;
  for (std::string text; std::getline(stream, text);) {
    ++line;
    const std::string place = line_of_file(pairs, line);
    std::istringstream stream_of_words(text);
    std::vector<std::string> words;
    for (std::string word; stream_of_words >> word;) words.push_back(word);
    if (words.empty()) continue;
    if (n_per_kind == 0) {
      if (words.size() > 2) throw InputError(place + ": LFW's numbers of folds and pairs are expected here.");
      if (words.size() == 2) n_folds = parse_count(words[0], place);
      n_per_kind = parse_count(words.back(), place);
      continue;
    }
    const auto fold = static_cast<int>(list.dataset.samples.size()) / (2 * n_per_kind) + 1;
    if (words.size() == 3) {
      list.add(paths.path(words[0], parse_count(words[1], place)), paths.path(words[0], parse_count(words[2], place)),
               "1", std::to_string(fold));
    } else if (words.size() == 4) {
      list.add(paths.path(words[0], parse_count(words[1], place)), paths.path(words[2], parse_count(words[3], place)),
               "0", std::to_string(fold));
    } else {
      throw InputError(place + ": a row is NAME A B or NAME_1 A NAME_2 B, but this one has " +
                       std::to_string(words.size()) + " words.");
    }
  }
  const auto n_promised = static_cast<std::size_t>(n_folds) * 2 * static_cast<std::size_t>(n_per_kind);
  if (list.dataset.samples.size() != n_promised) {
    throw InputError("'" + pairs.string() + "' promises " + std::to_string(n_promised) + " pairs but has " +
                     std::to_string(list.dataset.samples.size()) + ". Is the file cut off?");
  }
  return list.dataset;
}

}  // namespace

Dataset read_pairs(const fs::path& pairs, const fs::path& root) {
  Dataset dataset =
      to_lower(pairs.extension().string()) == ".txt" ? read_lfw_pairs(pairs, root) : read_pairs_csv(pairs, root);
  if (dataset.samples.empty()) throw InputError("The pairs file '" + pairs.string() + "' holds no pair (--pairs).");
  return dataset;
}

}  // namespace csm
