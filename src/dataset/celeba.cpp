#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <unordered_map>

#include "celeba_list.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

constexpr std::array main_lists = {"list_attr_celeba", "identity_CelebA", "list_eval_partition"};

/// `root` without a slash at its end, so that it has a name.
fs::path base_of(const fs::path& root) {
  const fs::path path = fs::absolute(root).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

bool has_list(const fs::path& root) {
  return std::any_of(main_lists.begin(), main_lists.end(),
                     [&](const char* name) { return !find_celeba_list(root, name).empty(); });
}

struct ImageFolder {
  fs::path path;
  bool aligned = true;
};

/// The folder of the images: `root` itself, or below it, where archives may have put a folder of
/// the same name inside.
std::optional<ImageFolder> find_images(const fs::path& root) {
  for (const char* name : {"img_align_celeba", "img_align_celeba_png", "img_celeba"}) {
    const bool aligned = std::string_view(name) != "img_celeba";
    if (base_of(root).filename() == name && !fs::is_directory(root / name))
      return ImageFolder{root, aligned};
    for (const char* parent : {"", "Img", "img"}) {
      fs::path folder = root / parent / name;
      if (!fs::is_directory(folder)) continue;
      while (fs::is_directory(folder / name)) folder /= name;
      return ImageFolder{folder, aligned};
    }
  }
  return std::nullopt;
}

/// The folder that the lists are looked for in: `root`, or if that is the folder of the images one
/// above it.
fs::path find_list_root(const fs::path& root) {
  fs::path folder = base_of(root);
  const std::string name = folder.filename().string();
  if (!name.starts_with("img_align_celeba") && name != "img_celeba") return root;
  while (folder.filename() == name) folder = folder.parent_path();
  const bool is_img = to_lower(folder.filename().string()) == "img";
  return is_img && !has_list(folder) ? folder.parent_path() : folder;
}

double number_in(const CelebaList& annotation, const std::string& image, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw InputError("'" + annotation.file.string() + "', image " + image + ": '" + text +
                     "' is not a number.");
  }
  return value;
}

/// The face box: CelebA's own (img_celeba only, and not if it is empty), else one round the five
/// landmarks.
std::optional<Box> find_face_box(const std::string& image, const std::optional<CelebaList>& boxes,
                                 const std::optional<CelebaList>& landmarks) {
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
      left = std::min(left, x), right = std::max(right, x), top = std::min(top, y),
      bottom = std::max(bottom, y);
    }
    // The box from eyes to mouth is about half a face box wide and high.
    const double side = 2 * std::max(right - left, bottom - top);
    if (side > 0) return Box{(left + right - side) / 2, (top + bottom - side) / 2, side, side};
  }
  return std::nullopt;
}

std::string partition_name(const CelebaList& annotation, const std::string& image,
                           const std::string& value) {
  if (value == "0") return "train";
  if (value == "1") return "validation";
  if (value == "2") return "test";
  throw InputError("'" + annotation.file.string() + "', image " + image + ": the partition is '" +
                   value + "'. It can be 0 (train), 1 (validation) or 2 (test).");
}

/// The lists that are there; main: the one with the images that belong to the data set.
struct Lists {
  std::optional<CelebaList> attributes;
  std::optional<CelebaList> identity;
  std::optional<CelebaList> partition;
  std::optional<CelebaList> boxes;
  std::optional<CelebaList> landmarks;

  const CelebaList* main() const {
    return attributes ? &*attributes : identity ? &*identity : partition ? &*partition : nullptr;
  }
};

Lists read_lists(const fs::path& root, bool aligned) {
  Lists lists;
  lists.attributes = read_celeba_list(root, "list_attr_celeba");
  lists.identity = read_celeba_list(root, "identity_CelebA", {"identity"});
  lists.partition = read_celeba_list(root, "list_eval_partition", {"partition"});
  if (!aligned) lists.boxes = read_celeba_list(root, "list_bbox_celeba");
  lists.landmarks =
      read_celeba_list(root, aligned ? "list_landmarks_align_celeba" : "list_landmarks_celeba");
  if (lists.boxes && lists.boxes->header.size() != 4) {
    throw InputError("'" + lists.boxes->file.string() +
                     "' must have the columns x_1 y_1 width height.");
  }
  return lists;
}

