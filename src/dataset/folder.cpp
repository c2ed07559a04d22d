#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "folder_identity.h"
#include "listing.h"

namespace csm {
namespace {

constexpr std::array image_extensions = {".jpg",  ".jpeg", ".jpe", ".png", ".bmp", ".tif",
                                         ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".jp2"};

}  // namespace

bool has_image_extension(const std::filesystem::path& path) {
  const std::string extension = to_lower(path.extension().string());
  return std::find(image_extensions.begin(), image_extensions.end(), extension) != image_extensions.end();
}

std::vector<std::filesystem::path> list_image_files(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  // Links to folders are followed; a folder that was seen before is not entered again, so that a loop ends.
  std::set<fs::path> seen{fs::canonical(root)};
  std::error_code error;
  const auto options = fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied;
  for (auto entry = fs::recursive_directory_iterator(root, options, error); entry != fs::recursive_directory_iterator();
       entry.increment(error)) {
    if (error) break;
    const bool hidden = entry->path().filename().string().starts_with('.');
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      if (hidden || !seen.insert(fs::canonical(entry->path(), ignored)).second) entry.disable_recursion_pending();
    } else if (!hidden && has_image_extension(entry->path())) {
      names.push_back(entry->path().lexically_relative(root).generic_string());
    }
  }
  if (error) throw InputError("The folder '" + root.string() + "' cannot be listed: " + error.message() + ".");
  std::sort(names.begin(), names.end());
  return {names.begin(), names.end()};
}

Dataset read_folder(const std::filesystem::path& root) {
  Dataset dataset;
  dataset.root = root;
  dataset.format = DatasetFormat::folder;
  const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"identity"});
  const std::vector<std::filesystem::path> files = list_image_files(root);
  FolderIdentities identities = find_identities(files);
  dataset.identity_doubt = std::move(identities.doubt);
  for (std::size_t i = 0; i < files.size(); ++i) {
    Sample sample;
    sample.id = files[i].generic_string();
    sample.path = root / files[i];
    if (!identities.of_file[i].empty()) {
      const std::vector<std::string> values{identities.of_file[i]};
      sample.columns = Columns(names, values);
      dataset.column_names = *names;
    }
    dataset.samples.push_back(std::move(sample));
  }
  return dataset;
}

}  // namespace csm
