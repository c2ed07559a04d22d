#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>
#include <unordered_map>

#include "csm/core/error.h"
#include "csm/dataset/csv.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// One of CelebA's text files: FILE.jpg and its values in each row.
struct Annotation {
  fs::path file;
  std::vector<std::string> header;
  std::vector<std::string> images;  ///< in the order of the rows
  std::vector<std::vector<std::string>> values;
  std::unordered_map<std::string, std::size_t> row_of_image;

  /// The row of an image; null where it has none.
  const std::vector<std::string>* row(const std::string& image) const {
    const auto found = row_of_image.find(image);
    return found == row_of_image.end() ? nullptr : &values[found->second];
  }
};

/// The first of `root`, root/Anno, root/Eval that holds the file; empty where none does.
fs::path find_annotation(const fs::path& root, const std::string& name) {
  for (const char* folder : {"", "Anno", "Eval", "anno", "eval", "annotations"}) {
    if (fs::path file = root / folder / name; fs::is_regular_file(file)) return file;
  }
  return {};
}

/// Reads a file of rows `FILE.jpg value...`; with a header, its first line is the number of rows, the second the names.
Annotation read_annotation(const fs::path& file, std::vector<std::string> header) {
  std::ifstream stream(file);
  if (!stream) throw InputError("The CelebA file '" + file.string() + "' cannot be read.");
  Annotation result;
  result.file = file;
  std::string text;
  std::size_t line = 0;
  std::size_t n_promised = 0;
  const auto fail = [&](const std::string& problem) { throw InputError(line_of_file(file, line) + ": " + problem); };
  while (std::getline(stream, text)) {
    ++line;
    std::istringstream words(text);
    std::vector<std::string> cells;
    for (std::string word; words >> word;) cells.push_back(word);
    if (cells.empty()) continue;
    if (header.empty() && line == 1) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n_promised);
      if (error != std::errc() || cells.size() != 1)
        fail("the number of images is expected here. Is it CelebA's official file?");
      continue;
    }
    if (header.empty()) {
      header = cells;
      if (header.front() == "image_id") header.erase(header.begin());
      continue;
    }
    if (cells.size() != header.size() + 1) {
      fail("an image and " + std::to_string(header.size()) + " values are expected, but there are " +
           std::to_string(cells.size()) + " words.");
    }
    if (!result.row_of_image.emplace(cells.front(), result.values.size()).second) {
      fail("the image '" + cells.front() + "' stands here a second time.");
    }
    result.images.push_back(cells.front());
    result.values.emplace_back(cells.begin() + 1, cells.end());
  }
  if (n_promised > 0 && n_promised != result.images.size()) {
    throw InputError("'" + file.string() + "' promises " + std::to_string(n_promised) + " images but has " +
                     std::to_string(result.images.size()) + " rows. Is the file cut off?");
  }
  result.header = std::move(header);
  return result;
}

std::optional<Annotation> read_optional(const fs::path& root, const std::string& name,
                                        std::vector<std::string> header = {}) {
  const fs::path file = find_annotation(root, name);
  if (file.empty()) return std::nullopt;
  return read_annotation(file, std::move(header));
}

struct ImageFolder {
  fs::path path;
  bool aligned = true;
};

std::optional<ImageFolder> find_images(const fs::path& root) {
  for (const char* name : {"img_align_celeba", "img_celeba"}) {
    for (const char* parent : {"", "Img", "img"}) {
      fs::path folder = root / parent / name;
      if (!fs::is_directory(folder)) continue;
      if (fs::is_directory(folder / name)) folder /= name;  // as the archives unpack on some systems
      return ImageFolder{folder, std::string_view(name) == "img_align_celeba"};
    }
  }
  return std::nullopt;
}

double number_in(const Annotation& annotation, const std::string& image, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw InputError("'" + annotation.file.string() + "', image " + image + ": '" + text + "' is no number.");
  }
  return value;
}

