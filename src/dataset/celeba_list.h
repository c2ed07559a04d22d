#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace csm {

/// One of CelebA's lists: an image and its values in each row.
struct CelebaList {
  std::filesystem::path file;
  std::vector<std::string> header;
  std::vector<std::string> images;  ///< in the order of the rows
  std::vector<std::vector<std::string>> values;
  std::unordered_map<std::string, std::size_t> row_of_stem;

  /// The row of an image, whatever its ending: the lists name 000001.jpg for
  /// img_align_celeba_png/000001.png too. Null if it has none.
  const std::vector<std::string>* row(const std::string& image) const;
};

/// The name without its ending: what CelebA's lists and images share.
std::string celeba_stem(const std::string& image);

/// The first of NAME.txt (as published) and NAME.csv (as Kaggle gives it) in `root` or its folders
/// Anno and Eval; empty if there is none.
std::filesystem::path find_celeba_list(const std::filesystem::path& root, const std::string& name);

/// Reads a list; none if there is no such file.
/// @param header the names of the columns if the list has none of its own; empty: a header is
/// expected Errors: InputError with file and line for a row with another number of values, an image
/// that is listed twice, or fewer rows than the first line promises.
std::optional<CelebaList> read_celeba_list(const std::filesystem::path& root,
                                           const std::string& name,
                                           std::vector<std::string> header = {});

}  // namespace csm