/// The files of the images: those of the main list that are there, all if there is no list. Reports
/// how many of the list are not there, and how many of the folder are not in the list.
std::vector<std::string> choose_files(const ImageFolder& images, const Lists& lists,
                                      Dataset& dataset) {
  std::vector<std::string> files;
  std::unordered_map<std::string, std::string> file_of_stem;

  // The files of the folder, each by the stem that lists name it by.
  const FolderListing listing = list_folder(images.path);
  if (std::string warning = listing.others.remark("the folder '" + images.path.string() + "'");
      !warning.empty())
    dataset.warnings.push_back(std::move(warning));
  for (const fs::path& file : listing.images) {
    files.push_back(file.generic_string());
    file_of_stem.emplace(celeba_stem(files.back()), files.back());
  }

  // The main list decides which of them are taken, and in which order.
  const CelebaList* list = lists.main();
  if (list == nullptr || files.empty()) return files;
  std::vector<std::string> listed;
  for (const std::string& image : list->images) {
    const auto found = file_of_stem.find(celeba_stem(image));
    if (found != file_of_stem.end()) listed.push_back(found->second);
  }

  // Whoever mixes lists and images of two downloads must hear of it.
  const std::string n_list = std::to_string(list->images.size());
  const std::string list_name = "'" + list->file.filename().string() + "'";
  if (listed.empty()) {
    throw InputError({"none of the " + n_list + " images of " + list_name + " is in '" +
                          images.path.string() + "'",
                      "the list names '" +
                          (list->images.empty() ? "nothing" : list->images.front()) +
                          "', the folder holds '" + files.front() + "'",
                      "Put the images and their own lists into --dataset."});
  }
  if (listed.size() < list->images.size()) {
    dataset.remarks.push_back(std::to_string(listed.size()) + " of the " + n_list + " images of " +
                              list_name + " are in '" + images.path.filename().string() +
                              "'; the others are left out.");
  }
  if (listed.size() < files.size()) {
    dataset.warnings.push_back(std::to_string(files.size() - listed.size()) + " of the " +
                               std::to_string(files.size()) + " images in '" +
                               images.path.string() + "' are left out: " + list_name +
                               " does not name them.");
  }
  return listed;
}

/// Whether the attribute Male is 1; empty if an image has none.
std::string gender_of(const CelebaList& attributes, const std::string& image,
                      const std::string& value) {
  if (value == "1") return "male";
  if (value == "-1" || value == "0") return "female";
  throw InputError("'" + attributes.file.string() + "', image " + image +
                   ": the attribute Male is '" + value +
                   "'. It can be 1, or -1 (0) if it does not hold.");
}

/// The values of all columns of an image. @param male index of the attribute
std::vector<std::string> values_of(const std::string& file, const Lists& lists,
                                   std::optional<std::size_t> male) {
  std::vector<std::string> values(lists.attributes ? lists.attributes->header.size() : 0);
  const auto* attribute_row = lists.attributes ? lists.attributes->row(file) : nullptr;
  if (attribute_row) values = *attribute_row;
  values.push_back(
      male && attribute_row ? gender_of(*lists.attributes, file, attribute_row->at(*male)) : "");
  const auto* identity_row = lists.identity ? lists.identity->row(file) : nullptr;
  values.push_back(identity_row ? identity_row->front() : "");
  const auto* partition_row = lists.partition ? lists.partition->row(file) : nullptr;
  values.push_back(partition_row ? partition_name(*lists.partition, file, partition_row->front())
                                 : "");
  return values;
}

}  // namespace

bool looks_like_celeba(const fs::path& root) {
  return find_images(root) && has_list(find_list_root(root));
}

Dataset read_celeba(const fs::path& root) {
  const std::optional<ImageFolder> images = find_images(root);
  if (!images) {
    throw InputError("'" + root.string() +
                     "' has no folder img_align_celeba or img_celeba (--dataset-format celeba). "
                     "Is --dataset the folder that holds it?");
  }

  // The columns of the list of attributes come first, then our own.
  const Lists lists = read_lists(find_list_root(root), images->aligned);
  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::celeba;
  std::optional<std::size_t> male;
  if (lists.attributes) {
    const std::vector<std::string>& header = lists.attributes->header;
    for (const std::string& name : header) dataset.column_names.push_back(readable_cell(name));
    const auto found = std::find(header.begin(), header.end(), "Male");
    if (found != header.end()) male = static_cast<std::size_t>(found - header.begin());
  }
  for (const char* name : {"gender", "identity", "partition"})
    dataset.column_names.emplace_back(name);

  // One sample a file, with all that the lists know of it.
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  for (const std::string& file : choose_files(*images, lists, dataset)) {
    Sample sample;
    sample.id = file;
    sample.path = images->path / file;
    sample.columns = Columns(names, values_of(file, lists, male));
    sample.face_box = find_face_box(file, lists.boxes, lists.landmarks);
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

}  // namespace csm
