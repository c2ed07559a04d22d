#include <algorithm>
#include <array>
#include <memory>

#include "csm/core/error.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

constexpr int deepest_level = 4;  ///< of folders around the persons' folders

/// True for NAME/NAME_0001.jpg.
bool is_lfw_image(const fs::path& file) {
  const std::string folder = file.parent_path().generic_string();
  const std::string stem = file.stem().string();
  if (folder.empty() || folder.find('/') != std::string::npos) return false;
  if (stem.size() != folder.size() + 5 || !stem.starts_with(folder + "_")) return false;
  return std::all_of(stem.end() - 4, stem.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The folders below `root`, hidden ones left out.
std::vector<fs::path> list_folders(const fs::path& root) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root, ignored)) {
    if (entry.is_directory(ignored) && !entry.path().filename().string().starts_with('.'))
      folders.push_back(entry.path());
  }
  return folders;
}

/// Whether NAME/NAME_0001.jpg is found. The first folder with an image decides: the whole tree need
/// not be listed for a guess.
bool holds_persons(const std::vector<fs::path>& folders) {
  std::error_code ignored;
  for (const fs::path& folder : folders) {
    for (const auto& file : fs::directory_iterator(folder, ignored)) {
      if (has_image_extension(file.path()))
        return is_lfw_image(folder.filename() / file.path().filename());
    }
  }
  return false;
}

/// The folder that may hold the persons' folders: one of LFW's names, or the only one; empty if
/// there is none.
fs::path inner_folder(const std::vector<fs::path>& folders) {
  for (const char* name : {"lfw", "lfw-deepfunneled", "lfw_deepfunneled", "lfw_funneled",
                           "lfw-funneled", "lfw-a", "lfw_home"}) {
    const auto found = std::find_if(folders.begin(), folders.end(),
                                    [&](const fs::path& f) { return f.filename() == name; });
    if (found != folders.end()) return *found;
  }
  return folders.size() == 1 ? folders.front() : fs::path();
}

/// The folder that holds the persons' folders; none if it is not found.
std::optional<fs::path> find_persons(const fs::path& root) {
  fs::path folder = root;
  for (int level = 0; level < deepest_level && !folder.empty(); ++level) {
    const std::vector<fs::path> folders = list_folders(folder);
    if (holds_persons(folders)) return folder;
    folder = inner_folder(folders);
  }
  return std::nullopt;
}

}  // namespace

fs::path lfw_image_folder(const fs::path& root) { return find_persons(root).value_or(root); }

bool looks_like_lfw(const fs::path& root) { return find_persons(root).has_value(); }

Dataset read_lfw(const fs::path& root) {
  const fs::path images = lfw_image_folder(root);
  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::lfw;
  dataset.column_names = {"identity"};
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);

  // Only files that are named as LFW names them; the folder is the person.
  const FolderListing listing = list_folder(images);
  const std::vector<fs::path>& files = listing.images;
  for (const fs::path& file : files) {
    if (!is_lfw_image(file)) continue;
    Sample sample;
    sample.id = file.generic_string();
    sample.path = images / file;
    const std::vector<std::string> values{file.parent_path().string()};
    sample.columns = Columns(names, values);
    dataset.samples.push_back(std::move(sample));
  }

  // What is left out is reported.
  if (dataset.samples.empty()) {
    throw InputError("'" + images.string() +
                     "' holds no image NAME/NAME_0001.jpg (--dataset-format lfw). "
                     "Is it LFW's image folder, or should the format be 'folder'?");
  }
  if (const std::size_t n_others = files.size() - dataset.samples.size(); n_others > 0) {
    dataset.warnings.push_back(std::to_string(n_others) + " of the " +
                               std::to_string(files.size()) + " images in '" + images.string() +
                               "' are left out: they are not named NAME/NAME_0001.jpg as LFW's " +
                               "images are. With --dataset-format folder all are taken.");
  }
  if (std::string warning = listing.others.remark("the folder '" + images.string() + "'");
      !warning.empty())
    dataset.warnings.push_back(std::move(warning));
  return dataset;
}

}  // namespace csm
