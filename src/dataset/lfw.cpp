#include <algorithm>
#include <memory>

#include "csm/core/error.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// True for NAME/NAME_0001.jpg.
bool is_lfw_image(const fs::path& file) {
  const std::string folder = file.parent_path().generic_string();
  const std::string stem = file.stem().string();
  if (folder.empty() || folder.find('/') != std::string::npos) return false;
  if (stem.size() != folder.size() + 5 || !stem.starts_with(folder + "_")) return false;
  return std::all_of(stem.end() - 4, stem.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

fs::path lfw_image_folder(const fs::path& root) {
  for (const char* name : {"lfw", "lfw-deepfunneled", "lfw_funneled", "lfw-funneled", "lfw-a"}) {
    if (fs::is_directory(root / name)) return root / name;
  }
  return root;
}

bool looks_like_lfw(const fs::path& root) {
  // The first folder with an image decides: the whole tree need not be listed for a guess.
  const fs::path images = lfw_image_folder(root);
  for (const auto& folder : fs::directory_iterator(images)) {
    if (!folder.is_directory() || folder.path().filename().string().starts_with('.')) continue;
    for (const auto& file : fs::directory_iterator(folder)) {
      if (has_image_extension(file.path())) return is_lfw_image(file.path().lexically_relative(images));
    }
  }
  return false;
}

Dataset read_lfw(const fs::path& root) {
  const fs::path images = lfw_image_folder(root);
  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::lfw;
  dataset.column_names = {"identity"};
  const auto names = std::make_shared<const std::vector<std::string>>(dataset.column_names);
  for (const fs::path& file : list_image_files(images)) {
    if (!is_lfw_image(file)) continue;
    Sample sample;
    sample.id = file.generic_string();
    sample.path = images / file;
    const std::vector<std::string> values{file.parent_path().string()};
    sample.columns = Columns(names, values);
    dataset.samples.push_back(std::move(sample));
  }
  if (dataset.samples.empty()) {
    throw InputError("'" + images.string() +
                     "' holds no image NAME/NAME_0001.jpg (--dataset-format lfw). "
                     "Is it LFW's image folder, or should the format be 'folder'?");
  }
  return dataset;
}

}  // namespace csm