/// The face box: CelebA's own (img_celeba only, and not where it is empty), else one round the five landmarks.
std::optional<Box> find_face_box(const std::string& image, const std::optional<Annotation>& boxes,
                                 const std::optional<Annotation>& landmarks) {
  if (const auto* row = boxes ? boxes->row(image) : nullptr) {
    std::array<double, 4> value{};
    for (std::size_t i = 0; i < 4; ++i) value[i] = number_in(*boxes, image, row->at(i));
    if (value[2] > 0 && value[3] > 0) return Box{value[0], value[1], value[2], value[3]};
  }
  if (const auto* row = landmarks ? landmarks->row(image) : nullptr) {
    double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
    for (std::size_t i = 0; i + 1 < row->size(); i += 2) {
      const double x = number_in(*landmarks, image, (*row)[i]);
      const double y = number_in(*landmarks, image, (*row)[i + 1]);
      left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y);
    }
    // The box from eyes to mouth is about half a face box wide and high.
    const double side = 2 * std::max(right - left, bottom - top);
    if (side > 0) return Box{(left + right - side) / 2, (top + bottom - side) / 2, side, side};
  }
  return std::nullopt;
}

std::string partition_name(const Annotation& annotation, const std::string& image, const std::string& value) {
  if (value == "0") return "train";
  if (value == "1") return "validation";
  if (value == "2") return "test";
  throw InputError("'" + annotation.file.string() + "', image " + image + ": the partition is '" + value +
                   "'. It can be 0 (train), 1 (validation) or 2 (test).");
}

}  // namespace

bool looks_like_celeba(const fs::path& root) {
  return find_images(root) && (!find_annotation(root, "list_attr_celeba.txt").empty() ||
                               !find_annotation(root, "identity_CelebA.txt").empty() ||
                               !find_annotation(root, "list_eval_partition.txt").empty());
}

Dataset read_celeba(const fs::path& root) {
  const std::optional<ImageFolder> images = find_images(root);
  if (!images) {
    throw InputError("'" + root.string() +
                     "' has no folder img_align_celeba or img_celeba (--dataset-format celeba). "
                     "Is --dataset the folder that holds it?");
  }
  const auto attributes = read_optional(root, "list_attr_celeba.txt");
  const auto identity = read_optional(root, "identity_CelebA.txt", {"identity"});
  const auto partition = read_optional(root, "list_eval_partition.txt", {"partition"});
  const auto boxes = images->aligned ? std::nullopt : read_optional(root, "list_bbox_celeba.txt");
  const auto landmarks =
      read_optional(root, images->aligned ? "list_landmarks_align_celeba.txt" : "list_landmarks_celeba.txt");
  if (boxes && boxes->header.size() != 4) {
    throw InputError("'" + boxes->file.string() + "' must have the columns x_1 y_1 width height.");
  }

  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::celeba;
  std::optional<std::size_t> male;
  if (attributes) {
    dataset.column_names = attributes->header;
    const auto found = std::find(attributes->header.begin(), attributes->header.end(), "Male");
    if (found != attributes->header.end()) male = static_cast<std::size_t>(found - attributes->header.begin());
  }
  for (const char* name : {"gender", "identity", "partition"}) dataset.column_names.emplace_back(name);
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);

  std::vector<std::string> files;
  if (const auto& list = attributes ? attributes : identity ? identity : partition; list) {
    files = list->images;
  } else {
    for (const fs::path& file : list_image_files(images->path)) files.push_back(file.generic_string());
  }
  for (const std::string& file : files) {
    Sample sample;
    sample.id = file;
    sample.path = images->path / file;
    std::vector<std::string> values(attributes ? attributes->header.size() : 0);
    const auto* attribute_row = attributes ? attributes->row(file) : nullptr;
    if (attribute_row) values = *attribute_row;
    values.emplace_back(male && attribute_row ? (attribute_row->at(*male) == "1" ? "male" : "female") : "");
    const auto* identity_row = identity ? identity->row(file) : nullptr;
    values.push_back(identity_row ? identity_row->front() : "");
    const auto* partition_row = partition ? partition->row(file) : nullptr;
    values.push_back(partition_row ? partition_name(*partition, file, partition_row->front()) : "");
    sample.columns = Columns(names, values);
    sample.face_box = find_face_box(file, boxes, landmarks);
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

}  // namespace csm
