#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csv.h"
#include "pair_list.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

bool parse_same_person(const std::string& text, const std::string& place) {
  const std::string answer = to_lower(text);
  if (answer == "1" || answer == "true" || answer == "yes" || answer == "same") return true;
  if (answer == "0" || answer == "false" || answer == "no" || answer == "different") return false;
  throw InputError(place + ": same_person is '" + text + "'. It can be 1 (same) or 0 (different).");
}

Dataset read_pairs_csv(const fs::path& pairs, const fs::path& root) {
  const CsvTable table = read_csv(pairs);
  const std::size_t first = table.required_column("path_a");
  const std::size_t second = table.required_column("path_b");
  const std::size_t same = table.required_column("same_person");
  const std::optional<std::size_t> fold = table.column("fold");

  // Other columns are groups, such as of the person or of both persons.
  std::vector<std::size_t> others;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    if (i == first || i == second || i == same || fold == i) continue;
    others.push_back(i);
    names.push_back(table.header[i]);
  }

  PairList list(root, names);
  for (const CsvRow& row : table.rows) {
    const std::string place = table.place(row);
    if (row.cells[first].empty() || row.cells[second].empty()) {
      throw InputError(place + ": a path is empty. A pair needs two images.");
    }
    std::vector<std::string> more;
    more.reserve(others.size());
    for (const std::size_t column : others) more.push_back(row.cells[column]);
    list.add(path_of_cell(root, row.cells[first]), path_of_cell(root, row.cells[second]),
             parse_same_person(row.cells[same], place), fold ? row.cells[*fold] : "", place, more);
  }
  return list.dataset;
}

/// Looks for the images of pairs; the first is asked for once for all its pairs.
class ImageFinder {
 public:
  bool has(const fs::path& path) {
    const auto [found, is_new] = is_there_.try_emplace(path.native(), false);
    if (is_new) found->second = fs::exists(path);
    return found->second;
  }
  bool has_both(const Sample& pair) { return has(pair.path) && has(pair.second_path); }

 private:
  std::unordered_map<std::string, bool> is_there_;
};

/// Errors: InputError if no image of the pairs is there.
void check_some_image(const Dataset& dataset, const fs::path& pairs, ImageFinder& finder) {
  const bool has_some = std::any_of(
      dataset.samples.begin(), dataset.samples.end(),
      [&](const Sample& pair) { return finder.has(pair.path) || finder.has(pair.second_path); });
  if (has_some || dataset.samples.empty()) return;
  throw InputError({"no image of the " + std::to_string(dataset.samples.size()) + " pairs of '" +
                        pairs.string() + "' is there (--pairs)",
                    "the first would be '" + dataset.samples.front().path.string() + "'",
                    "Give the folder that the paths start from with --dataset."});
}

/// Leaves out the pairs of an official list whose images are not all there: a part of LFW is used
/// with the whole list.
void keep_present(Dataset& dataset, const fs::path& pairs, ImageFinder& finder) {
  const std::size_t n_all = dataset.samples.size();
  std::erase_if(dataset.samples, [&](const Sample& pair) { return !finder.has_both(pair); });
  const std::size_t n_present = dataset.samples.size();
  const std::string list = std::to_string(n_all) + " pairs of '" + pairs.filename().string() + "'";
  if (n_present == 0) {
    throw InputError(
        {"of none of the " + list + " are both images below '" + dataset.root.string() +
             "' (--pairs)",
         "", "Give LFW's image folder with --dataset, or a list of the pairs that are there."});
  }
  if (n_present < n_all) {
    dataset.remarks.push_back("Of " + std::to_string(n_present) + " of the " + list +
                              " both images are there; the others are left out.");
  }
}

}  // namespace

PairList::PairList(const fs::path& root, const std::vector<std::string>& more) {
  dataset.root = root;
  dataset.column_names = {"same_person", "fold"};
  for (const std::string& name : more) dataset.column_names.push_back(readable_cell(name));
  names_ = std::make_shared<const std::vector<std::string>>(dataset.column_names);
}

void PairList::add(const std::string& first, const std::string& second, bool same_person,
                   const std::string& fold, const std::string& place,
                   const std::vector<std::string>& more) {
  Sample sample;
  sample.path = (dataset.root / first).lexically_normal();
  sample.second_path = (dataset.root / second).lexically_normal();
  if (sample.path == sample.second_path) {
    throw InputError(
        place + ": the image '" + first +
        "' is paired with itself, which tells nothing of the network. Take the row out (--pairs).");
  }
  sample.id = fs::path(first).lexically_normal().generic_string() + "|" +
              fs::path(second).lexically_normal().generic_string();
  std::vector<std::string> values{same_person ? "1" : "0", fold};
  values.insert(values.end(), more.begin(), more.end());
  sample.columns = Columns(names_, values);
  dataset.samples.push_back(std::move(sample));
}

Dataset read_pairs(const fs::path& pairs, const fs::path& root, PairImages images) {
  const bool is_text = to_lower(pairs.extension().string()) == ".txt";
  const bool is_official = is_text || is_lfw_csv(pairs);
  Dataset dataset = is_text       ? read_lfw_text(pairs, root)
                    : is_official ? read_lfw_csv(pairs, root)
                                  : read_pairs_csv(pairs, root);
  if (dataset.samples.empty())
    throw InputError("The pairs file '" + pairs.string() + "' holds no pair (--pairs).");
  if (images == PairImages::in_shards) return dataset;
  ImageFinder finder;
  check_some_image(dataset, pairs, finder);
  if (is_official) keep_present(dataset, pairs, finder);
  return dataset;
}

}  // namespace csm
