#include "celeba_list.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csv.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

bool is_image_name(const std::string& cell) { return has_image_extension(cell); }

/// The cells of a row, parted by blanks, tabs, commas or semicolons, of which no value of CelebA
/// has any.
std::vector<std::string> split_cells(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (const char c : line + " ") {
    const bool parts = c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';';
    if (!parts && c != '"') cell.push_back(c);
    if (parts && !cell.empty()) cells.push_back(std::move(cell)), cell.clear();
  }
  return cells;
}

std::optional<std::size_t> whole_number(const std::vector<std::string>& cells) {
  std::size_t number = 0;
  if (cells.size() != 1) return std::nullopt;
  const std::string& text = cells.front();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Takes the rows of a list one after the other.
class ListReader {
 public:
  ListReader(const fs::path& file, std::vector<std::string> header)
      : has_own_header_(header.empty()) {
    list_.file = file;
    list_.header = std::move(header);
  }

  void add(const std::string& text) {
    ++line_;
    std::vector<std::string> cells =
        split_cells(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
    if (cells.empty() || text.starts_with("sep=")) return;
    const bool is_first = !began_;
    began_ = true;
    if (is_first && has_own_header_ && takes_count(cells)) return;
    if (list_.values.empty() && takes_header(cells)) return;
    add_row(std::move(cells));
  }

  CelebaList finish() {
    if (n_promised_ > 0 && n_promised_ != list_.images.size()) {
      throw InputError("'" + list_.file.string() + "' promises " + std::to_string(n_promised_) +
                       " images but has " + std::to_string(list_.images.size()) +
                       " rows. Is the file cut off?");
    }
    return std::move(list_);
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw InputError(line_of_file(list_.file, line_) + ": " + problem);
  }

  bool takes_count(const std::vector<std::string>& cells) {
    if (const auto count = whole_number(cells)) {
      n_promised_ = *count;
      return true;
    }
    if (to_lower(list_.file.extension().string()) == ".txt")
      fail("the number of images is expected here. Is it CelebA's official file?");
    return false;
  }

  /// Whether the row names the columns: it is due, or its first cell looks like no image, as
  /// Kaggle's "image_id".
  bool takes_header(std::vector<std::string> cells) {
    const bool names_images =
        is_image_name(cells.front()) || (cells.size() > 1 && is_image_name(cells[1]));
    if (has_own_header_ && list_.header.empty()) {
      if (names_images) fail("the names of the columns are expected here.");
      const std::string first = to_lower(cells.front());
      if (first == "image_id" || first == "image" || first == "filename" || first == "file_name")
        cells.erase(cells.begin());
      list_.header = std::move(cells);
      return true;
    }
    const bool has_digit = cells.front().find_first_of("0123456789") != std::string::npos;
    return !has_own_header_ && !names_images && !has_digit;
  }

  void add_row(std::vector<std::string> cells) {
    // A table that was saved with its index has a number before the image.
    if (!is_image_name(cells.front()) && cells.size() > 1 && is_image_name(cells[1]))
      cells.erase(cells.begin());
    if (cells.size() != list_.header.size() + 1) {
      fail("an image and " + std::to_string(list_.header.size()) +
           " values are expected, but there are " + std::to_string(cells.size()) + " fields.");
    }
    if (!list_.row_of_stem.emplace(celeba_stem(cells.front()), list_.values.size()).second)
      fail("the image '" + cells.front() + "' is listed a second time.");
    list_.images.push_back(cells.front());
    list_.values.emplace_back(cells.begin() + 1, cells.end());
  }

  CelebaList list_;
  bool has_own_header_ = true;
  bool began_ = false;
  std::size_t line_ = 0;
  std::size_t n_promised_ = 0;
};

}  // namespace

const std::vector<std::string>* CelebaList::row(const std::string& image) const {
  const auto found = row_of_stem.find(celeba_stem(image));
  return found == row_of_stem.end() ? nullptr : &values[found->second];
}

std::string celeba_stem(const std::string& image) { return image.substr(0, image.rfind('.')); }

fs::path find_celeba_list(const fs::path& root, const std::string& name) {
  for (const char* folder : {"", "Anno", "Eval", "anno", "eval", "annotations"}) {
    for (const char* ending : {".txt", ".csv"}) {
      fs::path file = root / folder / (name + ending);
      if (fs::is_regular_file(file)) return file;
      // Kaggle's archives of one file unpack to a folder of the file's name.
      if (fs::is_regular_file(file / file.filename())) return file / file.filename();
    }
  }
  return {};
}

std::optional<CelebaList> read_celeba_list(const fs::path& root, const std::string& name,
                                           std::vector<std::string> header) {
  const fs::path file = find_celeba_list(root, name);
  if (file.empty()) return std::nullopt;
  std::ifstream stream(file);
  if (!stream) throw InputError("The CelebA file '" + file.string() + "' cannot be read.");
  ListReader reader(file, std::move(header));
  for (std::string text; std::getline(stream, text);) reader.add(text);
  return reader.finish();
}

}  // namespace csm
